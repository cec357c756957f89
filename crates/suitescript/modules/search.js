// N/search: searches over the account's records.
const { tree, expressionOf, filtersOf, filterOf, columnOf } = internal.piece('search/filters');
const { found, resultsOf, whole } = internal.piece('search/result');

const mostEach = 4000;
const page = 1000;

const treeOf = (filters) => {
  if (!Array.isArray(filters)) return filters ? tree(filters) : null;
  const isList = filters.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!isList) return tree(filters);
  return filters.length === 0 ? null : { and: filters.map((one) => tree(one)) };
};

const resultSetOf = (search) => {
  const columns = search.columns;
  const set = {
    columns,
    each() {
      const { callback } = internal.options(arguments, ['callback']);
      const seen = callback ?? arguments[0];
      if (typeof seen !== 'function') fail('SSS_MISSING_REQD_ARGUMENT', 'ResultSet.each: Missing a required argument: callback');
      for (let start = 0; start < mostEach; start += page) {
        spend('search.each');
        const { results } = resultsOf(search.definition(), columns, start, page);
        for (const result of results) if (seen(result) !== true) return;
        if (results.length < page) return;
      }
    },
    getRange() {
      const options = internal.options(arguments, ['start', 'end']);
      internal.required('ResultSet.getRange', options, ['start', 'end']);
      const [start, end] = [Number(options.start), Number(options.end)];
      if (!(start >= 0 && end >= start)) fail('SSS_INVALID_SEARCH_RESULT_INTERVAL', `ResultSet.getRange: from ${options.start} to ${options.end} is no range of results.`);
      if (end - start > page) fail('SSS_SEARCH_RESULT_LIMIT_EXCEEDED', 'No more than 1000 search results may be requested at one time. Please narrow your range of requested search results, or use the each() function to iterate over more results.');
      spend('search.getRange');
      return end === start ? [] : resultsOf(search.definition(), columns, start, end - start).results;
    },
  };
  return internal.promising(internal.object('N/search.ResultSet', set), ['each', 'getRange']);
};

const pagedOf = (search, pageSize) => {
  const { columns } = search;
  const definition = search.definition();
  const { total } = resultsOf(definition, columns, 0, 0);
  const pageRanges = [];
  for (let index = 0; index * pageSize < total; index += 1) {
    const last = Math.min((index + 1) * pageSize, total);
    pageRanges.push(internal.object('N/search.PageRange', { index, compoundLabel: `${index * pageSize + 1} - ${last}` }));
  }
  const pageOf = (index) => {
    spend('search.fetch');
    const data = resultsOf(definition, columns, index * pageSize, pageSize).results;
    const isFirst = index === 0;
    const isLast = index >= pageRanges.length - 1;
    const step = (is, by) => () => (is ? fail('INVALID_PAGE_RANGE', 'There is no page there: ask isFirst and isLast before.') : pageOf(index + by));
    const page = { data, isFirst, isLast, pagedData: paged, pageRange: pageRanges[index], next: step(isLast, 1), prev: step(isFirst, -1) };
    return internal.promising(internal.object('N/search.Page', page), ['next', 'prev']);
  };
  const paged = {
    count: total,
    pageRanges,
    pageSize,
    searchDefinition: search,
    fetch() {
      const options = internal.options(arguments, ['index']);
      internal.required('PagedData.fetch', options, ['index']);
      const index = Number(options.index);
      if (!(Number.isInteger(index) && index >= 0 && (index < pageRanges.length || index === 0))) fail('INVALID_PAGE_RANGE', `PagedData.fetch: there is no page ${options.index}; there are ${pageRanges.length}.`);
      return pageOf(index);
    },
  };
  return internal.promising(internal.object('N/search.PagedData', paged), ['fetch']);
};

/** `node` is the tree of filters, `saved` what the account has of a search that was loaded. */
const searchOf = ({ type, node, columns, title = null, id = null, isPublic = false, searchId = null }) => {
  let base = node;
  let derived = null; // filters that were taken out of the tree, in `live`
  let live = null; // what a script has of the filters, and may add to
  let shown = columns.map((column) => columnOf(column));

  const current = () => {
    if (!live) return base;
    const isDerived = derived && derived.every((filter, at) => live[at] === filter);
    const rest = (isDerived ? live.slice(derived.length) : live).map((one) => tree(one));
    const all = isDerived && base ? [base, ...rest] : rest;
    return all.length === 0 ? null : all.length === 1 ? all[0] : { and: all };
  };

  const search = {
    title,
    id,
    isPublic,
    /** As the account is told it. */
    definition: () => ({ type, filters: current(), columns: search.columns }),
    run: () => resultSetOf(search),
    runPaged() {
      const { pageSize = 50 } = internal.options(arguments, ['pageSize']);
      const size = Number(pageSize);
      if (!(Number.isInteger(size) && size >= 5 && size <= page)) fail('SSS_INVALID_PAGE_SIZE', `Search.runPaged: pageSize is ${pageSize}; it is a whole number from 5 to 1000.`);
      spend('search.runPaged');
      return pagedOf(search, size);
    },
    save() {
      internal.required('Search.save', search, ['title']);
      spend('search.save');
      searchId = host('search.save', { searchId, id: search.id, title: String(search.title), isPublic: search.isPublic === true, search: search.definition() });
      return searchId;
    },
    toString: () => 'search.Search',
    toJSON: () => ({ type, id: search.id, title: search.title, isPublic: search.isPublic, filters: search.filterExpression, columns: search.columns }),
  };
  for (const method of ['definition', 'run', 'runPaged', 'save', 'toString', 'toJSON']) Object.defineProperty(search, method, { enumerable: false });
  const property = (name, get, set) => Object.defineProperty(search, name, { get, set, enumerable: true });
  property('searchType', () => type);
  property('searchId', () => searchId);
  property('columns', () => {
    shown = shown.map((column) => (typeof column === 'string' || !('sort' in column) ? columnOf(column) : column));
    return shown;
  }, (given) => { shown = (Array.isArray(given) ? given : [given]).map((column) => columnOf(column)); });
  property('filters', () => {
    if (!live) {
      derived = filtersOf(base);
      live = [...derived];
    }
    return live;
  }, (given) => {
    derived = null;
    live = null;
    base = treeOf(given);
  });
  property('filterExpression', () => {
    const node = current();
    const expression = expressionOf(node);
    return node?.filter ? [expression] : expression;
  }, (given) => {
    derived = null;
    live = null;
    base = tree(given);
  });
  return internal.promising(internal.object('N/search.Search', search), ['run', 'runPaged', 'save']);
};

const create = function create() {
  const options = internal.options(arguments, ['type', 'filters', 'columns', 'title', 'id']);
  internal.required('search.create', options, ['type']);
  const { filters, filterExpression, columns = [], title, id, isPublic } = options;
  const node = filterExpression ? tree(filterExpression) : treeOf(filters);
  const list = Array.isArray(columns) ? columns : [columns];
  const search = searchOf({ type: String(options.type).toLowerCase(), node, columns: list, title, id, isPublic });
  spend('search.create');
  const unkept = host('search.check', search.definition()) ?? [];
  if (unkept.length > 0) {
    host('log.write', { level: 'DEBUG', title: `A search for ${options.type} looks at what is empty here`, details: `This account keeps nothing in ${unkept.join(', ')}.` });
  }
  return search;
};

const load = function load() {
  const options = internal.options(arguments, ['id', 'type']);
  internal.required('search.load', options, ['id']);
  spend('search.load');
  const { search, ...saved } = host('search.load', { id: options.id });
  const revived = (node) => {
    if (!node) return null;
    if (node.filter) return { filter: filterOf('search.load', node.filter) };
    if (node.not) return { not: revived(node.not) };
    return node.and ? { and: node.and.map(revived) } : { or: node.or.map(revived) };
  };
  return searchOf({ ...saved, type: search.type, node: revived(search.filters), columns: search.columns });
};

const remove = function remove() {
  const options = internal.options(arguments, ['id']);
  internal.required('search.delete', options, ['id']);
  spend('search.delete');
  host('search.delete', { id: options.id });
};

const lookupFields = function lookupFields() {
  const options = internal.options(arguments, ['type', 'id', 'columns']);
  internal.required('search.lookupFields', options, ['type', 'id', 'columns']);
  spend('search.lookupFields');
  const names = Array.isArray(options.columns) ? options.columns : [options.columns];
  const definition = {
    type: String(options.type).toLowerCase(),
    filters: { filter: filterOf('search.lookupFields', { name: 'internalid', operator: 'anyof', values: [options.id] }) },
    columns: names.map((name) => columnOf(name)),
  };
  const { results } = host('search.run', { search: definition, start: 0, size: 1 });
  if (results.length === 0) return {};
  return Object.fromEntries(names.map((name, at) => [typeof name === 'string' ? name : name.name, whole(results[0].values[at])]));
};

/** Everything that is called something with these words in it. */
const everywhere = function global() {
  const options = internal.options(arguments, ['keywords']);
  internal.required('search.global', options, ['keywords']);
  spend('search.global');
  const columns = ['name', 'type', 'info1', 'info2'].map((name) => columnOf(name));
  return found(host('search.global', { keywords: String(options.keywords) }).results, columns);
};

const createColumn = function createColumn() {
  return columnOf(internal.options(arguments, ['name', 'join', 'summary', 'formula', 'function', 'label', 'sort']));
};

const createFilter = function createFilter() {
  return filterOf('search.createFilter', internal.options(arguments, ['name', 'join', 'operator', 'values', 'formula', 'summary']));
};

const createSetting = function createSetting() {
  const options = internal.options(arguments, ['name', 'value']);
  internal.required('search.createSetting', options, ['name', 'value']);
  return internal.object('N/search.Setting', { name: options.name, value: options.value });
};

return { create, load, delete: remove, global: everywhere, lookupFields, createColumn, createFilter, createSetting };
