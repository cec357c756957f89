// oauth-1.0a, unmodified, signs what Node's own fetch sends; the account's audit trail says how each login went.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import OAuth from "oauth-1.0a";

import { Account } from "./account.js";

const CUSTOMERS = "/services/rest/record/v1/customer";
const TOKEN_INFO = "/rest/tokeninfo";
const RESTLET = "/app/site/hosting/restlet.nl?script=1&deploy=1";
const JSON_BODY = { "Content-Type": "application/json" };

let account;

before(async () => {
  account = await Account.start();
});
beforeEach(() => account.newLogins());
after(() => account?.stop());

/** The headers of a signed request. */
function sign(method, path, { hash = "sha256", consumer = account.consumer, token = account.token, data } = {}) {
  const oauth = new OAuth({
    consumer,
    realm: account.id,
    signature_method: `HMAC-${hash.toUpperCase()}`,
    hash_function: (text, key) => createHmac(hash, key).update(text).digest("base64"),
  });
  return { ...oauth.toHeader(oauth.authorize({ url: account.url + path, method, data }, token)) };
}

async function send(method, path, headers, body) {
  const answer = await fetch(account.url + path, { method, headers, body, signal: AbortSignal.timeout(10_000) });
  return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
}

function call(method, path, body) {
  const headers = { ...sign(method, path), ...JSON_BODY };
  return send(method, path, headers, body && JSON.stringify(body));
}

function assertStatus(expected, answer) {
  assert.equal(answer.status, expected, `expected ${expected}, got ${answer.status}: ${answer.text}`);
}

function assertRefused(answer, detail) {
  assertStatus(401, answer);
  assert.equal(JSON.parse(answer.text)["o:errorDetails"][0]["o:errorCode"], "INVALID_LOGIN");
  assert.deepEqual(account.newLogins(), [`REST ${detail}`]);
}

// What is signed rightly is answered.

test("a query with spaces and quotes is answered", async () => {
  const q = encodeURIComponent('companyName CONTAIN "Harbor Lane"');
  const answer = await call("GET", `${CUSTOMERS}?q=${q}&limit=2&offset=2`);
  assertStatus(200, answer);
  const { count, offset, totalResults } = JSON.parse(answer.text);
  assert.deepEqual({ count, offset, totalResults }, { count: 1, offset: 2, totalResults: 3 });
  assert.deepEqual(account.newLogins(), ["REST Success"]);
});

test("a customer is created, read, changed and deleted", async () => {
  const created = await call("POST", CUSTOMERS, { companyName: "Müller & Söhne", isPerson: false });
  assertStatus(204, created);
  const path = created.location.slice(account.url.length);
  assert.match(path, /^\/services\/rest\/record\/v1\/customer\/[0-9]+$/);
  assert.equal(JSON.parse((await call("GET", path)).text).companyName, "Müller & Söhne");
  assertStatus(204, await call("PATCH", path, { phone: "+1 555 0199" }));
  const { companyName, phone } = JSON.parse((await call("GET", path)).text);
  assert.deepEqual({ companyName, phone }, { companyName: "Müller & Söhne", phone: "+1 555 0199" });
  assertStatus(204, await call("DELETE", path));
  assertStatus(404, await call("GET", path));
  assert.deepEqual(account.newLogins(), Array(6).fill("REST Success"));
});

test("tokeninfo names the account", async () => {
  const answer = await call("GET", TOKEN_INFO);
  assertStatus(200, answer);
  assert.equal(JSON.parse(answer.text).companyId, account.id);
});

test("a RESTlet call logs in before it finds no script", async () => {
  const answer = await call("GET", RESTLET);
  assertStatus(400, answer);
  assert.equal(JSON.parse(answer.text).error.code, "SSS_INVALID_SCRIPTLET_ID");
  assert.deepEqual(account.newLogins(), ["RESTlet Success"]);
});

test("a form body is part of what is signed", async () => {
  const data = { memo: "a b+c", empty: "" };
  const form = new URLSearchParams(data);
  assertStatus(415, await send("POST", RESTLET, sign("POST", RESTLET, { data }), form));
  form.set("memo", "b");
  assertStatus(401, await send("POST", RESTLET, sign("POST", RESTLET, { data }), form));
  assert.deepEqual(account.newLogins(), ["RESTlet Success", "RESTlet InvalidSignature"]);
});

// What is not is refused, and the account knows why.

test("the same request is refused the second time", async () => {
  const headers = sign("GET", CUSTOMERS);
  assertStatus(200, await send("GET", CUSTOMERS, headers));
  assert.deepEqual(account.newLogins(), ["REST Success"]);
  assertRefused(await send("GET", CUSTOMERS, headers), "NonceUsed");
});

test("a wrong secret is refused", async () => {
  for (const which of ["consumer", "token"]) {
    const headers = sign("GET", CUSTOMERS, { [which]: { ...account[which], secret: "0".repeat(64) } });
    assertRefused(await send("GET", CUSTOMERS, headers), "InvalidSignature");
  }
});

test("each wrong parameter has its own word", async () => {
  const wrong = {
    realm: [account.id.toLowerCase(), "(login failure)"],
    oauth_consumer_key: ["0".repeat(64), "consumer_key_unknown"],
    oauth_token: ["0".repeat(64), "token_rejected"],
    oauth_signature_method: ["PLAINTEXT", "UnknownAlgorithm"],
    oauth_timestamp: ["1000000000", "InvalidTimestamp"],
    oauth_nonce: ["short", "nonce_rejected"],
    oauth_version: ["2.0", "VersionRejected"],
    oauth_signature: ["AAAA", "InvalidSignature"],
  };
  for (const [name, [value, detail]] of Object.entries(wrong)) {
    const { Authorization: right } = sign("GET", CUSTOMERS);
    const header = right.replace(new RegExp(`${name}="[^"]*"`), `${name}="${value}"`);
    assert.notEqual(header, right, name);
    assertRefused(await send("GET", CUSTOMERS, { Authorization: header }), detail);
  }
});

test("no character of the header can be wrong", async () => {
  const { Authorization: right } = sign("GET", CUSTOMERS);
  for (let at = 0; at < right.length; at += 1) {
    const header = right.slice(0, at) + (right[at] === "x" ? "y" : "x") + right.slice(at + 1);
    const { status } = await send("GET", CUSTOMERS, { Authorization: header });
    assert.ok(status === 400 || status === 401, `${right[at]} at ${at}: ${status}`);
  }
  assert.ok(!account.newLogins().includes("REST Success"));
  assertStatus(200, await send("GET", CUSTOMERS, { Authorization: right }));
});

test("a wrong character in method, path or query is refused", async () => {
  const headers = () => sign("GET", `${CUSTOMERS}/1?fields=email`);
  assertRefused(await send("DELETE", `${CUSTOMERS}/1?fields=email`, headers()), "InvalidSignature");
  assertRefused(await send("GET", `${CUSTOMERS}/2?fields=email`, headers()), "InvalidSignature");
  assertRefused(await send("GET", `${CUSTOMERS}/1?fields=phone`, headers()), "InvalidSignature");
});

test("a query that was not signed is refused", async () => {
  assertRefused(await send("GET", `${CUSTOMERS}?limit=1`, sign("GET", CUSTOMERS)), "InvalidSignature");
});

test("HMAC-SHA1 is refused", async () => {
  assertRefused(await send("GET", CUSTOMERS, sign("GET", CUSTOMERS, { hash: "sha1" })), "UnknownAlgorithm");
});
