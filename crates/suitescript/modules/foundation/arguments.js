// Both ways of calling: `load({ type, id })` and `load(type, id)`.
const isOptions = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/**
 * The arguments of a call by name. `given` is the call's `arguments`, `names` those of its positions. An object that comes alone, or
 * has one of the names, is the options themselves.
 */
internal.options = (given, names) => {
  const first = given[0];
  if (isOptions(first) && (given.length === 1 || names.some((name) => name in first))) {
    return first;
  }
  const options = {};
  for (let at = 0; at < names.length && at < given.length; at += 1) {
    options[names[at]] = given[at];
  }
  return options;
};

/** Throws SSS_MISSING_REQD_ARGUMENT for the first of `names` that `options` do not have. */
internal.required = (method, options, names) => {
  for (const name of names) {
    const value = options?.[name];
    if (value === undefined || value === null || value === '') {
      internal.fail('SSS_MISSING_REQD_ARGUMENT', `${method}: Missing a required argument: ${name}`);
    }
  }
};

/** The value of an enumeration, whatever the case in which a script wrote it; anything else ends in `code`. */
internal.oneOf = (enumeration, value, code, message) => {
  for (const key of Object.keys(enumeration)) {
    if (enumeration[key] === value || String(value).toUpperCase() === key) return enumeration[key];
  }
  return internal.fail(code, message);
};

/** Values by name, as a script sees an enumeration: nothing can be added, and its own text names it. */
internal.enumeration = (values) => Object.freeze({ ...values });

/** NetSuite's checkboxes: true, 'T' and 'true'. */
internal.isChecked = (value) => value === true || value === 'T' || value === 'true';
