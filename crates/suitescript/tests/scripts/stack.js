define(['./lib/deep'], function (deep) {
  function get(parameters) {
    return deep.fall(parameters.missing);
  }
  return { get: get };
});
