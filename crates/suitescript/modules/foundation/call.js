// The way out: the host is asked with JSON, and what it refuses is thrown as NetSuite would.
const { stringify, parse } = internal;
const { hasOwn, values } = Object;

// JSON has no half of a surrogate pair, JavaScript's strings may.
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

// What NetSuite searches and has no record of.
const onlySearched = ['budgetimport', 'loginaudittrail', 'savedsearch', 'taxschedule', 'transactionnumberaudit', 'workflow'];

// A type of record that this account has not. Where NetSuite has it, the script is right, and is told so.
const failForType = (type) => {
  const name = type.toLowerCase();
  const isNetSuites = ['N/record', 'N/search'].some((module) => values(internal.module(module).Type).some((known) => known.toLowerCase() === name)) || onlySearched.includes(name);
  if (isNetSuites) internal.notEmulated(`The record type ${type.toLowerCase()}`);
  internal.fail('INVALID_RCRD_TYPE', `The record type [${type.toUpperCase()}] is invalid.`);
};

internal.host = (name, argumentsObject = {}) => {
  let json = stringify(argumentsObject);
  if (json.includes('\\ud')) json = json.replace(loneSurrogate, '$1\\ufffd');
  const reply = parse(native.call(name, json));
  // Its own: what a script adds to all objects is no error of the host's.
  if (hasOwn(reply, 'error')) {
    const { name, message } = reply.error;
    if (name === 'ABSENT_RECORD_TYPE') failForType(message);
    throw new internal.SuiteScriptError(name, message);
  }
  return reply.answer;
};

internal.spend = (operation, recordClass) => native.spend(operation, recordClass);
