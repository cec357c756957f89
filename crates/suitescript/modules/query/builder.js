// query.create: a query that is put together of components, columns and conditions, and asked as SuiteQL.
const { conditionOn } = internal.piece('query/condition');
const { resultsOf, pagedOf } = internal.piece('query/results');

const tables = new Map();

/** A table and its columns: of each the table it refers to, if any. */
const tableOf = (type) => {
  const name = String(type).toLowerCase();
  if (!tables.has(name)) tables.set(name, host('query.table', { type: name }));
  return tables.get(name);
};

// Joins that lead from a record to its lines: a table, and on what.
const lines = {
  transaction: {
    transactionlines: ['transactionline', (from, to) => `${to}.transaction = ${from}.id`],
    accountingimpact: ['transactionaccountingline', (from, to) => `${to}.transaction = ${from}.id`],
  },
  transactionline: {
    accountingimpact: ['transactionaccountingline', (from, to) => `${to}.transaction = ${from}.transaction AND ${to}.transactionline = ${from}.id`],
  },
};

const aggregates = {
  AVERAGE: 'AVG(',
  AVERAGE_DISTINCT: 'AVG(DISTINCT ',
  COUNT: 'COUNT(',
  COUNT_DISTINCT: 'COUNT(DISTINCT ',
  MAXIMUM: 'MAX(',
  MAXIMUM_DISTINCT: 'MAX(',
  MINIMUM: 'MIN(',
  MINIMUM_DISTINCT: 'MIN(',
  SUM: 'SUM(',
  SUM_DISTINCT: 'SUM(DISTINCT ',
};

const aggregated = (sql, aggregate) => {
  if (!aggregate) return sql;
  const word = aggregates[String(aggregate).toUpperCase()];
  return word ? `${word}${sql})` : internal.notEmulated(`The aggregate ${aggregate} of a query`);
};

const unknown = (fieldId, table) => internal.fail('SSS_INVALID_QUERY_FIELD', `The field ${fieldId} is not in ${table}.`);

/** What an instance has of its own: its class has these names for what is not there. */
const own = (target, values) => {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  }
};

class Component {
  constructor(state, { type, parent = null, on = null, source = null, target = null }) {
    own(this, { type, source, target, parent, child: Object.create(null) });
    const at = state.components.push({ component: this, on }) - 1;
    Object.defineProperty(this, 'state', { value: state });
    Object.defineProperty(this, 'alias', { value: `t${at}` });
    Object.defineProperty(this, 'table', { value: tableOf(type) });
  }

  column(fieldId) {
    const name = String(fieldId).toLowerCase();
    return Object.hasOwn(this.table.columns, name) ? `${this.alias}.${name}` : unknown(fieldId, this.type);
  }

  /** `{field}` and `{join.field}` in a formula. */
  formula(text) {
    return String(text).replace(/\{([^{}]+)\}/g, (_, path) => {
      const names = path.trim().toLowerCase().split('.');
      const fieldId = names.pop();
      return names.reduce((component, name) => component.child[name] ?? component.autoJoin({ fieldId: name }), this).column(fieldId);
    });
  }

  expression({ fieldId, formula }) {
    return formula ? `(${this.formula(formula)})` : this.column(fieldId);
  }

  joined(name, type, on, way) {
    const key = name.toLowerCase();
    this.child[key] ??= new Component(this.state, { type, parent: this, on, ...way });
    return this.child[key];
  }

  autoJoin() {
    const { fieldId } = internal.options(arguments, ['fieldId']);
    internal.required('Component.autoJoin', { fieldId }, ['fieldId']);
    const [name, target] = String(fieldId).split('^');
    if (name.includes('<')) {
      const [source, from] = name.split('<');
      return this.joinFrom({ fieldId: source, source: from });
    }
    if (target) return this.joinTo({ fieldId: name, target });
    const [source, on] = lines[this.type]?.[name.toLowerCase()] ?? [];
    if (source) return this.joined(name, source, (alias) => on(this.alias, alias), { source });
    const leads = this.table.columns[name.toLowerCase()];
    return leads ? this.joinTo({ fieldId: name, target: leads }) : unknown(fieldId, this.type);
  }

  join() {
    return this.autoJoin(...arguments);
  }

  joinTo() {
    const { fieldId, target } = internal.options(arguments, ['fieldId', 'target']);
    internal.required('Component.joinTo', { fieldId, target }, ['fieldId', 'target']);
    const from = this.column(fieldId);
    return this.joined(fieldId, String(target).toLowerCase(), (alias) => `${alias}.id = ${from}`, { target });
  }

  joinFrom() {
    const { fieldId, source } = internal.options(arguments, ['fieldId', 'source']);
    internal.required('Component.joinFrom', { fieldId, source }, ['fieldId', 'source']);
    return this.joined(`${fieldId}<${source}`, String(source).toLowerCase(), (alias) => `${alias}.${String(fieldId).toLowerCase()} = ${this.alias}.id`, { source });
  }

  createColumn() {
    const options = internal.options(arguments, ['fieldId', 'aggregate', 'groupBy', 'alias']);
    if (!options.formula) internal.required('query.createColumn', options, ['fieldId']);
    const context = options.context?.name ?? options.context ?? null;
    const plain = this.expression(options);
    if (context !== null && !['DISPLAY', 'HIERARCHY', 'RAW'].includes(context)) internal.notEmulated(`The context ${context} of a query's column`);
    const shown = context === 'DISPLAY' || context === 'HIERARCHY' ? `BUILTIN.DF(${plain})` : plain;
    const { fieldId = null, formula = null, type = null, aggregate = null, groupBy = false, alias = null, label = alias } = options;
    const column = internal.object('N/query.Column', { component: this, fieldId, formula, type, aggregate, groupBy, alias, label, context: context && { name: context } });
    Object.defineProperty(column, 'sql', { value: aggregated(shown, aggregate) });
    return column;
  }

  createCondition() {
    const options = internal.options(arguments, ['fieldId', 'operator', 'values']);
    if (!options.formula) internal.required('query.createCondition', options, ['fieldId', 'operator']);
    const { fieldId = null, operator = null, values = null, formula = null, type = null, aggregate = null } = options;
    const sql = aggregated(this.expression(options), aggregate);
    const { text, params } = operator ? conditionOn(sql, operator, values) : { text: sql, params: [] };
    return conditionOf({ fieldId, operator, values, formula, type, aggregate, component: this }, text, params, aggregate !== null);
  }

  createSort() {
    const options = internal.options(arguments, ['column', 'ascending']);
    internal.required('query.createSort', options, ['column']);
    const { column, ascending = true, nullsLast = ascending, caseSensitive = false, locale = null } = options;
    return internal.object('N/query.Sort', { column, ascending, nullsLast, caseSensitive, locale });
  }
}

const conditionOf = (members, text, params, isOfGroups) => {
  const condition = internal.object('N/query.Condition', members);
  Object.defineProperty(condition, 'sql', { value: { text, params, isOfGroups } });
  return condition;
};

const together = (word, given) => {
  const children = given.flat();
  const text = `(${children.map(({ sql }) => sql.text).join(` ${word} `)})`;
  return conditionOf({ operator: word, children }, text, children.flatMap(({ sql }) => sql.params), children.some(({ sql }) => sql.isOfGroups));
};

class Query {
  constructor(type) {
    const state = { components: [] };
    const root = new Component(state, { type: String(type).toLowerCase() });
    Object.defineProperty(this, 'state', { value: state });
    Object.defineProperty(this, 'root', { value: root, enumerable: true });
    own(this, { columns: [], condition: null, sort: [] });
    internal.promising(this, ['run', 'runPaged']);
  }

  get type() { return this.root.type; }
  get child() { return this.root.child; }
  get id() { return null; }
  get name() { return null; }

  autoJoin() { return this.root.autoJoin(...arguments); }
  join() { return this.root.autoJoin(...arguments); }
  joinTo() { return this.root.joinTo(...arguments); }
  joinFrom() { return this.root.joinFrom(...arguments); }
  createColumn() { return this.root.createColumn(...arguments); }
  createCondition() { return this.root.createCondition(...arguments); }
  createSort() { return this.root.createSort(...arguments); }
  and() { return together('AND', [...arguments]); }
  or() { return together('OR', [...arguments]); }

  not(condition) {
    const { text, params, isOfGroups } = condition.sql;
    return conditionOf({ operator: 'NOT', children: [condition] }, `NOT ${text}`, params, isOfGroups);
  }

  statement() {
    if (this.columns.length === 0) internal.fail('SSS_MISSING_REQD_ARGUMENT', 'Query.run: Missing a required argument: columns');
    const selected = this.columns.map(({ sql }, at) => `${sql} AS c${at}`);
    const [first, ...joins] = this.state.components.map(({ component, on }) =>
      on ? `LEFT JOIN ${component.table.table} ${component.alias} ON ${on(component.alias)}` : `${component.table.table} ${component.alias}`,
    );
    const isGrouped = this.columns.some(({ aggregate, groupBy }) => aggregate || groupBy);
    const groups = isGrouped ? this.columns.filter(({ aggregate }) => !aggregate).map(({ sql }) => sql) : [];
    const { text, params = [], isOfGroups } = this.condition?.sql ?? {};
    const order = this.sort.map(({ column, ascending, nullsLast }) => `${column.sql} ${ascending ? 'ASC' : 'DESC'} NULLS ${nullsLast ? 'LAST' : 'FIRST'}`);
    const parts = [
      `SELECT ${selected.join(', ')} FROM ${[first, ...joins].join(' ')}`,
      text && !isOfGroups && `WHERE ${text}`,
      groups.length > 0 && `GROUP BY ${groups.join(', ')}`,
      text && isOfGroups && `HAVING ${text}`,
      order.length > 0 && `ORDER BY ${order.join(', ')}`,
    ];
    return { query: parts.filter(Boolean).join(' '), params };
  }

  named() {
    const taken = new Map();
    const names = this.columns.map(({ alias, fieldId }, at) => {
      const name = alias ?? fieldId ?? `formula${at}`;
      const times = taken.get(name) ?? 0;
      taken.set(name, times + 1);
      return times === 0 ? name : `${name}_${times}`;
    });
    return { names, columns: this.columns };
  }

  run() {
    const statement = this.statement();
    spend('query.run');
    return resultsOf(statement, this.named());
  }

  runPaged() {
    const { pageSize } = internal.options(arguments, ['pageSize']);
    return pagedOf('Query.runPaged', this.statement(), pageSize, this.named());
  }

  toSuiteQL() {
    return suiteQLOf(this.statement(), this.type, this.columns);
  }

  toJSON() {
    return { type: this.type, query: this.statement().query };
  }

  toString() {
    return 'query.Query';
  }
}

/** A statement with its parameters. */
const suiteQLOf = ({ query, params }, type, columns) => {
  const members = {
    query,
    params,
    type,
    columns,
    run: () => {
      spend('query.run');
      return resultsOf({ query, params });
    },
    runPaged() {
      return pagedOf('SuiteQL.runPaged', { query, params }, internal.options(arguments, ['pageSize']).pageSize);
    },
  };
  return internal.promising(internal.object('N/query.SuiteQL', members), ['run', 'runPaged']);
};

internal.object('N/query.Query', Query.prototype);
internal.object('N/query.Component', Component.prototype);

const create = function create() {
  const options = internal.options(arguments, ['type', 'columns', 'condition', 'sort']);
  internal.required('query.create', options, ['type']);
  const query = new Query(options.type);
  if (options.columns) query.columns = options.columns.map((column) => (column.sql ? column : query.createColumn(column)));
  if (options.condition) query.condition = options.condition.sql ? options.condition : query.createCondition(options.condition);
  if (options.sort) query.sort = options.sort;
  return query;
};

return { create };
