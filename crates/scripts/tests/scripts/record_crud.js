/**
 * Any record by its type: what generic integrations are built on.
 *
 * @NApiVersion 2.x
 * @NScriptType Restlet
 */
define(['N/record', 'N/error'], function (record, error) {
  function need(context, names) {
    names.forEach(function (name) {
      if (!context[name]) {
        throw error.create({ name: 'MISSING_PARAMETER', message: 'Give ' + name + '.' });
      }
    });
  }

  function fill(target, fields) {
    Object.keys(fields || {}).forEach(function (fieldId) {
      target.setValue(fieldId, fields[fieldId]);
    });
  }

  function get(context) {
    need(context, ['recordtype', 'id']);
    return record.load({ type: context.recordtype, id: context.id });
  }

  function post(context) {
    need(context, ['recordtype']);
    var made = record.create({ type: context.recordtype, isDynamic: false });
    fill(made, context.fields);
    return { id: made.save({ enableSourcing: true, ignoreMandatoryFields: false }) };
  }

  function put(context) {
    need(context, ['recordtype', 'id']);
    var changed = record.load({ type: context.recordtype, id: context.id });
    fill(changed, context.fields);
    return { id: changed.save(), modified: changed.getValue('lastmodifieddate') instanceof Date };
  }

  function doDelete(context) {
    need(context, ['recordtype', 'id']);
    record.delete({ type: context.recordtype, id: context.id });
    return '';
  }

  return { get: get, post: post, put: put, delete: doDelete };
});
