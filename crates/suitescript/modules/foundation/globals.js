// What every script has without asking for it.
const lazily = (name, module) =>
  Object.defineProperty(globalThis, name, {
    get: () => internal.module(module),
    set: (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true }),
    configurable: true,
  });

lazily('log', 'N/log');
lazily('util', 'N/util');

const set = (target, name, value) => Object.defineProperty(target, name, { value, writable: true, configurable: true });

set(globalThis, 'define', internal.defineFrom('/SuiteScripts/'));
set(globalThis, 'require', internal.requireFrom('/SuiteScripts/'));

// --- The account's clock ---

const System = Date;
let isMoved = true;

/** An account's clock may be moved, and stand still. */
const now = () => {
  if (!isMoved) return System.now();
  try {
    return internal.host('runtime.now');
  } catch {
    isMoved = false;
    return System.now();
  }
};

const AccountDate = function Date(...given) {
  if (new.target === undefined) return new AccountDate().toString();
  return Reflect.construct(System, given.length === 0 ? [now()] : given, new.target);
};
set(AccountDate, 'length', 7);
set(AccountDate, 'now', now);
set(AccountDate, 'parse', System.parse);
set(AccountDate, 'UTC', System.UTC);
Object.defineProperty(AccountDate, 'prototype', { value: System.prototype, writable: false });
set(System.prototype, 'constructor', AccountDate);
set(globalThis, 'Date', AccountDate);

// --- Texts in the language of the account ---

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
