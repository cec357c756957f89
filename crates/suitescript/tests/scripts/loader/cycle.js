define(['./cycle_other'], function (other) { return { get: function () { return other; } }; });
