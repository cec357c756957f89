// N/query: SuiteQL.
const most = 5000;

const resultOf = (values, names) =>
  internal.object('N/query.Result', {
    values,
    asMap: () => Object.fromEntries(names.map((name, at) => [name, values[at]])),
  });

const iteratorOf = (name, length, valueAt) => {
  let at = 0;
  return internal.object(name, {
    each(callback) {
      while (at < length) {
        const value = valueAt(at);
        at += 1;
        if (callback({ value }) !== true) break;
      }
    },
    next: () => (at < length ? { value: { value: valueAt(at++) }, done: false } : { value: undefined, done: true }),
    [Symbol.iterator]() {
      return this;
    },
  });
};

const resultSetOf = ({ columns: names, types, rows }) => {
  const results = rows.map((values) => resultOf(values, names));
  const columns = names.map((alias, at) => internal.object('N/query.Column', { alias, label: alias, fieldId: null, formula: null, type: types[at], aggregate: null, groupBy: false, component: null, context: null }));
  return internal.object('N/query.ResultSet', {
    columns,
    types,
    results,
    asMappedResults: () => results.map((result) => result.asMap()),
    iterator: () => iteratorOf('N/query.Iterator', results.length, (at) => results[at]),
  });
};

const paramsOf = (params) =>
  (params ?? []).map((param) => {
    if (!['string', 'number', 'boolean'].includes(typeof param)) fail('SSS_INVALID_TYPE_ARG', `A parameter of a statement is a text, a number or true and false, not ${param === null ? 'null' : typeof param}.`);
    return param;
  });

const asked = (statement, start, size) => host('query.run', { ...statement, start, size });

const statementOf = (method, given, names) => {
  const options = internal.options(given, names);
  internal.required(method, options, ['query']);
  return { options, statement: { query: String(options.query), params: paramsOf(options.params) } };
};

const runSuiteQL = function runSuiteQL() {
  const { statement } = statementOf('query.runSuiteQL', arguments, ['query', 'params', 'customScriptId']);
  spend('query.runSuiteQL');
  return resultSetOf(asked(statement, 0, most));
};

const runSuiteQLPaged = function runSuiteQLPaged() {
  const { options, statement } = statementOf('query.runSuiteQLPaged', arguments, ['query', 'params', 'pageSize', 'customScriptId']);
  const pageSize = Number(options.pageSize ?? 50);
  if (!(Number.isInteger(pageSize) && pageSize >= 5 && pageSize <= 1000)) fail('SSS_INVALID_PAGE_SIZE', `query.runSuiteQLPaged: pageSize is ${options.pageSize}; it is a whole number from 5 to 1000.`);
  spend('query.runSuiteQLPaged');
  const { total } = asked(statement, 0, 0);
  const pageRanges = [];
  for (let index = 0; index * pageSize < total; index += 1) {
    pageRanges.push(internal.object('N/query.PageRange', { index, size: Math.min(pageSize, total - index * pageSize) }));
  }
  const pageAt = (index) => {
    spend('query.fetch');
    const data = resultSetOf(asked(statement, index * pageSize, pageSize));
    return internal.object('N/query.Page', { data, isFirst: index === 0, isLast: index >= pageRanges.length - 1, pageRange: pageRanges[index], pagedData: paged });
  };
  const paged = {
    count: total,
    pageRanges,
    pageSize,
    fetch() {
      const { index } = internal.options(arguments, ['index']);
      const at = Number(index);
      if (!(Number.isInteger(at) && at >= 0 && at < pageRanges.length)) fail('INVALID_PAGE_RANGE', `PagedData.fetch: there is no page ${index}; there are ${pageRanges.length}.`);
      return pageAt(at);
    },
    iterator: () => iteratorOf('N/query.PageIterator', pageRanges.length, pageAt),
  };
  paged.fetch.promise = async (...given) => paged.fetch(...given);
  return internal.object('N/query.PagedData', paged);
};

const remove = () => internal.notEmulated('N/query.delete');

return { runSuiteQL, runSuiteQLPaged, delete: remove };
