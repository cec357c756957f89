/**
 * Any record: read, made, changed and deleted by its type and id.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/error'], (record, error) => {
  const need = (values, names) => {
    for (const name of names) {
      if (!values[name]) throw error.create({ name: 'MISSING_PARAMETER', message: `${name} is missing`, notifyOff: true });
    }
  };

  const get = (parameters) => {
    need(parameters, ['type', 'id']);
    return record.load({ type: parameters.type, id: parameters.id });
  };

  const fill = (target, fields) => {
    for (const [fieldId, value] of Object.entries(fields ?? {})) target.setValue({ fieldId, value });
    return target.save({ ignoreMandatoryFields: false });
  };

  const post = (body) => {
    need(body, ['type']);
    return { id: fill(record.create({ type: body.type }), body.fields) };
  };

  const put = (body) => {
    need(body, ['type', 'id']);
    return { id: fill(record.load({ type: body.type, id: body.id }), body.fields) };
  };

  const remove = (parameters) => {
    need(parameters, ['type', 'id']);
    return `deleted ${record.delete({ type: parameters.type, id: parameters.id })}`;
  };

  return { get, post, put, delete: remove };
});
