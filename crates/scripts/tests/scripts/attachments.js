/**
 * The files of some bills, once a caller has a token for them.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search'], (record, search) => {
  const put = ({ bill, file }) => {
    record.attach({ record: { type: 'file', id: file }, to: { type: 'vendorbill', id: bill } });
    return { attached: true };
  };

  const post = ({ bills }) => {
    const files = [];
    search
      .create({
        type: record.Type.VENDOR_BILL,
        filters: [['internalid', 'anyof', bills], 'AND', ['mainline', 'is', 'T']],
        columns: ['tranid', search.createColumn({ name: 'internalid', join: 'file' }), search.createColumn({ name: 'name', join: 'file', sort: search.Sort.ASC })],
      })
      .run()
      .each((result) => {
        files.push({ bill: result.getValue('tranid'), file: result.getValue({ name: 'internalid', join: 'file' }), name: result.getValue({ name: 'name', join: 'file' }) });
        return true;
      });
    return files;
  };

  const doDelete = ({ bill, file }) => {
    record.detach({ record: { type: 'file', id: file }, from: { type: 'vendorbill', id: bill } });
    return '';
  };

  return { put, post, delete: doDelete };
});
