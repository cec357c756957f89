/**
 * Statements, and a report made of one.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/query', 'N/runtime', 'N/format'], (query, runtime, format) => {
  const rows = (statement, params = []) => query.runSuiteQL({ query: statement, params }).asMappedResults();

  const get = ({ table = 'customer' }) => {
    const [row] = rows(`SELECT COUNT(*) AS n FROM ${table}`);
    return { table, count: row.n, left: runtime.getCurrentScript().getRemainingUsage() };
  };

  const post = ({ statement, params }) => rows(statement, params);

  const put = ({ statement, pageSize }) => {
    const paged = query.runSuiteQLPaged({ query: statement, pageSize });
    const sizes = [];
    paged.iterator().each((page) => {
      sizes.push(page.value.data.asMappedResults().length);
      return true;
    });
    return { count: paged.count, sizes };
  };

  const remove = ({ since }) => {
    const day = format.parse({ value: since, type: format.Type.DATE });
    const text = format.format({ value: day, type: format.Type.DATE });
    const [row] = rows('SELECT COUNT(*) AS n FROM transaction WHERE trandate >= TO_DATE(?, ?)', [text, 'MM/DD/YYYY']);
    return `${row.n} since ${text}`;
  };

  return { get, post, put, delete: remove };
});
