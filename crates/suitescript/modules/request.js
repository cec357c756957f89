// What N/http and N/https have in common: a request leaves by the host, which decides whether it may.
const clientResponse = ({ code, headers, body }) => internal.object('N/http.ClientResponse', { code, headers, body });

const isSecure = (value) => typeof value?.toJSON === 'function' && String(value) === '[SecureString]';

const formEncoded = (fields) =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value ?? '')}`)
    .join('&');

/** An object that is sent is a form, as a browser's would be. */
const bodyOf = (body, headers) => {
  if (body === undefined || body === null) return null;
  if (typeof body !== 'object' || isSecure(body)) return isSecure(body) ? body : String(body);
  const type = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
  if (type !== undefined && /json/i.test(String(headers[type]))) return internal.stringify(body);
  if (type === undefined) headers['Content-Type'] = 'application/x-www-form-urlencoded';
  return formEncoded(body);
};

const addressOf = (module, method, url) => {
  if (isSecure(url)) return url;
  const address = String(url);
  // Without a scheme it is a path of the account's own.
  const scheme = /^([a-z]+):/i.exec(address)?.[1].toLowerCase();
  if (scheme !== undefined && scheme !== module) {
    internal.fail('SSS_INVALID_URL', `${method}: ${address.slice(0, 200)} is no address of ${module}.`);
  }
  return address;
};

const withCredentials = (value, credentials) => {
  if (typeof value !== 'string' || !credentials.some((name) => value.includes(`{${name}}`))) return value;
  return { $secure: [{ op: 'append', input: value, encoding: 'UTF_8' }] };
};

const client = (module) => {
  const send = (name, method, options) => {
    const called = `${module}.${name}`;
    internal.required(called, options, ['url']);
    const credentials = (options.credentials ?? []).map(String);
    const headers = {};
    for (const [header, value] of Object.entries(options.headers ?? {})) headers[header] = isSecure(value) ? value : String(value);
    const body = bodyOf(options.body, headers);
    const url = addressOf(module, called, options.url);
    internal.spend(`${module}.request`);
    const filled = {};
    for (const [header, value] of Object.entries(headers)) filled[header] = withCredentials(value, credentials);
    return clientResponse(
      internal.host('http.send', {
        method,
        url: withCredentials(url, credentials),
        headers: filled,
        body: withCredentials(body, credentials),
        secure: module === 'https',
      }),
    );
  };
  const of = (name, method, positions) =>
    function call() {
      return send(name, method, internal.options(arguments, positions));
    };
  return {
    get: of('get', 'GET', ['url', 'headers']),
    delete: of('delete', 'DELETE', ['url', 'headers']),
    post: of('post', 'POST', ['url', 'body', 'headers']),
    put: of('put', 'PUT', ['url', 'body', 'headers']),
    request: function request() {
      const options = internal.options(arguments, ['method', 'url', 'body', 'headers']);
      internal.required(`${module}.request`, options, ['method']);
      return send('request', String(options.method).toUpperCase(), options);
    },
  };
};

return { client, clientResponse };
