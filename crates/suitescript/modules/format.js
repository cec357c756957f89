// N/format, in the preferences of a new account.
const { format: texts } = internal;

const dates = {
  date: [texts.date, texts.parseDate],
  datetime: [texts.datetime, texts.parseDateTime],
  datetimetz: [texts.datetimetz, texts.parseDateTime],
  time: [texts.time, texts.parseTime],
  timeofday: [texts.time, texts.parseTime],
};

const decimals = { currency: 2, currency2: 2, nonnegcurrency: 2, poscurrency: 2, integer: 0, posinteger: 0 };
const numbers = new Set(['float', 'nonnegfloat', 'posfloat', 'rate', 'ratehighprecision', 'dynamicprecision', 'percent', ...Object.keys(decimals)]);

/** What a clock shows there, to be written as if it were here. */
const seenIn = (timezone, date) => {
  const [year, month, day, hours, minutes, seconds] = host('format.clock', { millis: date.getTime(), timezone });
  return {
    getFullYear: () => year,
    getMonth: () => month - 1,
    getDate: () => day,
    getHours: () => hours,
    getMinutes: () => minutes,
    getSeconds: () => seconds,
  };
};

/** When a clock there shows what `date` is here. */
const readIn = (timezone, date) => {
  const clock = [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  return new Date(host('format.instant', { clock, timezone }));
};

const isEmpty = (value) => value === undefined || value === null || value === '';

const prepared = (method, given) => {
  const options = internal.options(given, ['value', 'type', 'timezone']);
  internal.required(method, options, ['type']);
  const { value, timezone } = options;
  return { value, type: String(options.type).toLowerCase(), timezone: isEmpty(timezone) ? undefined : String(timezone) };
};

const format = function format() {
  const { value, type, timezone } = prepared('format.format', arguments);
  if (isEmpty(value)) return '';
  const [write] = dates[type] ?? [];
  if (write) {
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) return value;
    return write(timezone ? seenIn(timezone, value) : value);
  }
  if (type === 'checkbox') return internal.isChecked(value) ? 'T' : 'F';
  if (!numbers.has(type)) return String(value);
  const number = typeof value === 'number' ? value : Number(String(value).replaceAll(',', '').replace('%', ''));
  if (!Number.isFinite(number)) return value;
  const text = texts.grouped(number, decimals[type]);
  return type === 'percent' ? `${text}%` : text;
};

/** A text that is not of the type comes back as it was. */
const parse = function parse() {
  const { value, type, timezone } = prepared('format.parse', arguments);
  if (isEmpty(value)) return value;
  const [, read] = dates[type] ?? [];
  if (read) {
    const date = value instanceof Date ? value : read(String(value));
    return date && timezone && date !== value ? readIn(timezone, date) : (date ?? value);
  }
  if (type === 'checkbox') return internal.isChecked(value);
  if (!numbers.has(type) || typeof value === 'number') return value;
  const text = String(value).trim().replaceAll(',', '').replace(/%$/, '');
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? value : number;
};

return { format, parse };
