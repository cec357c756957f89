// One call of a script: its module is loaded, its entry point called, and what that returned made ready to leave the engine.
internal.responses = new WeakSet();

internal.execute = (path, config, entryPoint, isJson, argument) => {
  internal.path = path;
  if (config) internal.configure(internal.load(internal.resolve(config, path)), path);
  const script = internal.load(path);
  const entry = script?.[entryPoint];
  if (typeof entry !== 'function') {
    internal.fail(
      'METHOD_NOT_ALLOWED',
      `${path} has no entry point ${entryPoint}: the object that it returns from define() has ${Object.keys(Object(script)).join(', ') || 'none'}.`,
    );
  }
  return entry.call(script, isJson ? internal.parse(argument) : argument);
};

internal.check = (path, config) => {
  if (config) internal.configure(internal.parse(internal.fetch(internal.resolve(config, path)).text), path);
  return internal.piece('check').check(path);
};

/** `[kind, text, content type]`. */
internal.returned = (value) => {
  if (value === undefined || value === null) return ['nothing', ''];
  if (typeof value === 'string') return ['text', value.toWellFormed()];
  if (internal.responses.has(value)) return ['response', String(value.content).toWellFormed(), String(value.contentType)];
  const json = internal.stringify(value);
  return json === undefined ? ['nothing', ''] : ['json', json];
};
