const made = 'a constant of this file';
define(
  ['./made/object', './made/function', './made/common', './made/exports', './made/named', './made/two', './made/umd', './made/rate.json', './made/marked', './made/strict', 'require', './made/older'],
  (object, fn, common, exported, named, two, umd, rate, marked, strict, require) => ({
    get: () => ({
      object: object.is,
      function: fn.is,
      commonJs: common.is,
      exports: exported.is,
      named: named.is,
      twoNames: two.is,
      umd: umd.is,
      json: rate,
      marked: marked.is,
      older: olderThanAmd.is,
      same: require('./made/object') === object,
      strict: strict.isStrict(),
      sloppy: (function () { return this === globalThis; })(),
    }),
  }),
);
