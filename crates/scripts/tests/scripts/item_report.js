/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/query'], (query) => {
  const get = ({ type }) => {
    const statement = "SELECT id, itemid AS name, baseprice, isinactive FROM item WHERE itemtype = ? ORDER BY id";
    const set = query.runSuiteQL({ query: statement, params: [type] });
    const pages = [];
    query.runSuiteQLPaged({ query: statement, params: [type], pageSize: 5 }).iterator().each((page) => {
      pages.push(page.value.data.results.length);
      return true;
    });
    return { items: set.asMappedResults(), first: set.results[0].values, types: set.types, pages };
  };

  return { get };
});
