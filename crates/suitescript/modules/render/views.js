// Records and results of searches, as templates look into them: a field writes its text, and is calculated with as what it holds.
const { format } = internal;

const numeric = new Set(['integer', 'float', 'currency', 'rate', 'percent']);

const shownAs = (type, held, text) => {
  if (typeof held === 'boolean') return { plain: held, text: String(held) };
  if (held instanceof Date) return { plain: held, text: type === 'datetime' ? format.datetime(held) : format.date(held) };
  if (typeof held === 'number' && numeric.has(type)) return { plain: held, text: type === 'currency' ? format.grouped(held, 2) : held.toLocaleString() };
  return { plain: text, text };
};

/** `held` is what `getValue` gives, `text` what `getText` does. */
const fieldOf = (field, held, text) => {
  const members = { id: held, internalid: held, name: text };
  return { ...shownAs(field?.type, held, text), label: field?.label, look: (name) => members[name] };
};

const textOf = (read, held) => {
  try {
    return String(read() ?? '');
  } catch {
    // In standard mode a field that the script set has no text yet.
    return String(held ?? '');
  }
};

/** A field that a record does not have is an empty text in NetSuite's templates. */
const viewOf = (record) => {
  const lineOf = (sublistId, line) => ({
    look(fieldId) {
      const at = { sublistId, fieldId, line };
      const held = record.getSublistValue(at);
      return fieldOf(record.getSublistField(at), held, textOf(() => record.getSublistText(at), held));
    },
    names: () => record.getSublistFields({ sublistId }),
  });
  return {
    look(name) {
      if (name === 'id' || name === 'internalid') return record.id ?? '';
      if (name === 'type') return record.type;
      if (record.getSublists().includes(name)) return Array.from({ length: record.getLineCount({ sublistId: name }) }, (_, line) => lineOf(name, line));
      const held = record.getValue({ fieldId: name });
      return fieldOf(record.getField({ fieldId: name }), held, textOf(() => record.getText({ fieldId: name }), held));
    },
    names: () => record.getFields(),
  };
};

/** By the name or the label of a column; behind the name of a join those of the join. */
const resultOf = (result) => {
  const same = (one, other) => String(one ?? '').toLowerCase() === other;
  const under = (join) => ({
    look(given) {
      const name = String(given).toLowerCase();
      const column = result.columns.find((one) => same(one.join, join) && (same(one.name, name) || same(one.label, name)));
      if (column) {
        const held = result.getValue(column) ?? '';
        return fieldOf(null, held, result.getText(column) ?? String(held));
      }
      if (join === '' && name === 'id') return result.id;
      return join === '' && result.columns.some((one) => same(one.join, name)) ? under(name) : '';
    },
    names: () => result.columns.map(({ name }) => name),
  });
  return under('');
};

return { viewOf, resultOf };
