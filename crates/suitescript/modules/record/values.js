// What a field holds, between a script and the account: a date is a Date here and `YYYY-MM-DD` there, an id a text in both.
const { format } = internal;

const two = (number) => String(number).padStart(2, '0');
const numeric = new Set(['integer', 'float', 'currency', 'rate', 'percent']);

const day = (text) => {
  const [year, month, date] = text.split('-').map(Number);
  return new Date(year, month - 1, date);
};

/** As a script gets it. A field without a value is an empty text, a box unchecked. */
const shown = (field, value) => {
  if (value === undefined || value === null || value === '') {
    if (field.type === 'checkbox') return false;
    return field.type === 'multiselect' ? [] : '';
  }
  if (value instanceof Date) return value;
  switch (field.type) {
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : (format.parseDate(String(value)) ?? value);
    case 'datetime':
      return /T.*Z$/.test(value) ? new Date(value) : (format.parseDateTime(String(value)) ?? value);
    case 'checkbox':
      return internal.isChecked(value);
    case 'select':
      return String(value);
    case 'multiselect':
      return (Array.isArray(value) ? value : [value]).map(String);
    default:
      return numeric.has(field.type) && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
        ? Number(value)
        : value;
  }
};

/** A time of the day (`9:00 am`), or hours and minutes of work (`2:30`), as people write them. */
const ofTime = (field, text) => {
  const [all, hours, minutes, half] = /^\s*(\d{1,4}):([0-5]\d)\s*([ap]m)?\s*$/i.exec(text) ?? [];
  if (all === undefined) return undefined;
  if (field.id === 'hours' && !half) return Number(hours) + Number(minutes) / 60;
  if (field.type !== 'datetime' || Number(hours) > (half ? 12 : 23)) return undefined;
  const time = new Date();
  time.setHours(half ? (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hours), Number(minutes), 0, 0);
  return time;
};

const duration = (minutes) => `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;

/** As the account is told it. */
const told = (field, value) => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return ofTime(field, value) === undefined ? value : told(field, ofTime(field, value));
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) internal.fail('INVALID_FLD_VALUE', `You have entered an Invalid Field Value ${value} for the following field: ${field.id}`);
    if (field.type === 'datetime') return `${value.toISOString().slice(0, 19)}Z`;
    if (field.type === 'date') return `${String(value.getFullYear()).padStart(4, '0')}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
    return format.datetime(value);
  }
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'object' ? String(one) : one));
  return typeof value === 'object' && field.type !== 'summary' ? String(value) : value;
};

/** What people read in the field; `text` is what the account shows a reference as. */
const textOf = (field, value, text) => {
  if (text !== undefined) return text;
  const there = shown(field, value);
  if (field.id === 'hours' && typeof there === 'number') return duration(Math.round(there * 60));
  if (field.options) return field.options.find((option) => option.value === String(there))?.text ?? '';
  if (there instanceof Date) return field.type === 'datetime' ? format.datetime(there) : format.date(there);
  if (typeof there === 'boolean') return there ? 'Yes' : 'No';
  return Array.isArray(there) ? there : String(there);
};

/** As `JSON.stringify` of a record writes it. */
const written = (field, value) => {
  const there = shown(field, value);
  if (there instanceof Date) return field.type === 'datetime' ? format.datetime(there) : format.date(there);
  if (typeof there === 'boolean') return there ? 'T' : 'F';
  if (typeof there === 'number') return field.type === 'currency' ? there.toFixed(2) : String(there);
  return there;
};

return { ofTime, shown, told, textOf, written };
