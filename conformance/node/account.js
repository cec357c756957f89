// A local account for a test file: its own folder, its own port, stopped when the tests are done.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = process.env.COUNTERSIGN;

export class Account {
  #folder = mkdtempSync(join(tmpdir(), "countersign-"));
  #rowsSeen = 0;
  #server;

  static async start() {
    const account = new Account();
    const serve = ["serve", "--json", "--log", "warn", "--listen", "127.0.0.1:0", "--data", account.#folder];
    account.#server = spawn(PROGRAM, serve, { stdio: ["ignore", "pipe", "inherit"] });
    await once(account.#server, "spawn");
    const line = await createInterface({ input: account.#server.stdout })[Symbol.asyncIterator]().next();
    if (line.done) throw new Error(`${PROGRAM} serve did not start`);
    const start = JSON.parse(line.value);
    const [values] = start.tokens;
    account.id = start.account;
    account.url = start.url;
    account.consumer = { key: values.NETSUITE_CONSUMER_KEY, secret: values.NETSUITE_CONSUMER_SECRET };
    account.token = { key: values.NETSUITE_TOKEN_ID, secret: values.NETSUITE_TOKEN_SECRET };
    return account;
  }

  /** The rows written to the Login Audit Trail since the last look, oldest first: service, and Success or the Detail word. */
  newLogins() {
    const audit = ["audit", "--json", "--limit", "1000", "--data", this.#folder];
    const rows = JSON.parse(execFileSync(PROGRAM, audit, { stdio: ["ignore", "pipe", "inherit"] })).rows.reverse();
    const fresh = rows.slice(this.#rowsSeen);
    this.#rowsSeen = rows.length;
    return fresh.map((row) => `${row.service} ${row.detail ?? row.status}`);
  }

  async stop() {
    const ended = once(this.#server, "exit");
    this.#server.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
