// The clients of a run: with a guardrail, with two regions, and with a source of credentials that expire soon.
import { createLLM } from "@node-llm/core";
import { KEY_PAIRS } from "./keys.mjs";
import { createRandom } from "./random.mjs";

/** Calls that share a client, and so its connections, its clock and its retry budget. */
const CLIENT_CALLS = 60;
const KINDS = /** @type {const} */ (["guarded", "regions", "source"]);
/** The oracle never gives up. */
const NO_TIMEOUTS = { connectMs: 0, firstByteMs: 0, idleMs: 0 };
/** Most calls under faults bring their own; the looks at a job cannot. */
const TIMEOUTS = { connectMs: 5000, firstByteMs: 5000, idleMs: 5000 };
/** Backoff of this share of what it would be: a run is to meet as many faults as it can. */
const BACKOFF_SHARE = 0.02;
const GUARDRAIL = { bedrockGuardrailIdentifier: "gr1a2b3c4d5e", bedrockGuardrailVersion: "1" };
const [PAIR] = KEY_PAIRS;

/** @param {number} number of a call */
function kindOf(number) {
  return KINDS[groupOf(number) % KINDS.length];
}

/** @param {number} number */
function groupOf(number) {
  return Math.floor((number - 1) / CLIENT_CALLS);
}

/**
 * Whether a call's client has a guardrail. One with regions has none, as that would keep it in the first.
 *
 * @param {number} number
 */
export function hasGuardrail(number) {
  return kindOf(number) !== "regions";
}

/**
 * Whether a call's client fetches its credentials.
 *
 * @param {number} number
 */
export function hasSource(number) {
  return kindOf(number) === "source";
}

/**
 * Gives each call the client of its faults, and the one of the right answers.
 *
 * @param {{ faulty: string, perfect: string }} urls
 * @param {number} seed
 * @param {Partial<import("@node-llm/core").LLMOptions>} more options of the first
 * @param {(what: string) => void} onViolation
 */
export function createClients({ faulty, perfect }, seed, more, onViolation) {
  /** @type {Map<number, { llm: import("@node-llm/core").LLM, oracle: import("@node-llm/core").LLM }>} */
  const clients = new Map();
  return (/** @type {number} */ number) => {
    const group = groupOf(number);
    const known = clients.get(group);
    if (known) return known;
    const guardrail = hasGuardrail(number) ? GUARDRAIL : {};
    const own = {
      guarded: () => ({}),
      regions: () => ({ bedrockRegions: ["us-east-1", "us-west-2"] }),
      source: () => ({ bedrockCredentials: createSource(createRandom(seed, number, 2), onViolation) }),
    }[kindOf(number) ?? "guarded"]();
    const made = {
      llm: createLLM(
        { provider: "bedrock", maxRetries: 3, timeouts: TIMEOUTS, ...guardrail, ...own, ...more },
        createWorld(faulty, createRandom(seed, number, 1)),
      ),
      oracle: createLLM(
        { provider: "bedrock", maxRetries: 5, timeouts: NO_TIMEOUTS, ...guardrail },
        createWorld(perfect, Math.random),
      ),
    };
    clients.set(group, made);
    return made;
  };
}

/**
 * A source whose credentials live for a second or less, which is slow, and which fails now and then.
 *
 * @param {() => number} random
 * @param {(what: string) => void} onViolation
 */
function createSource(random, onViolation) {
  let fetches = 0;
  let underWay = 0;
  return async () => {
    if (++underWay > 1) onViolation("credentials are fetched twice at a time");
    await new Promise((resolve) => setTimeout(resolve, random() * 15));
    underWay--;
    if (fetches++ > 0 && random() < 0.2) throw new Error("The source of credentials is down.");
    const { accessKeyId = "", secretAccessKey = "" } = KEY_PAIRS[fetches % KEY_PAIRS.length] ?? {};
    return { accessKeyId, secretAccessKey, expiration: new Date(Date.now() + 100 + random() * 900) };
  };
}

/**
 * @param {string} url
 * @param {() => number} random
 * @returns {import("@node-llm/core").World}
 */
function createWorld(url, random) {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimer: (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: () => random() * BACKOFF_SHARE,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: PAIR?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: PAIR?.secretAccessKey,
    },
  };
}
