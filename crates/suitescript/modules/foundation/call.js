// The way out: the host is asked with JSON, and what it refuses is thrown as NetSuite would.
const { stringify, parse } = internal;
const { hasOwn, values } = Object;

// JSON has no half of a surrogate pair, JavaScript's strings may.
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

// A type of record that NetSuite has, and this account has not: then the script is right, and is told so.
const absentType = ({ name, message }) =>
  name === 'INVALID_RCRD_TYPE' &&
  values(internal.module('N/record').Type).find((type) => message.includes(`[${type.toUpperCase()}]`));

internal.host = (name, argumentsObject = {}) => {
  let json = stringify(argumentsObject);
  if (json.includes('\\ud')) json = json.replace(loneSurrogate, '$1\\ufffd');
  const reply = parse(native.call(name, json));
  // Its own: what a script adds to all objects is no error of the host's.
  if (hasOwn(reply, 'error')) {
    const type = absentType(reply.error);
    if (type) internal.notEmulated(`The record type ${type}`);
    throw new internal.SuiteScriptError(reply.error.name, reply.error.message);
  }
  return reply.answer;
};

internal.spend = (operation, recordClass) => native.spend(operation, recordClass);
