// The browser bundle: in Chromium where it is installed, else in a context that holds web globals only.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import vm from "node:vm";
import { bundleProgram } from "./package-under-test.mjs";
import { failWhenEnded, readVersion, start, TIMEOUT_MS, within } from "./processes.mjs";

/** @typedef {import("./scenario.mjs").Job} Job */
/** @typedef {import("./scenario.mjs").Report} Report */
/** @typedef {import("./runtimes.mjs").Runtime} Runtime */

const CONDITIONS = ["browser"];

/** What a browser has and the language has not, as far as a library may need it. */
const WEB_GLOBALS = {
  AbortController,
  AbortSignal,
  DOMException,
  Event,
  EventTarget,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  TransformStream,
  URL,
  URLSearchParams,
  atob,
  btoa,
  clearTimeout,
  console,
  crypto,
  fetch,
  performance,
  queueMicrotask,
  setTimeout,
  structuredClone,
};

const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
  "--no-proxy-server",
];

/**
 * @param {string} binary
 * @returns {Runtime}
 */
export function createChromium(binary) {
  return {
    name: "browser (Chromium)",
    version: () => readVersion(binary),
    async run(job) {
      const page = await servePage(await bundleProgram("page.mjs", CONDITIONS), job);
      const profile = mkdtempSync(join(tmpdir(), "chromium-"));
      const chromium = start(binary, [...CHROMIUM_FLAGS, `--user-data-dir=${profile}`, page.url]);
      try {
        return await within(TIMEOUT_MS, Promise.race([page.report, failWhenEnded(chromium)]));
      } finally {
        await chromium.kill();
        page.close();
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/**
 * Serves a page that runs a module, and takes its report.
 *
 * @param {string} code
 * @param {Job} job
 * @returns {Promise<{ url: string, report: Promise<Report>, close: () => void }>}
 */
async function servePage(code, job) {
  /** @type {(body: string) => void} */
  let receive;
  /** @type {Promise<string>} */
  const received = new Promise((resolve) => (receive = resolve));
  const html = `<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="/page.js"></script>`;
  const answers = new Map([
    ["/", ["text/html", html]],
    ["/page.js", ["text/javascript", code]],
    ["/job", ["application/json", JSON.stringify(job)]],
  ]);
  const server = createServer((request, response) => {
    if (request.method === "POST") void text(request).then(receive);
    const [type = "text/plain", body = ""] = answers.get(request.url ?? "") ?? [];
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`,
    report: received.then(parseReport),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * @param {string} body JSON, or a page's error as text
 * @returns {Report}
 */
function parseReport(body) {
  if (body.startsWith("{")) return JSON.parse(body);
  throw new Error(`The page failed: ${body}`);
}

/** @returns {Runtime} */
export function createWebGlobals() {
  return {
    name: "browser (web globals only)",
    remark: "Chromium is not installed: a context with web globals took its place (Debian: apt-get install chromium)",
    version: () => Promise.resolve(`in node ${process.versions.node}`),
    async run(job) {
      const code = await bundleProgram("worker.mjs", CONDITIONS, "iife");
      const context = vm.createContext({ ...WEB_GLOBALS });
      const worker = vm.runInContext(`${code}; worker.default`, context);
      /** @type {Response} */
      const response = await within(
        TIMEOUT_MS,
        worker.fetch(new Request("http://localhost", { method: "POST", body: JSON.stringify(job) })),
      );
      return parseReport(await response.text());
    },
  };
}
