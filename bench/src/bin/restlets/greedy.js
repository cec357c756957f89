/**
 * Takes whatever it can get.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define([], () => {
  const ways = {
    loop: () => {
      for (;;) {}
    },
    backtrack: () => /^(a+)+$/.test(`${'a'.repeat(60)}!`),
    memory: () => {
      const kept = [];
      for (;;) kept.push({ at: kept.length, text: `x${kept.length}` });
    },
    longString: () => 'x'.repeat(2 ** 30) + 'x'.repeat(2 ** 30),
    recursion: () => {
      const deeper = (n) => 1 + deeper(n + 1);
      return deeper(0);
    },
    pollute: () => {
      Object.prototype.name = 'polluted';
      Array.prototype.map = Function.prototype.call = JSON.stringify = null;
      throw new Error('polluted');
    },
  };
  return { get: ({ how }) => ways[how]() };
});
