define(['N/log'], function (log) {
  var count = 0;
  function merge(into, from) {
    for (var key in from) {
      if (typeof from[key] === 'object' && typeof into[key] === 'object') merge(into[key], from[key]);
      else into[key] = from[key];
    }
  }
  return {
    get: function (parameters) {
      count += 1;
      if (parameters.merge) {
        // JSON.parse makes an own `__proto__`; this is the loop that many scripts copy with.
        Object.keys(parameters.merge).forEach(function (key) { merge(({})[key], parameters.merge[key]); });
      }
      log.debug('still', 'works');
      var polluted = ({}).name || null;
      delete Object.prototype.toJSON;
      return { count: count, polluted: polluted };
    },
  };
});
