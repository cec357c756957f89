define(function (require, exports, module) { module.exports = { is: 'CommonJS', object: require('./object') }; });
