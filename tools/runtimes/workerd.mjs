// The runtime of Cloudflare Workers.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { APP, bundleProgram } from "./package-under-test.mjs";
import { failWhenEnded, readVersion, start, TIMEOUT_MS, within } from "./processes.mjs";

/** Workers may not call private addresses unless the configuration says so. The date is the oldest behaviour that is supported. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "public"])),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2024-09-23",
);
`;

/**
 * @param {string} binary
 * @returns {import("./runtimes.mjs").Runtime}
 */
export function createWorkerd(binary) {
  return {
    name: "workerd",
    version: () => readVersion(binary),
    async run(job) {
      writeFileSync(`${APP}/worker.js`, await bundleProgram("worker.mjs", ["workerd", "worker", "browser"]));
      writeFileSync(`${APP}/worker.capnp`, CONFIG);
      const args = ["serve", "worker.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=3"];
      const workerd = start(binary, args, { cwd: APP, extraPipe: true });
      try {
        return await within(TIMEOUT_MS, Promise.race([callWorker(workerd, job), failWhenEnded(workerd)]));
      } finally {
        await workerd.kill();
      }
    },
  };
}

/**
 * @param {import("./processes.mjs").Running} workerd
 * @param {import("./scenario.mjs").Job} job
 * @returns {Promise<import("./scenario.mjs").Report>}
 */
async function callWorker(workerd, job) {
  const port = await readPort(workerd);
  const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: JSON.stringify(job) });
  const body = await response.text();
  if (!response.ok) throw new Error(`The worker failed: ${body}`);
  return JSON.parse(body);
}

/**
 * @param {import("./processes.mjs").Running} workerd
 * @returns {Promise<number>} the port that it listens on, which it tells on descriptor 3
 */
async function readPort({ child }) {
  const control = child.stdio[3];
  if (!(control instanceof Readable)) throw new TypeError("workerd was started without its control pipe.");
  for await (const line of createInterface({ input: control })) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return port;
  }
  throw new Error("workerd ended before it listened.");
}
