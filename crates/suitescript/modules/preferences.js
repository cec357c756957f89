// Dates and numbers as texts, in the preferences of a new account: M/D/YYYY, and a clock of twelve hours.
const two = (number) => String(number).padStart(2, '0');

const date = (value) => `${value.getMonth() + 1}/${value.getDate()}/${value.getFullYear()}`;
const half = (value) => (value.getHours() < 12 ? 'am' : 'pm');
const hour = (value) => value.getHours() % 12 || 12;
const time = (value) => `${hour(value)}:${two(value.getMinutes())} ${half(value)}`;
const seconds = (value) => `${hour(value)}:${two(value.getMinutes())}:${two(value.getSeconds())} ${half(value)}`;

const dateForm = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const timeForm = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap])m)?$/i;

const parseDate = (text) => {
  const [, month, day, year] = dateForm.exec(text.trim()) ?? [];
  const value = new Date(Number(year), Number(month) - 1, Number(day));
  return value.getMonth() === Number(month) - 1 && value.getDate() === Number(day) ? value : undefined;
};

/** `on` is the day that the time is of: today where there is none. */
const parseTime = (text, on = new Date()) => {
  const found = timeForm.exec(text.trim());
  if (!found) return undefined;
  const [, hours, minutes, secs = '0', letter] = found;
  let hour = Number(hours);
  if (letter) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (letter.toLowerCase() === 'p' ? 12 : 0);
  }
  if (hour > 23 || Number(minutes) > 59 || Number(secs) > 59) return undefined;
  return new Date(on.getFullYear(), on.getMonth(), on.getDate(), hour, Number(minutes), Number(secs));
};

const parseDateTime = (text) => {
  const [day, ...rest] = text.trim().split(/\s+/);
  const on = parseDate(day);
  if (!on || rest.length === 0) return on;
  return parseTime(rest.join(' '), on);
};

/** `1234567.5` as `1,234,567.50`. */
const grouped = (number, decimals) => {
  const text = decimals === undefined ? String(Math.abs(number)) : Math.abs(number).toFixed(decimals);
  const [whole, part] = text.split('.');
  const sign = number < 0 ? '-' : '';
  return sign + whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (part === undefined ? '' : `.${part}`);
};

return {
  date,
  time,
  datetime: (value) => `${date(value)} ${time(value)}`,
  datetimetz: (value) => `${date(value)} ${seconds(value)}`,
  parseDate,
  parseTime,
  parseDateTime,
  grouped,
};
