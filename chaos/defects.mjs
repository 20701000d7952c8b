// Defects that are put around the library from outside, one for each promise, to see that the checks find them:
// `node chaos/find-defects.mjs` tells for each what was found.
import { connect } from "node:net";
import { createFetch, completeAnswer, mendChecksums, swallowFrame } from "./broken-streams.mjs";
import { runChaos } from "./harness.mjs";
import { KEY_PAIRS } from "./keys.mjs";
import { planCall } from "./plans.mjs";
import { startServers } from "./servers.mjs";

const SEED = 1;
const CALLS = 12;
/** What is left stays: there is no need to wait for it for long. */
const CLOSING_MS = 3000;
/** Faults of streams that leave something to be lost. */
const BREAKING = ["cut", "close", "exception", "error"];
const CORRUPTING = ["corrupt-message", "corrupt-payload"];
/**
 * Changes what a request fails with.
 *
 * @param {(error: unknown) => unknown} onError
 * @returns {import("@node-llm/core").Middleware}
 */
function createMiddleware(onError) {
  return {
    request: async (_, next) => {
      try {
        return await next();
      } catch (error) {
        throw onError(error);
      }
    },
  };
}

/** @typedef {import("./types.ts").ChaosTool} ChaosTool */
/** @typedef {Parameters<ChaosTool["execute"]>} Call */

/**
 * Runs every tool, and then some.
 *
 * @param {(tool: ChaosTool, ...call: Call) => unknown} more
 */
function wrapTool(more) {
  return (/** @type {ChaosTool} */ tool) => ({
    ...tool,
    execute: async (/** @type {Call} */ ...[args, context]) => {
      await more(tool, args, context);
      return tool.execute(args, context);
    },
  });
}

/**
 * @param {unknown} error
 * @param {unknown} partial
 */
function setPartial(error, partial) {
  return Object.defineProperty(Object(error), "partial", { value: partial });
}

const [FIRST] = listNumbers("ask");
const isFirst = (/** @type {number} */ number) => number === FIRST;

/**
 * Each defect: what is put around the library, the calls and faults that it needs, and how the violation reads.
 *
 * @type {Record<string, { defect: import("./types.ts").Defect, finds: RegExp, calls?: string, kinds?: string[], rate?: number }>}
 */
const DEFECTS = {
  "checksums not verified": {
    defect: { options: { fetch: createFetch(mendChecksums) } },
    kinds: CORRUPTING,
    finds: /a fault went unnoticed|wrong answer/,
  },
  "a piece of a stream lost": {
    defect: { options: { fetch: createFetch(swallowFrame) } },
    rate: 0,
    finds: /wrong answer/,
  },
  "a broken answer taken for a complete one": {
    defect: { options: { fetch: createFetch(completeAnswer) } },
    kinds: ["cut"],
    finds: /wrong answer|a fault went unnoticed/,
  },
  "partial dropped": {
    defect: {
      options: {
        middlewares: [createMiddleware((error) => setPartial(error, undefined))],
      },
    },
    kinds: BREAKING,
    rate: 0.6,
    finds: /has no partial/,
  },
  "partial invented": {
    defect: {
      options: {
        middlewares: [
          createMiddleware((error) =>
            setPartial(error, { content: "Lorem ipsum", parts: [{ type: "text", text: "Lorem ipsum" }] }),
          ),
        ],
      },
    },
    kinds: BREAKING,
    rate: 0.6,
    finds: /partial\.content is/,
  },
  "an error that is not typed": {
    kinds: ["http-error"],
    defect: { options: { middlewares: [createMiddleware((error) => new Error("lost", { cause: error }))] } },
    finds: /not an LLMError/,
  },
  "a secret in an error": {
    kinds: ["http-error"],
    defect: {
      options: {
        middlewares: [
          createMiddleware((error) => Object.assign(Object(error), { key: KEY_PAIRS[0]?.secretAccessKey })),
        ],
      },
    },
    finds: /shows the secret/,
  },
  "a tool run twice": {
    calls: "ask-tools",
    defect: { wrapTool: wrapTool((tool, args, context) => tool.execute(args, context)) },
    rate: 0,
    finds: /ran 2 times|tool calls ran, not/,
  },
  "a tool's result lost": {
    calls: "ask-tools",
    defect: { wrapTool: (tool) => ({ ...tool, execute: (args, context) => void tool.execute(args, context) }) },
    rate: 0,
    finds: /wrong answer/,
  },
  "a tool run with other arguments": {
    calls: "ask-tools",
    defect: {
      wrapTool: (tool) => ({ ...tool, execute: (_, context) => tool.execute({ city: "Nowhere", people: 1 }, context) }),
    },
    rate: 0,
    finds: /which the model never called/,
  },
  "a failed turn left in the history": {
    defect: { afterTurn: (chat) => void chat.add("user", "Lorem ipsum") },
    kinds: BREAKING,
    finds: /the history after/,
  },
  "a socket left": {
    calls: "ask",
    defect: {
      onCall: (number, url) => {
        if (isFirst(number)) connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
      },
    },
    rate: 0,
    finds: /TCPSocketWrap left/,
  },
  "a timer left": {
    calls: "ask",
    defect: { onCall: (number) => void (isFirst(number) && setTimeout(() => {}, 600_000)) },
    rate: 0,
    finds: /Timeout left/,
  },
  "a rejection left alone": {
    calls: "ask",
    defect: { onCall: (number) => void (isFirst(number) && Promise.reject(new Error("nobody cares"))) },
    rate: 0,
    finds: /unhandled rejection/,
  },
  "a listener for each call": {
    calls: "ask",
    defect: { onCall: () => void process.on("SIGUSR2", () => {}) },
    rate: 0,
    finds: /warning: MaxListenersExceeded/,
  },
};

/** @returns {Promise<Record<string, { isFound: boolean, violations: string[] }>>} */
export async function findDefects() {
  /** @type {Record<string, { isFound: boolean, violations: string[] }>} */
  const found = {};
  const servers = await startServers(SEED);
  for (const [name, { defect, finds, calls = "stream", kinds, rate = 0.6 }] of Object.entries(DEFECTS)) {
    const { violations } = await runChaos({
      seed: SEED,
      numbers: listNumbers(calls),
      rate,
      kinds,
      defect,
      servers,
      closingMs: CLOSING_MS,
    });
    const texts = violations.map(({ what }) => what);
    found[name] = { isFound: texts.some((text) => finds.test(text)), violations: [...new Set(texts)].slice(0, 5) };
  }
  await servers.stop();
  return found;
}

/**
 * The first calls of a kind that the program itself does not end early.
 *
 * @param {string} kind
 */
function listNumbers(kind) {
  /** @type {number[]} */
  const numbers = [];
  for (let number = 1; numbers.length < CALLS; number++) {
    const plan = planCall(SEED, number);
    if (plan.kind === kind && !plan.interruption) numbers.push(number);
  }
  return numbers;
}
