// N/config: values are read; what is set lasts for the call.
const texts = { timezone: { GMT: '(GMT+00:00) Greenwich Mean Time' } };

const load = function load() {
  const options = internal.options(arguments, ['type']);
  internal.required('config.load', options, ['type']);
  const type = internal.oneOf(internal.module('N/config').Type, options.type, 'INVALID_RCRD_TYPE', `${options.type} is no page of the configuration: use one of config.Type.`);
  spend('config.load');
  const values = host('config.load', { type });
  const fieldOf = (given) => String(internal.options(given, ['fieldId']).fieldId).toLowerCase();
  const record = internal.object('N/record.Record', {
    id: null,
    type,
    isDynamic: false,
    getFields: () => Object.keys(values),
    getValue() {
      return values[fieldOf(arguments)] ?? null;
    },
    getText() {
      const id = fieldOf(arguments);
      const value = texts[id]?.[values[id]] ?? values[id];
      return value === undefined || value === null ? '' : String(value);
    },
    setValue() {
      const { fieldId, value } = internal.options(arguments, ['fieldId', 'value']);
      values[String(fieldId).toLowerCase()] = value;
      return record;
    },
  });
  return record;
};

return { load };
