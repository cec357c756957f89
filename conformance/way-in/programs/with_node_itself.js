// Node's own ways to call a host: fetch, https, http2 and tls.

const { once } = require("node:events");
const http2 = require("node:http2");
const https = require("node:https");
const tls = require("node:tls");

const host = `${process.env.NETSUITE_ACCOUNT_ID.toLowerCase().replace("_", "-")}.suitetalk.api.netsuite.com`;

(async () => {
  const fetched = await fetch(`https://${host}/health`);
  console.log("fetch", fetched.status);

  const [got] = await once(https.get(`https://${host}/health`, { agent: false }), "response");
  console.log("https", got.statusCode);

  const session = http2.connect(`https://${host}`);
  const [headers] = await once(session.request({ ":path": "/health" }), "response");
  console.log("http2", headers[":status"], session.originSet[0] === `https://${host}`);
  session.destroy();

  const ways = [[443, host, { servername: host }], [{ port: 443, host, servername: host }]];
  for (const way of ways) {
    // One after the other: what happens before it is waited for is not heard.
    const socket = tls.connect(...way);
    await once(socket, "secureConnect");
    console.log("tls", socket.authorized);
    socket.destroy();
  }
  process.exit(0);
})();
