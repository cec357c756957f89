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

const isEmpty = (value) => value === undefined || value === null || value === '';

const prepared = (method, given) => {
  const options = internal.options(given, ['value', 'type', 'timezone']);
  internal.required(method, options, ['type']);
  if (options.timezone !== undefined) internal.notEmulated(`The option timezone of ${method}`);
  return { value: options.value, type: String(options.type).toLowerCase() };
};

const format = function format() {
  const { value, type } = prepared('format.format', arguments);
  if (isEmpty(value)) return '';
  const [write] = dates[type] ?? [];
  if (write) return value instanceof Date && !Number.isNaN(value.getTime()) ? write(value) : value;
  if (type === 'checkbox') return internal.isChecked(value) ? 'T' : 'F';
  if (!numbers.has(type)) return String(value);
  const number = typeof value === 'number' ? value : Number(String(value).replaceAll(',', '').replace('%', ''));
  if (!Number.isFinite(number)) return value;
  const text = texts.grouped(number, decimals[type]);
  return type === 'percent' ? `${text}%` : text;
};

/** A text that is not of the type comes back as it was. */
const parse = function parse() {
  const { value, type } = prepared('format.parse', arguments);
  if (isEmpty(value)) return value;
  const [, read] = dates[type] ?? [];
  if (read) return value instanceof Date ? value : (read(String(value)) ?? value);
  if (type === 'checkbox') return internal.isChecked(value);
  if (!numbers.has(type) || typeof value === 'number') return value;
  const text = String(value).trim().replaceAll(',', '').replace(/%$/, '');
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? value : number;
};

return { format, parse };
