'use strict';
define({ isStrict: function () { return this !== globalThis && (function () { return this === undefined; })(); } });
