// The peer: Node's `http` with the function of a RESTlet behind the check that a signature needs: `node peer.js order.js`, credentials
// as one line of JSON on standard input. Says the port it listens on.
'use strict';
const { createHmac, timingSafeEqual } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const vm = require('node:vm');

let script;
vm.runInThisContext('(function (define) {' + readFileSync(process.argv[2], 'utf8') + '})')((_, make) => (script = make()));
const { account, consumerKey, consumerSecret, token, tokenSecret } = JSON.parse(readFileSync(0, 'utf8'));

const reserved = /[!'()*]/g;
const encode = (text) => encodeURIComponent(text).replace(reserved, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
const key = encode(consumerSecret) + '&' + encode(tokenSecret);
const nonces = new Set();

const isSigned = (request) => {
  const parameters = {};
  for (const [, name, value] of (request.headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)) {
    parameters[name] = decodeURIComponent(value);
  }
  const { realm, oauth_signature: signature = '', ...signed } = parameters;
  if (realm !== account || signed.oauth_consumer_key !== consumerKey || signed.oauth_token !== token) return false;
  if (signed.oauth_signature_method !== 'HMAC-SHA256') return false;
  if (Math.abs(Date.now() / 1000 - Number(signed.oauth_timestamp)) > 300) return false;
  const url = new URL(request.url, 'http://' + request.headers.host);
  const pairs = [...Object.entries(signed), ...url.searchParams].map(([name, value]) => encode(name) + '=' + encode(value));
  const base = [request.method, encode(url.origin + url.pathname), encode(pairs.sort().join('&'))].join('&');
  const expected = createHmac('sha256', key).update(base).digest();
  const given = Buffer.from(signature, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const nonce = signed.oauth_timestamp + ' ' + signed.oauth_nonce;
  if (nonces.has(nonce)) return false;
  nonces.add(nonce);
  return true;
};

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (!isSigned(request)) {
      response.writeHead(401).end();
      return;
    }
    const answer = JSON.stringify(script.post(JSON.parse(Buffer.concat(parts).toString())));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) }).end(answer);
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
