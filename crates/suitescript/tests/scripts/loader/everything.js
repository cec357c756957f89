/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N', './everything_imported'], (N, imported) => {
  const { record, search } = N;
  const { serverWidget } = N.ui;
  return { get: () => ({ same: record === require('N/record'), type: search.Type.CUSTOMER, widget: serverWidget.FieldType.SELECT, imported: imported.told() }) };
});
