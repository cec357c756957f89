// Conditions of a query that is built, as SQL with parameters.
const two = (number) => String(number).padStart(2, '0');
const dayOf = (date) => `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** `{ text, params }` of the first and of the last moment of a date, or of a range that is named from today. */
const edges = (value) => {
  if (value instanceof Date) {
    const day = { text: "TO_DATE(?, 'YYYY-MM-DD')", params: [dayOf(value)] };
    return [day, day];
  }
  const code = value?.code ?? (typeof value === 'string' ? host('query.range', { name: value }) : null);
  if (!code) {
    const date = internal.format.parseDate(String(value));
    return date ? edges(date) : internal.fail('INVALID_DATE_VALUE', `Invalid date value ${value} (must be M/D/YYYY).`);
  }
  return ['START', 'END'].map((edge) => ({ text: `BUILTIN.RELATIVE_RANGES('${code}', '${edge}')`, params: [] }));
};

const plain = (value) => (typeof value === 'boolean' ? (value ? 'T' : 'F') : value);

const compared = (sql, sign, { text, params }) => ({ text: `${sql} ${sign} ${text}`, params });

const bound = (text, value) => ({ text, params: [plain(value)] });

const within = (sql, [start, end]) => ({ text: `${sql} >= ${start.text} AND ${sql} <= ${end.text}`, params: [...start.params, ...end.params] });

// By operator: SQL of a column and its values.
const operators = {
  ANY_OF: (sql, values) => ({ text: `${sql} IN (${values.map(() => '?').join(', ')})`, params: values.map(plain) }),
  IS: (sql, [value]) => bound(`${sql} = ?`, value),
  EQUAL: (sql, [value]) => bound(`${sql} = ?`, value),
  GREATER: (sql, [value]) => bound(`${sql} > ?`, value),
  GREATER_OR_EQUAL: (sql, [value]) => bound(`${sql} >= ?`, value),
  LESS: (sql, [value]) => bound(`${sql} < ?`, value),
  LESS_OR_EQUAL: (sql, [value]) => bound(`${sql} <= ?`, value),
  BETWEEN: (sql, [low, high]) => ({ text: `${sql} BETWEEN ? AND ?`, params: [low, high] }),
  CONTAIN: (sql, [value]) => bound(`INSTR(UPPER(${sql}), UPPER(?)) > 0`, value),
  START_WITH: (sql, [value]) => bound(`INSTR(UPPER(${sql}), UPPER(?)) = 1`, value),
  ENDWITH: (sql, [value]) => ({ text: `SUBSTR(UPPER(${sql}), -LENGTH(?)) = UPPER(?)`, params: [value, value] }),
  EMPTY: (sql) => ({ text: `${sql} IS NULL`, params: [] }),
  ON: (sql, [value]) => within(sql, edges(value)),
  BEFORE: (sql, [value]) => compared(sql, '<', edges(value)[0]),
  AFTER: (sql, [value]) => compared(sql, '>', edges(value)[1]),
  ON_OR_BEFORE: (sql, [value]) => compared(sql, '<=', edges(value)[1]),
  ON_OR_AFTER: (sql, [value]) => compared(sql, '>=', edges(value)[0]),
  WITHIN: (sql, [first, last]) => within(sql, [edges(first)[0], edges(last ?? first)[1]]),
};

/** One condition on an expression. */
const conditionOn = (sql, operator, given) => {
  const values = (Array.isArray(given) ? given : [given]).filter((value) => value !== undefined && value !== null);
  const name = String(operator).toUpperCase();
  const isNot = name.endsWith('_NOT');
  const write = operators[isNot ? name.slice(0, -4) : name];
  if (!write) return internal.notEmulated(`The operator ${operator} of a query`);
  if (values.length === 0 && !name.startsWith('EMPTY')) {
    internal.fail('SSS_MISSING_REQD_ARGUMENT', 'query.createCondition: Missing a required argument: values');
  }
  const { text, params } = write(sql, values);
  return isNot && name !== 'EMPTY_NOT' ? { text: `(${sql} IS NULL OR NOT (${text}))`, params } : { text: isNot ? `NOT (${text})` : `(${text})`, params };
};

return { conditionOn };
