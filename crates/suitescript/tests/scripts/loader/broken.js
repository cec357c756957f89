define([], function () {
  return {
    get = function () {}
  };
});
