// oauth-1.0a with Node's own fetch, which reads no HTTPS_PROXY.

const { createHmac } = require("node:crypto");
const OAuth = require("oauth-1.0a");

const { env } = process;
const oauth = new OAuth({
  consumer: { key: env.NETSUITE_CONSUMER_KEY, secret: env.NETSUITE_CONSUMER_SECRET },
  realm: env.NETSUITE_ACCOUNT_ID,
  signature_method: "HMAC-SHA256",
  hash_function: (base, key) => createHmac("sha256", key).update(base).digest("base64"),
});
const token = { key: env.NETSUITE_TOKEN_ID, secret: env.NETSUITE_TOKEN_SECRET };
const host = `${env.NETSUITE_ACCOUNT_ID.toLowerCase().replace("_", "-")}.suitetalk.api.netsuite.com`;
const customers = `https://${host}/services/rest/record/v1/customer`;

async function call(method, url, body) {
  const headers = { ...oauth.toHeader(oauth.authorize({ method, url }, token)), "Content-Type": "application/json" };
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

(async () => {
  await call("POST", customers, { companyName: "Quay Street Books" });
  const q = encodeURIComponent('companyName IS "Quay Street Books"');
  const found = await call("GET", `${customers}?q=${q}&limit=5`);
  console.log("customers", (await found.json()).totalResults);
})();
