// What every script has without asking for it.
const lazily = (name, module) =>
  Object.defineProperty(globalThis, name, {
    get: () => internal.module(module),
    set: (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true }),
    configurable: true,
  });

lazily('log', 'N/log');
lazily('util', 'N/util');

// Of the engine, and not of NetSuite: waking and ending of processes that scripts may look for by name stay undefined.
const set = (target, name, value) => Object.defineProperty(target, name, { value, writable: true, configurable: true });

set(globalThis, 'define', internal.defineFrom('/SuiteScripts/'));
set(globalThis, 'require', internal.requireFrom('/SuiteScripts/'));

// Without Intl the engine groups no digits.
set(Number.prototype, 'toLocaleString', function toLocaleString(locales, options) {
  const number = Number(this);
  if (!Number.isFinite(number)) return String(number);
  const { minimumFractionDigits: least = 0, maximumFractionDigits: most = Math.max(least, 3) } = options ?? {};
  let text = internal.format.grouped(number, Math.min(Math.max(most, least), 20));
  if (text.includes('.')) {
    let end = text.length;
    while (text[end - 1] === '0' && end - 1 - text.indexOf('.') > least) end -= 1;
    text = text.slice(0, text[end - 1] === '.' ? end - 1 : end);
  }
  return text;
});
set(Date.prototype, 'toLocaleDateString', function toLocaleDateString() {
  return internal.format.date(this);
});
set(Date.prototype, 'toLocaleTimeString', function toLocaleTimeString() {
  return internal.format.datetimetz(this).split(' ').slice(1).join(' ').toUpperCase();
});
set(Date.prototype, 'toLocaleString', function toLocaleString() {
  return `${this.toLocaleDateString()}, ${this.toLocaleTimeString()}`;
});
