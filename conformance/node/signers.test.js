// Signers that others wrote, unmodified, with the bugs they have: the account refuses each, and the diagnosis names it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import OAuth from "oauth-1.0a";

import { Account } from "./account.js";

const require = createRequire(import.meta.url);
const NSOAuth1 = require("nsoauth1");
const NetSuiteOAuth = require("netsuite-tba-oauth");
const nsrestlet = require("nsrestlet");

const RESTLET = "/app/site/hosting/restlet.nl?script=1&deploy=1";
const TIMESTAMP = /oauth_timestamp="(\d+)"/;

let account;

before(async () => {
  account = await Account.start();
});
after(() => account?.stop());

/** What the diagnosis says of a request: the mistakes that are proved. */
function proved({ method, path, authorization, body = null, contentType = null, seen: used = [] }) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-"));
  const file = join(folder, "request.json");
  const request = {
    id: "request", transport: "oauth_header", method, url: account.url + path, authorization, body, content_type: contentType,
    realm: account.id, consumer_key: account.consumer.key, consumer_secret: account.consumer.secret,
    token: account.token.key, token_secret: account.token.secret, server_now: Math.floor(Date.now() / 1000), seen: used,
    timestamp: TIMESTAMP.exec(authorization)?.[1], nonce: /oauth_nonce="([^"]+)"/.exec(authorization)?.[1],
  };
  try {
    writeFileSync(file, JSON.stringify({ vectors: [request] }), { mode: 0o600 });
    const command = ["conformance", "--vectors", file, "--diagnose", "--json"];
    const said = JSON.parse(execFileSync(process.env.COUNTERSIGN, command, { stdio: ["ignore", "pipe", "inherit"] }));
    return said.findings.filter((finding) => finding.sure === "proved").map((finding) => finding.mistake);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function assertRefusedAndNamed(request, mistake, statuses = [401]) {
  const { method, path, authorization, body, contentType } = request;
  const headers = { Authorization: authorization, ...(contentType && { "Content-Type": contentType }) };
  const answer = await fetch(account.url + path, { method, headers, body });
  assert.ok(statuses.includes(answer.status), `${answer.status}: ${await answer.text()}`);
  const named = proved(request);
  assert.ok(named.includes(mistake), `${mistake} is not among ${named}`);
}

/** A header of oauth-1.0a. */
function oauth10a(method, path, data) {
  const oauth = new OAuth({
    consumer: account.consumer,
    realm: account.id,
    signature_method: "HMAC-SHA256",
    hash_function: (text, key) => createHmac("sha256", key).update(text).digest("base64"),
  });
  return oauth.toHeader(oauth.authorize({ url: account.url + path, method, data }, account.token)).Authorization;
}

for (const [query, mistake] of [
  ["q=a+b", "plus_signed_literally"],
  ["filter%5Bname%5D=x", "encoded_name_double_encoded"],
  ["filter=a=b", "value_cut_at_equals"],
  ["a=1&", "trailing_ampersand_signed"],
  ["id=&id=7", "empty_first_duplicate_lost"],
]) {
  test(`oauth-1.0a, ${query}: ${mistake}`, async () => {
    const path = `${RESTLET}&${query}`;
    await assertRefusedAndNamed({ method: "GET", path, authorization: oauth10a("GET", path) }, mistake);
  });
}

test("oauth-1.0a given a JSON body as data: json_body_signed", async () => {
  const data = { companyName: "Harbor Lane", isPerson: false, lines: [1, 2] };
  const authorization = oauth10a("POST", RESTLET, data);
  const body = JSON.stringify(data);
  const request = { method: "POST", path: RESTLET, authorization, body, contentType: "application/json" };
  await assertRefusedAndNamed(request, "json_body_signed");
});

function nsoauth1(method, path) {
  const { consumer, token, id, url } = account;
  const signer = new NSOAuth1({
    method, url: url + path, ck: consumer.key, cs: consumer.secret, tk: token.key, ts: token.secret, realm: id,
  });
  return signer.generateOAuth().authHeader;
}

for (const [query, mistake] of [
  ["q=a+b", "inner_encoding_missing"],
  ["id=b&id=a", "repeated_key_collapsed"],
  ["filter=a=b", "value_cut_at_equals"],
]) {
  test(`nsoauth1, ${query}: ${mistake}`, async () => {
    const path = `${RESTLET}&${query}`;
    await assertRefusedAndNamed({ method: "GET", path, authorization: nsoauth1("GET", path) }, mistake);
  });
}

test("netsuite-tba-oauth signs with HMAC-SHA1: algorithm", async () => {
  const { consumer, token, id, url } = account;
  const signer = new NetSuiteOAuth(url + RESTLET, "GET", consumer.key, consumer.secret, token.key, token.secret, id);
  const { Authorization: authorization } = signer.headers;
  await assertRefusedAndNamed({ method: "GET", path: RESTLET, authorization }, "algorithm", [400, 401]);
});

test("netsuite-tba-oauth signs once for all its calls: nonce_replay", () => {
  const { consumer, token, id, url } = account;
  const signer = new NetSuiteOAuth(url + RESTLET, "GET", consumer.key, consumer.secret, token.key, token.secret, id);
  const nonce = () => /oauth_nonce="([^"]+)"/.exec(signer.headers.Authorization)[1];
  assert.equal(nonce(), nonce());
  // Its header with the method that the account takes, as it would be sent a second time.
  const authorization = oauth10a("GET", RESTLET);
  const used = [account.consumer.key, account.token.key, TIMESTAMP.exec(authorization)[1],
    /oauth_nonce="([^"]+)"/.exec(authorization)[1]];
  assert.ok(proved({ method: "GET", path: RESTLET, authorization, seen: [used] }).includes("nonce_replay"));
});

for (const [payload, mistake] of [
  [{}, "trailing_ampersand_signed"],
  [{ filter: { name: "x" } }, "encoded_name_double_encoded"],
  [{ ids: [1, 2] }, "encoded_name_double_encoded"],
]) {
  test(`nsrestlet, get(${JSON.stringify(payload)}): ${mistake}`, async () => {
    const { consumer, token, id, url } = account;
    const settings = {
      accountId: id, consumerKey: consumer.key, consumerSecret: consumer.secret, tokenKey: token.key, tokenSecret: token.secret,
    };
    // It passes on what it sends nowhere but to the account: a proxy in between keeps the header.
    const { request, stop } = await listen();
    await nsrestlet.createLink(settings, { url: url + RESTLET, retries: 1 }).get(payload).catch(() => {});
    const { path, authorization } = await request;
    await stop();
    await assertRefusedAndNamed({ method: "GET", path, authorization }, mistake);
  });
}

/** A proxy that takes one plain request and answers it with nothing. `request` reads it from the environment. */
async function listen() {
  let take;
  const request = new Promise((resolve) => (take = resolve));
  const proxy = createServer((incoming, answer) => {
    const { pathname, search } = new URL(incoming.url, account.url);
    take({ path: pathname + search, authorization: incoming.headers.authorization });
    answer.end("{}");
  });
  await new Promise((listening) => proxy.listen(0, "127.0.0.1", listening));
  process.env.HTTP_PROXY = `http://127.0.0.1:${proxy.address().port}`;
  process.env.NO_PROXY = "";
  const stop = async () => {
    delete process.env.HTTP_PROXY;
    delete process.env.NO_PROXY;
    await new Promise((closed) => proxy.close(closed).closeAllConnections());
  };
  return { request, stop };
}
