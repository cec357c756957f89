define(['require'], function (require) {
  return {
    get: function (parameters) {
      var module = require(parameters.name);
      return module[parameters.member]({});
    },
  };
});
