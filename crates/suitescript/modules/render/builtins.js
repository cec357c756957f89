// What templates do with a value: `value?name` and `value?name(…)`.
const { format } = internal;
const { escape } = internal.module('N/xml');

/** What is calculated with, of a field that has a text of its own. */
const plain = (value) => (value !== null && typeof value === 'object' && 'plain' in value ? value.plain : value);

/** As `${…}` writes it. */
const written = (value) => {
  if (value !== null && typeof value === 'object' && 'plain' in value) return value.text;
  if (typeof value === 'number') return value.toLocaleString();
  if (value instanceof Date) return format.date(value);
  if (Array.isArray(value)) return value.map(written).join(', ');
  if (typeof value === 'object' && value !== null) return internal.fail('TEMPLATE_ERROR', 'The template writes an object, where a text, a number or a date is expected: write one of its members.');
  return String(value);
};

/** A pattern such as `#,##0.00`: digits there must be and may be, and what stands around them. */
const numberIn = (pattern, number) => {
  const [, before, digits, after] = /^([^#0,.]*)([#0,.]*)(.*)$/s.exec(pattern.split(';')[0]) ?? [];
  const [whole, part = ''] = digits.split('.');
  const shown = /%/.test(before + after) ? number * 100 : number;
  let text = Math.abs(shown).toFixed(Math.min(part.length, 20));
  const least = part.replaceAll('#', '').length;
  while (text.includes('.') && /0$/.test(text) && text.length - 1 - text.indexOf('.') > least) text = text.slice(0, -1);
  if (text.endsWith('.')) text = text.slice(0, -1);
  let [integer, rest] = text.split('.');
  integer = integer.padStart(whole.replace(/[^0]/g, '').length, '0');
  if (whole.includes(',')) integer = integer.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const isNegative = number < 0 && /[1-9]/.test(text);
  return `${isNegative ? '-' : ''}${before}${integer}${rest === undefined ? '' : `.${rest}`}${after}`.replaceAll("'", '').replaceAll('¤', '$');
};

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Letters of Java's SimpleDateFormat. */
const dateParts = {
  y: (date, length) => (length === 2 ? String(date.getFullYear()).slice(-2) : String(date.getFullYear()).padStart(length, '0')),
  M: (date, length) => (length > 2 ? months[date.getMonth()].slice(0, length === 3 ? 3 : undefined) : String(date.getMonth() + 1).padStart(length, '0')),
  d: (date, length) => String(date.getDate()).padStart(length, '0'),
  E: (date, length) => weekdays[date.getDay()].slice(0, length > 3 ? undefined : 3),
  H: (date, length) => String(date.getHours()).padStart(length, '0'),
  h: (date, length) => String(date.getHours() % 12 || 12).padStart(length, '0'),
  m: (date, length) => String(date.getMinutes()).padStart(length, '0'),
  s: (date, length) => String(date.getSeconds()).padStart(length, '0'),
  S: (date, length) => String(date.getMilliseconds()).padStart(length, '0'),
  a: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
};

const dateIn = (pattern, date) =>
  pattern.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (found, quoted, letter) => (quoted === undefined ? (dateParts[letter]?.(date, found.length) ?? found) : quoted || "'"));

const readDate = (value, given) => {
  const text = plain(value);
  if (text instanceof Date) return text;
  const pattern = given?.[0];
  if (!pattern) {
    const read = format.parseDateTime(String(text)) ?? new Date(text);
    return Number.isNaN(read.getTime()) ? internal.fail('TEMPLATE_ERROR', `The template reads ${String(text).slice(0, 100)} as a date, which it is not.`) : read;
  }
  const parts = { y: 1970, M: 1, d: 1, H: 0, m: 0, s: 0 };
  let at = 0;
  for (const [token, letter] of pattern.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g)) {
    if (!letter) at += token.length;
    else {
      const [digits = ''] = /^\d+/.exec(String(text).slice(at, letter === 'y' || token.length === 1 ? at + 4 : at + token.length)) ?? [];
      parts[letter === 'h' ? 'H' : letter] = Number(digits);
      at += digits.length;
    }
  }
  return new Date(parts.y, parts.M - 1, parts.d, parts.H, parts.m, parts.s);
};

const stringOf = (value, given) => {
  const held = plain(value);
  const pattern = given?.[0];
  if (typeof held === 'boolean') return given?.length === 2 ? written(given[held ? 0 : 1]) : String(held);
  if (pattern === undefined) return written(value);
  if (held instanceof Date) return { short: format.date(held), medium: format.date(held) }[pattern] ?? dateIn(pattern, held);
  if (typeof held !== 'number') return written(value);
  const named = { currency: '$#,##0.00', percent: '#,##0%', number: '#,##0.###', computer: '0.################' };
  return numberIn(named[pattern] ?? pattern, held);
};

/** `x?string.currency` and `x?string["0.00"]` ask the text for a member: it is a text that has any. */
const stringWithForms = (value, given) => {
  if (given) return stringOf(value, given);
  const text = stringOf(value);
  return { plain: text, text, look: (form) => stringOf(value, [form]) };
};

const text = (work) => (value, given) => work(written(value), ...(given ?? []).map(written));
const number = (work) => (value) => work(Number(plain(value)));
const test = (work) => (value) => work(plain(value));
const loop = (work) => (value, given, { loop }) => (loop ? work(loop) : internal.fail('TEMPLATE_ERROR', 'The template asks for the place of something that no list is going through.'));
const missable = (work) => Object.assign((...given) => work(...given), { mayBeMissing: true });

const hasContent = (value) => {
  const held = plain(value);
  if (held === undefined || held === null || held === '') return false;
  if (Array.isArray(held)) return held.length > 0;
  return typeof held !== 'object' || held instanceof Date || typeof held.look === 'function' || Object.keys(held).length > 0;
};

const words = (value) => value.trim().split(/\s+/);
const capital = (value) => value.charAt(0).toUpperCase() + value.slice(1);
const padded = (side) => (value, [length, filling]) => written(value)[side](plain(length), filling === undefined ? ' ' : written(filling));
const byKey = (key) => (one) => plain([key].flat().reduce((held, name) => held?.look?.(name) ?? held?.[name], one));
const ordered = (list, of) => [...list].sort((one, other) => (of(one) < of(other) ? -1 : of(one) > of(other) ? 1 : 0));
const chunks = (list, size, filling) => {
  const rows = [];
  for (let at = 0; at < list.length; at += size) rows.push(list.slice(at, at + size));
  if (filling !== undefined && rows.length > 0) while (rows.at(-1).length < size) rows.at(-1).push(filling);
  return rows;
};
const pattern = (from, flags) => new RegExp(flags.includes('r') ? from : from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), `${flags.includes('f') ? '' : 'g'}${flags.includes('i') ? 'i' : ''}`);

const all = {
  // Of texts
  upper_case: text((value) => value.toUpperCase()),
  lower_case: text((value) => value.toLowerCase()),
  cap_first: text(capital),
  uncap_first: text((value) => value.charAt(0).toLowerCase() + value.slice(1)),
  capitalize: text((value) => value.toLowerCase().replace(/(^|\s)\S/g, (found) => found.toUpperCase())),
  trim: text((value) => value.trim()),
  length: text((value) => value.length),
  html: text((value) => escape(value)),
  xhtml: text((value) => escape(value)),
  xml: text((value) => escape(value)),
  esc: text((value) => escape(value)),
  no_esc: (value) => value,
  url: text((value) => encodeURIComponent(value)),
  js_string: text((value) => internal.stringify(value).slice(1, -1).replaceAll("'", "\\'")),
  json_string: text((value) => internal.stringify(value).slice(1, -1)),
  replace: text((value, from, to, flags = '') => value.replace(pattern(from, flags), flags.includes('r') ? to : () => to)),
  split: text((value, by, flags = '') => value.split(flags.includes('r') ? new RegExp(by) : by)),
  matches: text((value, of, flags = '') => new RegExp(`^(?:${of})$`, flags.includes('i') ? 'i' : '').test(value)),
  substring: (value, [from, to]) => written(value).substring(plain(from), plain(to)),
  contains: text((value, part) => value.includes(part)),
  starts_with: text((value, part) => value.startsWith(part)),
  ends_with: text((value, part) => value.endsWith(part)),
  index_of: text((value, part) => value.indexOf(part)),
  last_index_of: text((value, part) => value.lastIndexOf(part)),
  left_pad: padded('padStart'),
  right_pad: padded('padEnd'),
  remove_beginning: text((value, part) => (value.startsWith(part) ? value.slice(part.length) : value)),
  remove_ending: text((value, part) => (value.endsWith(part) ? value.slice(0, value.length - part.length) : value)),
  ensure_starts_with: text((value, part) => (value.startsWith(part) ? value : part + value)),
  ensure_ends_with: text((value, part) => (value.endsWith(part) ? value : value + part)),
  keep_before: text((value, part) => value.split(part)[0]),
  keep_after: text((value, part) => (value.includes(part) ? value.slice(value.indexOf(part) + part.length) : '')),
  word_list: text(words),
  chop_linebreak: text((value) => value.replace(/\r?\n$/, '')),
  number: (value) => {
    const read = Number(plain(value));
    return Number.isFinite(read) ? read : internal.fail('TEMPLATE_ERROR', `The template reads ${written(value).slice(0, 100)} as a number, which it is not.`);
  },
  boolean: (value) => ['true', 'T', 'yes'].includes(String(plain(value))),
  eval: (value, given, { scope, evaluate }) => evaluate(written(value))(scope),
  eval_json: (value) => internal.parse(written(value)),
  date: readDate,
  datetime: readDate,
  time: readDate,
  // Of numbers, dates and truths
  string: stringWithForms,
  c: (value) => String(plain(value)),
  abs: number(Math.abs),
  round: number((value) => Math.floor(value + 0.5)),
  floor: number(Math.floor),
  ceiling: number(Math.ceil),
  int: number(Math.trunc),
  then: (value, [yes, no]) => (plain(value) ? yes : no),
  switch: (value, given) => {
    for (let at = 0; at + 1 < given.length; at += 2) if (plain(given[at]) === plain(value)) return given[at + 1];
    return given.length % 2 === 1 ? given.at(-1) : undefined;
  },
  iso: (value) => plain(value).toISOString(),
  iso_utc: (value) => plain(value).toISOString(),
  long: (value) => Number(plain(value)),
  number_to_date: (value) => new Date(plain(value)),
  number_to_datetime: (value) => new Date(plain(value)),
  // Of lists and objects
  size: (value) => (Array.isArray(value) ? value.length : Object.keys(value).length),
  first: (value) => value[0],
  last: (value) => value.at(-1),
  join: (value, [by, empty = '', end = '']) => (value.length === 0 ? written(empty) : value.map(written).join(written(by)) + written(end)),
  reverse: (value) => [...value].reverse(),
  sort: (value) => ordered(value, plain),
  sort_by: (value, [key]) => ordered(value, byKey(plain(key))),
  seq_contains: (value, [wanted]) => value.some((one) => plain(one) === plain(wanted)),
  seq_index_of: (value, [wanted]) => value.findIndex((one) => plain(one) === plain(wanted)),
  chunk: (value, [size, filling]) => chunks(value, Math.max(1, plain(size)), filling),
  map: (value, [work]) => value.map((one) => work(one)),
  filter: (value, [work]) => value.filter((one) => plain(work(one))),
  min: (value) => ordered(value, plain)[0],
  max: (value) => ordered(value, plain).at(-1),
  keys: (value) => value.names?.() ?? Object.keys(value),
  values: (value) => Object.values(value),
  // Of anything
  has_content: missable(hasContent),
  exists: missable((value) => value !== undefined && value !== null),
  if_exists: missable((value) => value ?? ''),
  default: missable((value, given) => value ?? given.find((one) => one !== undefined && one !== null)),
  is_string: test((value) => typeof value === 'string'),
  is_number: test((value) => typeof value === 'number'),
  is_boolean: test((value) => typeof value === 'boolean'),
  is_date: test((value) => value instanceof Date),
  is_date_like: test((value) => value instanceof Date),
  is_sequence: test(Array.isArray),
  is_enumerable: test(Array.isArray),
  is_hash: test((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  // Of what a list goes through
  index: loop(({ index }) => index),
  counter: loop(({ index }) => index + 1),
  has_next: loop(({ index, size }) => index + 1 < size),
  is_first: loop(({ index }) => index === 0),
  is_last: loop(({ index, size }) => index + 1 === size),
  is_odd_item: loop(({ index }) => index % 2 === 0),
  is_even_item: loop(({ index }) => index % 2 === 1),
  item_parity: loop(({ index }) => (index % 2 === 0 ? 'odd' : 'even')),
  item_cycle: (value, given, { loop: { index } }) => given[index % given.length],
};

const underscored = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Nothing for one that is not known. Newer templates write `?upperCase`. */
const builtin = (name) => [name, underscored(name)].map((one) => (Object.hasOwn(all, one) ? all[one] : undefined)).find(Boolean);

return { builtin, plain, written };
