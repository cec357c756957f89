/** Takes whatever it can get. */
define(['N/email', 'N/log', 'N/runtime'], function (email, log, runtime) {
  var ways = {
    loop: function loop() {
      try {
        for (;;) {}
      } catch (e) {
        return 'caught';
      } finally {
        for (;;) {}
      }
    },
    backtrack: function () {
      return /^(a+)+$/.test(new Array(60).join('a') + '!');
    },
    memory: function () {
      var kept = [];
      for (;;) kept.push({ at: kept.length, text: 'x' + kept.length });
    },
    longString: function () {
      var text = 'x';
      for (;;) text += text.slice(0) + String(text.length).replace(/./g, text);
    },
    recursion: function () {
      return (function deeper(n) {
        return 1 + deeper(n + 1);
      })(0);
    },
    caughtRecursion: function () {
      try {
        return ways.recursion();
      } catch (e) {
        return e.name;
      }
    },
    pollute: function () {
      Object.prototype.name = 'polluted';
      Array.prototype.map = Function.prototype.call = JSON.stringify = null;
      throw new Error('polluted');
    },
    units: function () {
      for (;;) {
        try {
          email.send({ author: 1, recipients: 'a@example.com', subject: 's', body: 'b' });
          log.audit('left', runtime.getCurrentScript().getRemainingUsage());
        } catch (e) {
          log.error('caught', e);
        }
      }
    },
    work: function () {
      for (var part = 0; part < 20; part++) {
        for (var step = 0; step < 1e5; step++) {}
        log.debug('part', part);
      }
      return 'done';
    },
    answer: function () {
      return new Array(1024 * 1024 + 2).join('x');
    },
  };
  return {
    get: function (parameters) {
      return ways[parameters.how]();
    },
  };
});
