// N/error.
const create = function create() {
  const options = internal.options(arguments, ['name', 'message', 'notifyOff']);
  internal.required('error.create', options, ['name']);
  const { name, notifyOff = false } = options;
  const given = options.message;
  const message = given instanceof Error ? given.message : given === undefined ? '' : typeof given === 'string' ? given : internal.stringify(given);
  return new internal.SuiteScriptError(String(name), message, {
    notifyOff: Boolean(notifyOff),
    userFacing: true,
    cause: { name: String(name), message, notifyOff: Boolean(notifyOff) },
  });
};

return { create };
