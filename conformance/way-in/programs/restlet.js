/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/runtime'], (runtime) => ({
  post: ({ numbers }) => ({ sum: numbers.reduce((sum, number) => sum + number, 0), by: runtime.getCurrentUser().name }),
}));
