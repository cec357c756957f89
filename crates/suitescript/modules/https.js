// N/https: as N/http over TLS, with secrets, and into the account's own RESTlets and REST web services.
const { client, clientResponse } = internal.piece('request');

const steps = new WeakMap();

const secureString = (taken) => {
  const append = (step) => secureString([...taken, step]);
  const secure = internal.object('N/https.SecureString', {
    appendString() {
      const { input, inputEncoding = 'UTF_8' } = internal.options(arguments, ['input', 'inputEncoding']);
      return append({ op: 'append', input: String(input), encoding: inputEncoding });
    },
    appendSecureString() {
      const { secureString: other } = internal.options(arguments, ['secureString']);
      return append({ op: 'appendSecure', steps: stepsOf('SecureString.appendSecureString', other) });
    },
    convertEncoding() {
      const { fromEncoding = 'UTF_8', toEncoding } = internal.options(arguments, ['toEncoding', 'fromEncoding']);
      internal.required('SecureString.convertEncoding', { toEncoding }, ['toEncoding']);
      return append({ op: 'convert', from: fromEncoding, to: toEncoding });
    },
    hash() {
      const { algorithm, resultEncoding = 'HEX' } = internal.options(arguments, ['algorithm', 'resultEncoding']);
      internal.required('SecureString.hash', { algorithm }, ['algorithm']);
      return append({ op: 'hash', algorithm, resultEncoding });
    },
    hmac() {
      const { algorithm, key, resultEncoding = 'HEX' } = internal.options(arguments, ['algorithm', 'key', 'resultEncoding']);
      internal.required('SecureString.hmac', { algorithm, key }, ['algorithm', 'key']);
      return append({ op: 'hmac', algorithm, key: internal.keyOf('SecureString.hmac', key), resultEncoding });
    },
    replaceString() {
      const { pattern, replacement } = internal.options(arguments, ['pattern', 'replacement']);
      return append({ op: 'replace', pattern: String(pattern), replacement: String(replacement) });
    },
    // What it says of itself is how it is made; only the host makes it.
    toJSON: () => ({ $secure: taken }),
    toString: () => '[SecureString]',
  });
  steps.set(secure, taken);
  return secure;
};

const stepsOf = (method, value) => steps.get(value) ?? internal.fail('SSS_INVALID_TYPE_ARG', `${method}: secureString is no SecureString. Make one with https.createSecureString.`);

const createSecureString = function createSecureString() {
  const { input, inputEncoding = 'UTF_8' } = internal.options(arguments, ['input', 'inputEncoding']);
  internal.required('https.createSecureString', { input }, ['input']);
  return secureString([{ op: 'append', input: String(input), encoding: inputEncoding }]);
};

const createSecretKey = function createSecretKey() {
  internal.module('N/crypto');
  return internal.createSecretKey('https.createSecretKey', arguments);
};

/** The older name. */
const createSecureKey = function createSecureKey() {
  internal.module('N/crypto');
  return internal.createSecretKey('https.createSecureKey', arguments);
};

const requestRestlet = function requestRestlet() {
  const options = internal.options(arguments, ['scriptId', 'deploymentId', 'method', 'urlParams', 'headers', 'body']);
  internal.required('https.requestRestlet', options, ['scriptId', 'deploymentId']);
  spend('https.requestRestlet');
  const { scriptId, deploymentId, urlParams = {}, headers = {}, body = null } = options;
  const method = String(options.method ?? (body === null ? 'GET' : 'POST')).toUpperCase();
  const text = body === null || typeof body === 'string' ? body : internal.stringify(body);
  return clientResponse(host('http.restlet', { scriptId, deploymentId, urlParams, method, headers, body: text }));
};

const requestSuiteTalkRest = function requestSuiteTalkRest() {
  const options = internal.options(arguments, ['url', 'method', 'headers', 'body']);
  internal.required('https.requestSuiteTalkRest', options, ['url']);
  spend('https.requestSuiteTalkRest');
  const { url, headers = {}, body = null } = options;
  const method = String(options.method ?? 'GET').toUpperCase();
  const text = body === null || typeof body === 'string' ? body : internal.stringify(body);
  return clientResponse(host('http.rest', { url: String(url), method, headers, body: text }));
};

return { ...client('https'), createSecureString, createSecretKey, createSecureKey, requestRestlet, requestSuiteTalkRest };
