// Filters and columns as scripts write them, and as one tree for the account.
const { format } = internal;

const malformed = () => internal.fail('SSS_INVALID_SRCH_FILTER_EXPR', 'Malformed search filter expression.');

const formulaForm = /^(formula[a-z]+_?\d*)\s*:\s*([\s\S]*)$/i;
const summaryForm = /^(group|count|sum|min|max|avg)\(([\s\S]*)\)$/i;

/** `customer.email`, `formulatext: UPPER({email})` and `max(trandate)` taken apart. */
const named = (text) => {
  let name = String(text).trim();
  let summary;
  const summarized = summaryForm.exec(name);
  if (summarized) [, summary, name] = summarized;
  const formula = formulaForm.exec(name);
  if (formula) return { name: formula[1].toLowerCase(), formula: formula[2], summary };
  const dot = name.indexOf('.');
  return dot < 0 ? { name, summary } : { join: name.slice(0, dot), name: name.slice(dot + 1), summary };
};

const plain = (value) => {
  if (value instanceof Date) return format.date(value);
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  return typeof value === 'object' && value !== null ? String(value) : value;
};

const valuesOf = (given) => {
  const all = Array.isArray(given) ? given.flat() : given === undefined ? [] : [given];
  return all.filter((value) => value !== null && value !== undefined).map(plain);
};

const upper = (text) => (text ? String(text).toUpperCase() : null);

const filterOf = (method, options) => {
  internal.required(method, options, ['name', 'operator']);
  const parts = named(options.name);
  const filter = {
    name: parts.name,
    join: options.join ?? parts.join ?? null,
    operator: String(options.operator).toLowerCase(),
    values: valuesOf(options.values),
    formula: options.formula ?? parts.formula ?? null,
    summary: upper(options.summary ?? parts.summary),
  };
  Object.defineProperty(filter, 'toString', { value: () => 'search.Filter' });
  Object.defineProperty(filter, 'toJSON', {
    value() {
      const { name, join, operator, values, formula, summary } = this;
      return { name, join, operator, values, formula, summary, isor: false, isnot: false, leftparens: 0, rightparens: 0 };
    },
  });
  return internal.object('N/search.Filter', filter);
};

const isWord = (token, word) => typeof token === 'string' && token.toLowerCase() === word;
const isConnective = (token) => isWord(token, 'and') || isWord(token, 'or') || isWord(token, 'not');

/** A filter expression: `['a', 'is', 1]`, or such with `and`, `or` and `not` between them, nested. */
const tree = (expression) => {
  if (!Array.isArray(expression)) {
    return typeof expression === 'object' && expression !== null ? { filter: filterOf('search.createFilter', expression) } : malformed();
  }
  if (expression.length === 0) return null;
  if (typeof expression[0] === 'string' && !isConnective(expression[0])) {
    const [name, operator, ...values] = expression;
    if (typeof operator !== 'string') malformed();
    return { filter: filterOf('search.createFilter', { name, operator, values }) };
  }
  let at = 0;
  const operand = () => {
    if (at >= expression.length) return malformed();
    const token = expression[at];
    at += 1;
    if (isWord(token, 'not')) return { not: operand() };
    return typeof token === 'string' ? malformed() : (tree(token) ?? { and: [] });
  };
  const all = () => {
    const nodes = [operand()];
    while (at < expression.length && !isWord(expression[at], 'or')) {
      if (isWord(expression[at], 'and')) at += 1;
      nodes.push(operand());
    }
    return nodes.length === 1 ? nodes[0] : { and: nodes };
  };
  const either = [all()];
  while (at < expression.length) {
    at += 1;
    either.push(all());
  }
  return either.length === 1 ? either[0] : { or: either };
};

/** The same as an expression again. */
const expressionOf = (node) => {
  if (!node) return [];
  if (node.filter) {
    const { name, join, operator, values, formula, summary } = node.filter;
    const field = formula ? `${name}: ${formula}` : join ? `${join}.${name}` : name;
    return [summary ? `${summary}(${field})` : field, operator, ...values];
  }
  if (node.not) return ['NOT', expressionOf(node.not)];
  const word = node.and ? 'AND' : 'OR';
  return (node.and ?? node.or).flatMap((one, at) => (at === 0 ? [expressionOf(one)] : [word, expressionOf(one)]));
};

const filtersOf = (node) => {
  if (!node) return [];
  if (node.filter) return [node.filter];
  return node.not ? filtersOf(node.not) : (node.and ?? node.or).flatMap(filtersOf);
};

const columnOf = (given) => {
  const options = typeof given === 'string' ? { name: given } : given;
  internal.required('search.createColumn', options, ['name']);
  const parts = named(options.name);
  const column = {
    name: parts.name,
    join: options.join ?? parts.join ?? null,
    summary: upper(options.summary ?? parts.summary),
    formula: options.formula ?? parts.formula ?? null,
    label: options.label ?? null,
    function: options.function ?? null,
    sort: upper(options.sort),
  };
  Object.defineProperty(column, 'setWhenOrderedBy', { value: () => internal.notEmulated('N/search.Column.setWhenOrderedBy') });
  Object.defineProperty(column, 'toString', { value: () => 'search.Column' });
  return internal.object('N/search.Column', column);
};

return { tree, expressionOf, filtersOf, filterOf, columnOf };
