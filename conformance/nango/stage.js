// A local account and the proxy of its data folder, stopped when the tests are done.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = process.env.COUNTERSIGN;

export class Stage {
  #folder = mkdtempSync(join(tmpdir(), "countersign-"));
  #running = [];

  static async start() {
    const stage = new Stage();
    const { account, url, tokens } = await stage.#run("serve", "--log", "warn");
    const [values] = tokens;
    stage.account = { id: account, url };
    stage.values = values;
    stage.key = stage.caller("program", "--administers");
    stage.host = (await stage.#run("proxy")).url;
    return stage;
  }

  /** A program that listens on a free port, and the line it says of itself. */
  async #run(...command) {
    const words = [...command, "--json", "--listen", "127.0.0.1:0", "--data", this.#folder];
    const running = spawn(PROGRAM, words, { stdio: ["ignore", "pipe", "inherit"] });
    this.#running.push(running);
    await once(running, "spawn");
    const line = await createInterface({ input: running.stdout })[Symbol.asyncIterator]().next();
    if (line.done) throw new Error(`${PROGRAM} ${command[0]} did not start`);
    return JSON.parse(line.value);
  }

  #say(...words) {
    const said = execFileSync(PROGRAM, [...words, "--json", "--data", this.#folder], { stdio: ["ignore", "pipe", "inherit"] });
    return JSON.parse(said);
  }

  /** The key of a new caller. */
  caller(name, ...flags) {
    const said = this.#say("caller", "add", name, ...flags);
    return said.credentials.COUNTERSIGN_KEY;
  }

  async stop() {
    for (const running of this.#running.reverse()) {
      const ended = once(running, "exit");
      running.kill("SIGTERM");
      await ended;
    }
    rmSync(this.#folder, { recursive: true });
  }
}
