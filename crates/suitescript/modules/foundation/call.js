// The way out: the host is asked with JSON, and what it refuses is thrown as NetSuite would.
const { stringify, parse } = internal;

// JSON has no half of a surrogate pair, JavaScript's strings may.
const loneSurrogate = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

internal.host = (name, argumentsObject = {}) => {
  let json = stringify(argumentsObject);
  if (json.includes('\\ud')) json = json.replace(loneSurrogate, '$1\\ufffd');
  const { answer, error } = parse(native.call(name, json));
  if (error) throw new internal.SuiteScriptError(error.name, error.message);
  return answer;
};

internal.spend = (operation, recordClass) => native.spend(operation, recordClass);
