// Field, Sublist and Column: what a record's parts are like.
const property = (target, values) => {
  for (const [name, value] of Object.entries(values)) Object.defineProperty(target, name, { value, enumerable: true });
  return target;
};

const fieldOf = (type, shape, sublistId) => {
  const field = {
    getSelectOptions() {
      const { filter, operator } = internal.options(arguments, ['filter', 'operator']);
      if (shape.type !== 'select' && shape.type !== 'multiselect') return [];
      const options = shape.options ?? host('record.options', { type, sublist: sublistId ?? null, field: shape.id, filter: filter ?? null, operator: operator ?? null });
      if (!shape.options || !filter) return options.map((option) => ({ ...option }));
      const wanted = String(filter).toLowerCase();
      const fits = { is: (text) => text === wanted, startswith: (text) => text.startsWith(wanted) }[operator] ?? ((text) => text.includes(wanted));
      return options.filter(({ text }) => fits(text.toLowerCase()));
    },
    toJSON: () => ({ id: shape.id, label: shape.label, type: shape.type }),
    toString: () => 'record.Field',
  };
  property(field, {
    id: shape.id,
    label: shape.label,
    type: shape.type,
    isMandatory: shape.isMandatory === true,
    isDisabled: shape.isReadOnly === true,
    isReadOnly: shape.isReadOnly === true,
    isDisplay: true,
    isVisible: true,
    isPopup: false,
    sublistId: sublistId ?? null,
  });
  return internal.object('N/record.Field', field);
};

const columnOf = (sublist, shape) =>
  internal.object(
    'N/record.Column',
    property({}, {
      id: shape.id,
      label: shape.label,
      type: shape.type,
      sublistId: sublist.id,
      isMandatory: shape.isMandatory === true,
      isDisabled: shape.isReadOnly === true,
      isDisplay: true,
      isSortable: false,
    }),
  );

const sublistOf = (lines) => {
  const { shape } = lines;
  const sublist = {
    getColumn() {
      const { fieldId } = internal.options(arguments, ['fieldId']);
      internal.required('Sublist.getColumn', { fieldId }, ['fieldId']);
      const field = shape.fields.get(String(fieldId).toLowerCase());
      return field ? columnOf(shape, field) : null;
    },
    toJSON: () => ({ id: shape.id, type: 'inlineeditor', isChanged: lines.isChanged, isDisplay: true }),
    toString: () => 'record.Sublist',
  };
  property(sublist, {
    id: shape.id,
    name: shape.label,
    type: 'inlineeditor',
    isChanged: lines.isChanged,
    isHidden: false,
    isDisplay: true,
    isMultilineEditable: false,
  });
  return internal.object('N/record.Sublist', sublist);
};

return { fieldOf, sublistOf };
