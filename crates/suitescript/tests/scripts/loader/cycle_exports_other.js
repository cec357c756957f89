define(['exports', './cycle_exports'], function (exports, first) { exports.both = function () { return first.name + 'th'; }; });
