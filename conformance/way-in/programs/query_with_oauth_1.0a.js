// oauth-1.0a and Node's own fetch ask in SuiteQL, from one page to the next.

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
const q = "SELECT id, companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id";

(async () => {
  const names = [];
  for (let url = `https://${host}/services/rest/query/v1/suiteql?limit=10`; url; ) {
    const signed = oauth.toHeader(oauth.authorize({ method: "POST", url }, token));
    const headers = { ...signed, "Content-Type": "application/json", Prefer: "transient" };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ q }) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const page = await answer.json();
    names.push(...page.items.map(({ companyname }) => companyname));
    url = page.links.find(({ rel }) => rel === "next")?.href;
  }
  console.log("queried", names.length, names[0]);
})();
