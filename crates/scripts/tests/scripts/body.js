/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search', 'N/query'], (record, search, query) => ({
  post: ({ body }) => new Function('record', 'search', 'query', body)(record, search, query),
}));
