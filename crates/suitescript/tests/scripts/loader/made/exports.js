define(['exports'], function (exports) { exports.is = 'exports only'; });
