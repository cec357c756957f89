// What a statement answers: its rows, whole or a page at a time.
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

const plainColumn = (alias, type) =>
  internal.object('N/query.Column', { alias, label: alias, fieldId: null, formula: null, type, aggregate: null, groupBy: false, component: null, context: null });

/** `statement` is `query` and `params`; with `named`, names and columns of its own stand for those of the rows. */
const resultSetOf = ({ columns: answered, types, rows }, named) => {
  const names = named?.names ?? answered;
  const results = rows.map((values) => resultOf(values, names));
  return internal.object('N/query.ResultSet', {
    columns: named?.columns ?? names.map((name, at) => plainColumn(name, types[at])),
    types,
    results,
    asMappedResults: () => results.map((result) => result.asMap()),
    iterator: () => iteratorOf('N/query.Iterator', results.length, (at) => results[at]),
  });
};

const asked = ({ query, params }, start, size) => host('query.run', { query, params, start, size });

// Rows of a statement that is not paged.
const most = 5000;

const resultsOf = (statement, named) => resultSetOf(asked(statement, 0, most), named);

const pagedOf = (method, statement, given, named) => {
  const pageSize = Number(given ?? 50);
  if (!(Number.isInteger(pageSize) && pageSize >= 5 && pageSize <= 1000)) fail('SSS_INVALID_PAGE_SIZE', `${method}: pageSize is ${given}; it is a whole number from 5 to 1000.`);
  spend('query.runPaged');
  const { total } = asked(statement, 0, 0);
  const pageRanges = [];
  for (let index = 0; index * pageSize < total; index += 1) {
    pageRanges.push(internal.object('N/query.PageRange', { index, size: Math.min(pageSize, total - index * pageSize) }));
  }
  const pageAt = (index) => {
    spend('query.fetch');
    const data = resultSetOf(asked(statement, index * pageSize, pageSize), named);
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
  return internal.promising(internal.object('N/query.PagedData', paged), ['fetch']);
};

return { resultsOf, pagedOf };
