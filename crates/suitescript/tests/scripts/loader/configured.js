/**
 * @NApiVersion 2.x
 * @NAmdConfig ./configuration.json
 */
define(['objects', 'made/function'], function (object, fn) {
  return { get: function () { return [object.is, fn.is]; } };
});
