define(['exports', './cycle_exports_other'], function (exports, other) { exports.name = 'bo'; exports.get = function () { return other.both(); }; });
