// @nangohq/node, unmodified but for its host and key: every method that has something to ask here, and what it reads.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Nango } from "@nangohq/node";

import { Stage } from "./stage.js";

const INTEGRATION = "netsuite";
const CONNECTION = "acme";
const OF = { providerConfigKey: INTEGRATION, connectionId: CONNECTION };

let stage;
let nango;

before(async () => {
  stage = await Stage.start();
  nango = new Nango({ host: stage.host, secretKey: stage.key });
});
after(() => stage?.stop());

/** What Nango's guide for NetSuite TBA has people fill in. @nangohq/node has no method for it: its programs post. */
function connection(changed = {}) {
  const { values } = stage;
  return {
    provider_config_key: INTEGRATION,
    connection_id: CONNECTION,
    connection_config: { accountId: stage.account.id },
    credentials: {
      type: "TBA",
      token_id: values.NETSUITE_TOKEN_ID,
      token_secret: values.NETSUITE_TOKEN_SECRET,
      config_override: { client_id: values.NETSUITE_CONSUMER_KEY, client_secret: values.NETSUITE_CONSUMER_SECRET },
      ...changed,
    },
    metadata: { plan: "gold" },
    end_user: { id: "u1", email: "erin@example.com", display_name: "Erin" },
  };
}

const post = (body) => nango.http.post(`${stage.host}/connections`, body, { headers: { Authorization: `Bearer ${stage.key}` } });

/** The status and error of a call that is refused. */
async function refused(call) {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  assert.ok(error.response, error.message);
  return { status: error.response.status, ...error.response.data.error };
}

test("the provider is there, and no other", async () => {
  const { data } = await nango.getProvider({ provider: "netsuite-tba" });
  assert.equal(data.auth_mode, "TBA");
  const { data: all } = await nango.listProviders({ search: "netsuite" });
  assert.deepEqual(all.map((provider) => provider.name), ["netsuite-tba"]);
  assert.equal((await refused(nango.getProvider({ provider: "github" }))).status, 404);
});

test("an integration is created with Client ID and Client Secret left empty", async () => {
  const { data } = await nango.createIntegration({
    provider: "netsuite-tba",
    unique_key: INTEGRATION,
    display_name: "Books",
    integration_config: { server: stage.account.url },
  });
  assert.equal(data.unique_key, INTEGRATION);
  const { configs } = await nango.listIntegrations();
  assert.deepEqual(configs.map((config) => config.unique_key), [INTEGRATION]);
  await nango.updateIntegration({ uniqueKey: INTEGRATION }, { display_name: "Ledgers" });
  const found = await nango.getIntegration({ uniqueKey: INTEGRATION }, { include: ["credentials"] });
  assert.equal(found.data.display_name, "Ledgers");
  assert.equal(found.data.credentials.client_secret, null);
});

test("a wrong secret is refused with a sentence, and nothing is saved", async () => {
  const error = await refused(post(connection({ token_secret: "0".repeat(64) })));
  assert.equal(error.status, 400);
  assert.equal(error.code, "connection_test_failed");
  assert.match(error.message, /^Nothing was saved\. .*secret/i);
  assert.deepEqual((await nango.listConnections()).connections, []);
});

test("a connection is created, listed and read without its secrets", async () => {
  const made = await post(connection());
  assert.equal(made.status, 201);
  const { connections } = await nango.listConnections({ userId: "u1", integrationId: INTEGRATION, tags: { email: "erin@example.com" } });
  assert.deepEqual(connections.map((one) => one.connection_id), [CONNECTION]);
  assert.deepEqual((await nango.listConnections(undefined, "nobody")).connections, []);
  const found = await nango.getConnection(INTEGRATION, CONNECTION);
  assert.equal(found.end_user.display_name, "Erin");
  assert.equal(found.id, made.data.id);
  assert.deepEqual(found.credentials, { type: "TBA" });
  assert.deepEqual(await nango.getToken(INTEGRATION, CONNECTION), { type: "TBA" });
  assert.equal((await nango.waitForConnection(INTEGRATION, "u1")).connection_id, CONNECTION);
});

test("metadata and tags are set, updated and read", async () => {
  assert.deepEqual(await nango.getMetadata(INTEGRATION, CONNECTION), { plan: "gold" });
  await nango.setMetadata(INTEGRATION, CONNECTION, { a: 1 });
  await nango.updateMetadata(INTEGRATION, CONNECTION, { b: [2] });
  assert.deepEqual(await nango.getMetadata(INTEGRATION, CONNECTION), { a: 1, b: [2] });
  const of = { connectionId: CONNECTION, provider_config_key: INTEGRATION };
  assert.deepEqual(await nango.patchConnection(of, { tags: { tier: "one" } }), { success: true });
  const { connections } = await nango.listConnections({ tags: { tier: "one" } });
  assert.equal(connections.length, 1);
});

test("calls are signed: pages are read, a record is written, SuiteQL is asked", async () => {
  const first = await nango.get({ ...OF, endpoint: "/customer", params: { limit: "2" }, retries: 3 });
  assert.equal(first.data.count, 2);
  const second = await nango.get({ ...OF, endpoint: "customer?limit=2&offset=2", decompress: true });
  assert.notEqual(first.data.items[0].id, second.data.items[0].id);

  const made = await nango.post({ ...OF, endpoint: "/customer", data: { companyName: "Nango & Söhne", subsidiary: { id: "1" } } });
  assert.equal(made.status, 204);
  const id = made.headers.location.split("/").pop();
  await nango.patch({ ...OF, endpoint: `/customer/${id}`, data: { comments: "by @nangohq/node" } });
  const found = await nango.get({ ...OF, endpoint: `/customer/${id}` });
  assert.equal(found.data.companyName, "Nango & Söhne");
  assert.equal(found.data.comments, "by @nangohq/node");

  const query = await nango.post({
    ...OF,
    baseUrlOverride: `https://${(await nango.getConnection(INTEGRATION, CONNECTION)).connection_config.accountId}.suitetalk.api.netsuite.com`,
    endpoint: "/services/rest/query/v1/suiteql?limit=5",
    headers: { Prefer: "transient" },
    data: { q: `SELECT companyname FROM customer WHERE id = ${id}` },
  });
  assert.equal(query.data.items[0].companyname, "Nango & Söhne");
  assert.equal((await nango.delete({ ...OF, endpoint: `/customer/${id}` })).status, 204);
});

test("another account's address is refused, and a call without a grant", async () => {
  const elsewhere = nango.get({ ...OF, endpoint: "/x", baseUrlOverride: "https://7654321.suitetalk.api.netsuite.com" });
  assert.equal((await refused(elsewhere)).code, "base_url_override_not_allowed");
  const other = new Nango({ host: stage.host, secretKey: stage.caller("other") });
  assert.equal((await refused(other.get({ ...OF, endpoint: "/customer" }))).status, 403);
  assert.equal((await refused(other.listConnections())).status, 403);
});

test("a session has a token and a link", async () => {
  const { data } = await nango.createConnectSession({ end_user: { id: "u2" }, allowed_integrations: [INTEGRATION] });
  assert.match(data.token, /^nango_connect_session_[0-9a-f]{64}$/);
  assert.ok(data.connect_link.startsWith(`${stage.host}/connect?session_token=`));
  assert.ok(Date.parse(data.expires_at) > Date.now());
  const again = await nango.createReconnectSession({ connection_id: CONNECTION, integration_id: INTEGRATION });
  assert.ok(again.data.token);
});

test("what is not there says so", async () => {
  for (const call of [
    () => nango.triggerSync(INTEGRATION, ["orders"], CONNECTION),
    () => nango.listRecords({ ...OF, model: "Order" }),
    () => nango.triggerAction(INTEGRATION, CONNECTION, "create-order", {}),
    () => nango.listFunctions({ uniqueKey: INTEGRATION }),
    () => nango.getEnvironmentVariables(),
  ]) {
    const { status, code } = await refused(call());
    assert.deepEqual([status, code], [501, "not_implemented"]);
  }
});

test("connection and integration are deleted", async () => {
  const early = await refused(nango.deleteIntegration(INTEGRATION));
  assert.equal(early.code, "integration_has_connections");
  const gone = await nango.deleteConnection(INTEGRATION, CONNECTION);
  assert.deepEqual(gone.data, { success: true });
  assert.equal((await refused(nango.getConnection(INTEGRATION, CONNECTION))).status, 404);
  assert.equal((await refused(nango.get({ ...OF, endpoint: "/customer" }))).status, 403);
  await nango.deleteIntegration(INTEGRATION);
  assert.deepEqual((await nango.listIntegrations()).configs, []);
});
