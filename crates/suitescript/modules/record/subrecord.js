// Subrecords: an address, which is a record of its own for a script and lies in a field for the account.
const FieldSet = internal.piece('record/field_set');
const { fieldOf } = internal.piece('record/field');

const body = ['fieldId'];

/** The arguments of a record's method. */
const given = (method, names, given, required = names) => {
  const options = internal.options(given, names);
  internal.required(`Record.${method}`, options, required);
  return options;
};

/** An address or the like, which lies in a field of its record. */
const subrecordOf = (fields, id, type) => {
  const shape = fields.fields.get(id);
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
    const own = new FieldSet(inside, { isDynamic: true, refresh: () => {} });
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
