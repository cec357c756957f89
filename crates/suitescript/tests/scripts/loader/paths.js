define(
  ['./made/object', './made/object.js', '../loader/made/object', '/SuiteScripts/loader/made/object', 'SuiteScripts/loader/made/object.js', 'loader/made/object', './made/../made/./object'],
  function () {
    var modules = [].slice.call(arguments);
    return { get: function () { return modules.map(function (one) { return one.is; }); } };
  },
);
