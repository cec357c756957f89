/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/reccord', 'N/search', 'N/sftp', './broken', './nowhere', './data.json'], (record, search) => {
  // require('N/nothing') in a comment asks for nothing.
  const get = () => require('N/qery').runSuiteQL('');
  return { get };
});
