// Errors that NetSuite throws, in the form in which scripts catch them.
const ErrorClass = Error;
const define = Object.defineProperty;

class SuiteScriptError extends ErrorClass {
  constructor(code, message, { cause, notifyOff = false, userFacing = false, type = 'error.SuiteScriptError' } = {}) {
    super(message);
    const stack = native.frames(String(this.stack ?? ''));
    define(this, 'stack', { value: stack, writable: true, configurable: true });
    define(this, 'message', { value: this.message, writable: true, enumerable: true, configurable: true });
    this.type = type;
    this.name = code;
    this.id = '';
    this.notifyOff = notifyOff;
    this.userFacing = userFacing;
    this.cause = cause ?? {
      type: 'internal error',
      code,
      details: this.message,
      userEvent: null,
      stackTrace: stack,
      notifyOff,
    };
  }

  toJSON() {
    const { type, name, message, stack, cause, id, notifyOff, userFacing } = this;
    return { type, name, message, stack, cause, id, notifyOff, userFacing };
  }

  toString() {
    return internal.stringify(this);
  }
}

internal.native = native;
internal.stringify = JSON.stringify;
internal.parse = JSON.parse;
internal.SuiteScriptError = SuiteScriptError;

internal.fail = (code, message) => {
  throw new SuiteScriptError(code, message);
};

/** A member of NetSuite's that is not here. */
internal.notEmulated = (what) =>
  internal.fail(
    'NOT_EMULATED',
    `${what} is part of SuiteScript, and this local account does not emulate it. Run this part of the script in a NetSuite account.`,
  );

/** What a script's own error says. The engine says only that something is "not a function": what that was is read in the file. */
internal.messageOf = (thrown) => {
  const { message } = thrown;
  if (message !== 'not a function' && !/^cannot read property .* of undefined$/.test(message)) return message;
  try {
    return internal.piece('callee').told(thrown) ?? message;
  } catch {
    return message;
  }
};

/** What the engine tells of a value that was thrown and that nobody caught. */
internal.describe = (thrown) => {
  if (thrown instanceof SuiteScriptError) {
    const { name, message, stack } = thrown;
    return internal.stringify({ name: String(name), message: String(message), stack, json: internal.stringify(thrown) });
  }
  if (thrown instanceof ErrorClass) {
    const message = `${thrown.name}: ${internal.messageOf(thrown)}`;
    const stack = native.frames(String(thrown.stack ?? ''));
    const json = internal.stringify({ type: 'error.SuiteScriptError', name: 'UNEXPECTED_ERROR', message, stack });
    return internal.stringify({ name: 'UNEXPECTED_ERROR', message, stack, json });
  }
  const json = typeof thrown === 'string' ? thrown : (internal.stringify(thrown) ?? String(thrown));
  const code = typeof thrown?.name === 'string' && thrown.name ? thrown.name : 'UNEXPECTED_ERROR';
  const message = typeof thrown?.message === 'string' ? thrown.message : json;
  return internal.stringify({ name: code, message, stack: [], json });
};
