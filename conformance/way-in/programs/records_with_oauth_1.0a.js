// oauth-1.0a and Node's own fetch over records: customers, an order with lines, its invoice.

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
const base = `https://${host}/services/rest/record/v1`;

function send(method, url, body, accept = "*/*") {
  const signed = oauth.toHeader(oauth.authorize({ method, url }, token));
  const headers = { ...signed, "Content-Type": "application/json", Accept: accept };
  return fetch(url, { method, headers, body: body && JSON.stringify(body) });
}

async function call(method, url, body, accept) {
  const answer = await send(method, url, body, accept);
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

const get = async (url, accept) => (await call("GET", url, undefined, accept)).json();
const post = async (url, body) => (await call("POST", url, body)).headers.get("location");

async function first(type, q) {
  const found = await get(`${base}/${type}?q=${encodeURIComponent(q)}&limit=1`);
  return { id: found.items[0].id };
}

(async () => {
  console.log("listed", (await get(`${base}/customer`)).totalResults);

  const quay = await post(`${base}/customer`, { companyName: "Quay Street Books", subsidiary: { id: "1" } });
  console.log("made", (await get(quay)).companyName);
  await call("PATCH", quay, { email: "hello@quaystreet.example" });
  console.log("changed", (await get(`${quay}?fields=email`)).email);

  const chair = await first("inventoryItem", 'itemId IS "CHAIR-OAK"');
  const delivery = await first("serviceResaleItem", 'itemId IS "DELIVERY"');
  const items = [{ item: chair, quantity: 4 }, { item: delivery }];
  const order = await post(`${base}/salesOrder`, { entity: { id: quay.split("/").pop() }, item: { items } });
  const made = await get(`${order}?expandSubResources=true`);
  console.log("ordered", made.item.totalResults, made.total.toFixed(2));

  const invoice = await get(await post(`${order}/!transform/invoice`, {}));
  console.log("invoiced", invoice.total.toFixed(2), invoice.status.refName);

  const pages = [];
  for (let url = `${base}/customer?limit=10`; url; ) {
    const page = await get(url);
    pages.push(page.items);
    url = page.links.find(({ rel }) => rel === "next")?.href;
  }
  console.log("paged", pages.flat().length, "in", pages.length);

  const gone = await post(`${base}/customer`, { companyName: "Gone" });
  await call("DELETE", gone);
  console.log("deleted", (await send("GET", gone)).status);

  const schema = await get(`${base}/metadata-catalog/salesOrder`, "application/schema+json");
  const openapi = await get(`${base}/metadata-catalog?select=customer,salesOrder`, "application/swagger+json");
  const said = (is) => (is ? "True" : "False");
  console.log("described", said("item" in schema.properties), said("/salesOrder/{id}" in openapi.paths));
})();
