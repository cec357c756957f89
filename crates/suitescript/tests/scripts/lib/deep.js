define([], function () {
  return {
    fall: function fall(value) {
      return value.name;
    },
  };
});
