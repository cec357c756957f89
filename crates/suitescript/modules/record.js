// N/record: the account's records.
const Record = internal.piece('record/record');

const shapes = new Map();

/** The fields and sublists of a type. */
const shapeOf = (type) => {
  const name = String(type).toLowerCase();
  if (!shapes.has(name)) {
    const shape = host('record.type', { type: name });
    const byId = (all) => new Map(all.map((one) => [one.id, one]));
    const sublists = shape.sublists.map((sublist) => ({ ...sublist, fields: byId(sublist.fields) }));
    shapes.set(name, { ...shape, type: name, fields: byId(shape.fields), sublists: byId(sublists) });
  }
  return shapes.get(name);
};

const create = function create() {
  const options = internal.options(arguments, ['type', 'isDynamic', 'defaultValues']);
  internal.required('record.create', options, ['type']);
  const shape = shapeOf(options.type);
  spend('record.create', shape.class);
  return Record.empty(shape, internal.isChecked(options.isDynamic), options.defaultValues);
};

const load = function load() {
  const options = internal.options(arguments, ['type', 'id', 'isDynamic', 'defaultValues']);
  internal.required('record.load', options, ['type', 'id']);
  const shape = shapeOf(options.type);
  spend('record.load', shape.class);
  const read = host('record.load', { type: shape.type, id: options.id });
  return Record.read(shapeOf(read.type), read, internal.isChecked(options.isDynamic));
};

const copy = function copy() {
  const options = internal.options(arguments, ['type', 'id', 'isDynamic', 'defaultValues']);
  internal.required('record.copy', options, ['type', 'id']);
  const shape = shapeOf(options.type);
  spend('record.copy', shape.class);
  const read = host('record.copy', { type: shape.type, id: options.id });
  return Record.made(shapeOf(read.type), read, internal.isChecked(options.isDynamic), options.defaultValues);
};

const transform = function transform() {
  const options = internal.options(arguments, ['fromType', 'fromId', 'toType', 'isDynamic', 'defaultValues']);
  internal.required('record.transform', options, ['fromType', 'fromId', 'toType']);
  const shape = shapeOf(options.toType);
  spend('record.transform', shape.class);
  const { fromType, fromId } = options;
  const read = host('record.transform', { fromType: String(fromType), fromId, toType: shape.type });
  return Record.made(shape, read, internal.isChecked(options.isDynamic), options.defaultValues);
};

const remove = function remove() {
  const options = internal.options(arguments, ['type', 'id']);
  internal.required('record.delete', options, ['type', 'id']);
  const shape = shapeOf(options.type);
  spend('record.delete', shape.class);
  return host('record.delete', { type: shape.type, id: options.id });
};

const { told } = internal.piece('record/values');

const submitFields = function submitFields() {
  const options = internal.options(arguments, ['type', 'id', 'values', 'options']);
  internal.required('record.submitFields', options, ['type', 'id', 'values']);
  const shape = shapeOf(options.type);
  spend('record.submitFields', shape.class);
  const values = {};
  for (const [name, value] of Object.entries(options.values)) {
    const id = name.toLowerCase();
    const field = shape.fields.get(id);
    if (!field) {
      fail('INVALID_FIELD_ID', `record.submitFields: ${shape.type} has no field ${name} that could be set without loading the record.`);
    }
    values[id] = told(field, value);
  }
  return host('record.submitFields', { type: shape.type, id: options.id, values });
};

const between = (method, other, detach) =>
  function attached() {
    const options = internal.options(arguments, ['record', other, 'attributes']);
    internal.required(`record.${method}`, options, ['record', other]);
    for (const part of ['record', other]) internal.required(`record.${method}`, options[part], ['type', 'id']);
    spend(`record.${method}`);
    const named = ({ type, id }) => ({ type: String(type), id });
    host('record.attach', { record: named(options.record), to: named(options[other]), detach });
  };

return { create, load, copy, transform, delete: remove, submitFields, attach: between('attach', 'to', false), detach: between('detach', 'from', true) };
