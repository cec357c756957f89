// Subrecords: an address, which is a record of its own for a script and lies in a field for the account; and those that the account
// does not keep.
const FieldSet = internal.piece('record/field_set');
const { fieldOf } = internal.piece('record/field');
const { subrecords } = internal.piece('record/unkept');

const body = ['fieldId'];

/** The arguments of a record's method. */
const given = (method, names, given, required = names) => {
  const options = internal.options(given, names);
  internal.required(`Record.${method}`, options, required);
  return options;
};

/** One that lasts as long as its record does in the script: it is filled in, read, and not saved, as a field that is not there. */
const unkeptOf = (fields, id) => {
  const { fields: own, sublist } = subrecords[id];
  if (!fields.said.has(id)) {
    const shape = { type: id, class: 'custom', fields: own, sublists: new Map([[sublist.id, sublist]]), unkept: () => fields.note(id) };
    fields.said.set(id, { value: internal.piece('record/record').empty(shape, fields.isDynamic) });
  }
  return fields.said.get(id).value;
};

/** An address or the like, which lies in a field of its record. */
const subrecordOf = (fields, id, type) => {
  const shape = fields.fields.get(id);
  if (!shape && Object.hasOwn(subrecords, id)) return unkeptOf(fields, id);
  if (!shape) return internal.notEmulated(`The subrecord ${id} of ${type}`);
  if (!shape.fields) {
    return internal.fail('FIELD_1_IS_NOT_A_SUBRECORD_FIELD', `Field ${id} is not a subrecord field.`);
  }
  const inside = new Map(shape.fields.map((field) => [field.id, field]));
  const held = () => {
    const said = fields.said.get(id);
    if (!said) fields.refresh();
    return { ...(said ? said.value : fields.values[id]) };
  };
  const set = () => {
    const own = new FieldSet(inside, { type: 'address', isDynamic: true, refresh: () => {} });
    own.take({ values: held(), texts: {} });
    return own;
  };
  const keep = (own) => fields.setValue(id, { ...own.values, ...own.changes() });
  const subrecord = {
    getValue() {
      return set().getValue(given('getValue', body, arguments).fieldId);
    },
    getText() {
      return set().getText(given('getText', body, arguments).fieldId);
    },
    setValue() {
      const { fieldId, value } = given('setValue', ['fieldId', 'value'], arguments, body);
      const own = set();
      own.setValue(fieldId, value);
      keep(own);
      return subrecord;
    },
    setText() {
      const { fieldId, text } = given('setText', ['fieldId', 'text'], arguments, body);
      const own = set();
      own.setText(fieldId, text);
      keep(own);
      return subrecord;
    },
    getFields: () => [...inside.keys()],
    getField() {
      const field = inside.get(FieldSet.idOf(given('getField', body, arguments).fieldId));
      return field ? fieldOf(type, field) : null;
    },
    getSublists: () => [],
    toJSON: () => ({ fields: set().toJSON() }),
  };
  for (const [name, value] of Object.entries({ id: null, type: 'address', isDynamic: fields.isDynamic })) {
    Object.defineProperty(subrecord, name, { value, enumerable: true });
  }
  return internal.object('N/record.Record', subrecord);
};

return { given, subrecordOf };
