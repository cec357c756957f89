// Loaded by Node before a program (NODE_OPTIONS=--require), for libraries that read no HTTPS_PROXY: fetch, https, tls,
// http2. A connection to a host of NetSuite's goes to Countersign instead. What the program knows of it stays as it was:
// the name it asks for, the port and the certificate it checks are NetSuite's.
"use strict";

const net = require("node:net");

const gate = /^(.*):(\d+)$/.exec(process.env.COUNTERSIGN_GATE ?? "");
const connect = net.Socket.prototype.connect;

const isNetSuite = (host) => typeof host === "string" && /^([^.]+\.)*netsuite\.com\.?$/i.test(host);

if (gate) {
  const [host, port] = [gate[1].replace(/^\[|\]$/g, ""), Number(gate[2])];

  // HTTP/2 makes the origin of a session from it, and http2-wrapper (got) takes no session of another origin.
  const pretend = (socket, asked) => Object.defineProperty(socket, "remotePort", { value: Number(asked), configurable: true });

  net.Socket.prototype.connect = function (...given) {
    // (options), (port, host), or either as one list, which is how Node's own modules hand them on.
    const list = Array.isArray(given[0]) ? given[0] : given;
    if (isNetSuite(list[0]?.host)) {
      pretend(this, list[0].port);
      list[0] = { ...list[0], host, port, lookup: undefined };
    } else if (isNetSuite(list[1])) {
      pretend(this, list[0]);
      [list[0], list[1]] = [port, host];
    }
    return connect.apply(this, given);
  };
}
