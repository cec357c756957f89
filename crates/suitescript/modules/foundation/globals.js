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

// Local time is UTC, in which the account's days begin, whatever that of the machine.
const hasZone = /\dZ$|\b(?:UTC?|GMT|[ECMP][SD]T)\b|:\d\d(?:\.\d+)?\s*(?:[ap]m\s*)?[+-]\d|^[+-]?\d{4,6}(?:-\d\d){0,2}$/i;
const isoTime = /^[+-]?\d{4,6}-\d\d-\d\dT/;

const parse = (given) => {
  const text = String(given).trim();
  if (hasZone.test(text)) return System.parse(text);
  return System.parse(isoTime.test(text) ? `${text}Z` : `${text} UTC`);
};

const instantOf = (given) => {
  if (given.length === 0) return now();
  if (given.length > 1) return System.UTC(...given);
  const [value] = given;
  const primitive = value instanceof System ? value.getTime() : typeof value === 'object' && value !== null ? value[Symbol.toPrimitive]?.('default') ?? value.valueOf() : value;
  return typeof primitive === 'string' || typeof primitive === 'object' ? parse(primitive) : primitive;
};

const AccountDate = function Date(...given) {
  if (new.target === undefined) return new AccountDate().toString();
  return Reflect.construct(System, [instantOf(given)], new.target);
};
set(AccountDate, 'length', 7);
set(AccountDate, 'now', now);
set(AccountDate, 'parse', parse);
set(AccountDate, 'UTC', System.UTC);
Object.defineProperty(AccountDate, 'prototype', { value: System.prototype, writable: false });
set(System.prototype, 'constructor', AccountDate);
set(globalThis, 'Date', AccountDate);

const dates = System.prototype;
for (const part of ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
  set(dates, `get${part}`, dates[`getUTC${part}`]);
  set(dates, `set${part}`, dates[`setUTC${part}`]);
}
set(dates, 'getDay', dates.getUTCDay);
set(dates, 'getTimezoneOffset', function getTimezoneOffset() {
  return this.getTime() * 0;
});

// `Thu, 01 Jan 2026 09:05:00 GMT` in the order in which a script's own clock is written.
const written = (date, write) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : write(...date.toUTCString().split(/,? /)));
const dayOf = (weekday, day, month, year) => `${weekday} ${month} ${day} ${year}`;
const timeOf = (weekday, day, month, year, time) => `${time} GMT+0000 (UTC)`;
set(dates, 'toDateString', function toDateString() {
  return written(this, dayOf);
});
set(dates, 'toTimeString', function toTimeString() {
  return written(this, timeOf);
});
set(dates, 'toString', function toString() {
  return written(this, (...parts) => `${dayOf(...parts)} ${timeOf(...parts)}`);
});

// --- Texts in the language of the account ---

// As English writes amounts; of other currencies the code stands before the number.
const signs = { __proto__: null, USD: '$', EUR: '€', GBP: '£', CAD: 'CA$', AUD: 'A$', MXN: 'MX$', BRL: 'R$', INR: '₹', CNY: 'CN¥', JPY: '¥' };
const withoutCents = ['CLP', 'JPY', 'KRW', 'VND'];

const signed = (number, write, sign) => (number < 0 ? '-' : '') + sign + write(Math.abs(number));

// Without Intl the engine groups no digits.
set(Number.prototype, 'toLocaleString', function toLocaleString(locales, options) {
  const number = Number(this);
  if (!Number.isFinite(number)) return String(number);
  const { style, currency, ...digits } = options ?? {};
  const places = (count) => {
    const { minimumFractionDigits: least, maximumFractionDigits: most } = digits;
    return { minimumFractionDigits: least ?? Math.min(count, most ?? count), maximumFractionDigits: most ?? Math.max(count, least ?? count) };
  };
  if (style === 'percent') return `${(number * 100).toLocaleString(locales, places(0))}%`;
  if (style === 'currency') {
    const code = String(currency).toUpperCase();
    const write = (amount) => amount.toLocaleString(locales, places(withoutCents.includes(code) ? 0 : 2));
    return signed(number, write, signs[code] ?? `${code}\u00a0`);
  }
  const { minimumFractionDigits: least = 0, maximumFractionDigits: most = Math.max(least, 3) } = digits;
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
