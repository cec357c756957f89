// N/query: SuiteQL, as a statement or put together.
const { resultsOf, pagedOf } = internal.piece('query/results');

const paramsOf = (params) =>
  (params ?? []).map((param) => {
    if (!['string', 'number', 'boolean'].includes(typeof param)) fail('SSS_INVALID_TYPE_ARG', `A parameter of a statement is a text, a number or true and false, not ${param === null ? 'null' : typeof param}.`);
    return param;
  });

const statementOf = (method, options) => {
  internal.required(method, options, ['query']);
  return { query: String(options.query), params: paramsOf(options.params) };
};

const runSuiteQL = function runSuiteQL() {
  const statement = statementOf('query.runSuiteQL', internal.options(arguments, ['query', 'params', 'customScriptId']));
  spend('query.runSuiteQL');
  return resultsOf(statement);
};

const runSuiteQLPaged = function runSuiteQLPaged() {
  const options = internal.options(arguments, ['query', 'params', 'pageSize', 'customScriptId']);
  return pagedOf('query.runSuiteQLPaged', statementOf('query.runSuiteQLPaged', options), options.pageSize);
};

const create = function create() {
  return internal.piece('query/builder').create(...arguments);
};

/** A day that is counted from today. */
const createRelativeDate = function createRelativeDate() {
  const options = internal.options(arguments, ['dateId', 'value']);
  internal.required('query.createRelativeDate', options, ['dateId', 'value']);
  const { dateId, value } = options;
  const code = `${String(dateId).toUpperCase()}${Number(value)}`;
  if (!/^[DWMQY](AGO|FN)\d{1,4}$/.test(code)) internal.notEmulated(`The relative date ${dateId} ${value}`);
  return internal.object('N/query.RelativeDate', { dateId, value, code, isRange: false, interval: dateId, start: code, end: code, toString: () => code, toJSON: () => ({ dateId, value }) });
};

/** Queries are kept in workbooks, of which this account has none. */
const of = (method, code) =>
  function saved() {
    const { id } = internal.options(arguments, ['id']);
    internal.required(`query.${method}`, { id }, ['id']);
    spend(`query.${method}`);
    fail(code, `There is no saved query ${id}: this account has no workbooks. Write it as SuiteQL, or with query.create.`);
  };

const load = of('load', 'UNABLE_TO_LOAD_QUERY');
const remove = of('delete', 'UNABLE_TO_DELETE_QUERY');

return { create, load, createRelativeDate, runSuiteQL, runSuiteQLPaged, delete: remove };
