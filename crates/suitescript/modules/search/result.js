// Results of a search.
const { columnOf } = internal.piece('search/filters');

const same = (one, other) => (one ?? '').toLowerCase() === (other ?? '').toLowerCase();

const keyOf = ({ name, join, summary }) => {
  const field = join ? `${join}.${name}` : name;
  return summary ? `${summary}(${field})` : field;
};

/** Names of the columns in `getAllValues`; a name that is there twice gets a number. */
const keysOf = (columns) => {
  const taken = new Map();
  return columns.map((column) => {
    const key = keyOf(column);
    const times = taken.get(key) ?? 0;
    taken.set(key, times + 1);
    return times === 0 ? key : `${key}_${times}`;
  });
};

/** `[id, text]` of what is selected as a list; a value as it is. */
const whole = (value) => (value.length === 1 ? value[0] : value[0] === '' ? [] : [{ value: value[0], text: value[1] }]);

const resultOf = ({ id, recordType, values }, columns, keys) => {
  /** By the column itself, by what it is made of, or by its name. */
  const find = (method, given) => {
    const wanted = given.length > 1 || typeof given[0] === 'string' ? internal.options(given, ['name', 'join', 'summary']) : given[0];
    internal.required(method, wanted, ['name']);
    let at = columns.indexOf(wanted);
    if (at >= 0) return values[at];
    const { name, join, summary, formula } = columnOf(wanted);
    at = columns.findIndex((column) => same(column.name, name) && same(column.join, join) && same(column.summary, summary) && (!formula || column.formula === formula));
    if (at < 0) at = keys.findIndex((key) => same(key, String(wanted.name)));
    return values[at];
  };
  const result = {
    getValue() {
      return find('Result.getValue', arguments)?.[0] ?? null;
    },
    getText() {
      return find('Result.getText', arguments)?.[1] ?? null;
    },
    getAllValues: () => Object.fromEntries(keys.map((key, at) => [key, whole(values[at])])),
    toJSON: () => ({ ...(id !== null && { recordType, id }), values: result.getAllValues() }),
    toString: () => 'search.Result',
  };
  for (const [name, value] of Object.entries({ recordType, id, columns })) {
    Object.defineProperty(result, name, { value, enumerable: true });
  }
  return internal.object('N/search.Result', result);
};

const found = (results, columns) => {
  const keys = keysOf(columns);
  return results.map((one) => resultOf(one, columns, keys));
};

/** The results of a definition from `start`, at most `size` of them, and how many there are. */
const resultsOf = (definition, columns, start, size) => {
  const { results, total } = host('search.run', { search: definition, start, size });
  return { results: found(results, columns), total };
};

return { found, resultsOf, whole };
