import { createRandom, pick } from "./random.mjs";

/** @typedef {import("./types.ts").Plan} Plan */

const CHAT_MODELS = ["us.anthropic.claude-sonnet-4-6", "us.amazon.nova-lite-v1:0"];
const QUESTIONS = [
  "Tell me a story about a lighthouse keeper.",
  "Count to 40.",
  "Count to 5.",
  "Write a haiku about rain.",
  "What is 17 times 23?",
  "Hello!",
  "Repeat: schöne Grüße aus 東京 🗼",
];
const TOOL_QUESTIONS = [
  "What is the weather in Paris and in Rome?",
  "What is the weather in Berlin?",
  "What is the weather in Oslo, in Madrid and in Lima?",
  "Book a table for 4 people in Rome.",
];
const DATA_QUESTIONS = [
  'My name is Ada Lovelace (ada@example.com). Send me 2 copies of "Dune" by 2026-12-24.',
  'My name is Max Born (max@example.com). Send me 12 copies of "Emma".',
];
/** Turns of a long conversation. */
const LONG_TURNS = 6;

/**
 * What is asked for how often.
 *
 * @type {readonly Plan["kind"][]}
 */
const KINDS = [
  ...repeat(8, "ask"),
  ...repeat(14, "stream"),
  ...repeat(6, "ask-tools"),
  ...repeat(8, "stream-tools"),
  ...repeat(2, "ask-data"),
  ...repeat(2, "stream-data"),
  "ask-image",
  ...repeat(3, "stream-long"),
  ...repeat(2, "embed"),
  ...repeat(2, "embed-stream"),
  ...repeat(3, "moderate"),
  ...repeat(2, "rerank"),
  ...repeat(2, "count-tokens"),
  ...repeat(2, "invoke"),
  ...repeat(3, "invoke-stream"),
  ...repeat(2, "batch"),
  "paint",
];
/** These cost the servers most: of those planned, only this part is made, and the others are cheap ones. */
const DEAR = new Set(["paint", "ask-image"]);
const DEAR_SHARE = 0.3;
const INTERRUPTED_SHARE = 0.25;

/**
 * @param {number} count
 * @param {Plan["kind"]} kind
 * @returns {Plan["kind"][]}
 */
function repeat(count, kind) {
  return Array.from({ length: count }, () => kind);
}

/**
 * @param {number} seed
 * @param {number} number
 * @returns {Plan}
 */
export function planCall(seed, number) {
  const random = createRandom(seed, number);
  let kind = pick(random, KINDS);
  if (DEAR.has(kind) && random() > DEAR_SHARE) kind = "moderate";
  const plan = {
    number,
    kind,
    model: pick(random, kind.endsWith("data") ? CHAT_MODELS.slice(0, 1) : CHAT_MODELS),
    topic: `Session ${seed}.${number}.`,
    questions: planQuestions(random, kind),
  };
  return random() < INTERRUPTED_SHARE ? { ...plan, interruption: planInterruption(random, kind) } : plan;
}

/**
 * @param {() => number} random
 * @param {Plan["kind"]} kind
 */
function planQuestions(random, kind) {
  const list = kind.endsWith("tools") ? TOOL_QUESTIONS : kind.endsWith("data") ? DATA_QUESTIONS : QUESTIONS;
  const turns = kind.endsWith("data") ? 1 : kind === "stream-long" ? LONG_TURNS : 1 + Math.floor(random() * 2.4);
  return Array.from({ length: turns }, () => pick(random, list));
}

/**
 * @param {() => number} random
 * @param {Plan["kind"]} kind
 * @returns {import("./types.ts").Interruption}
 */
function planInterruption(random, kind) {
  const how = pick(random, /** @type {const} */ (["leave", "abort", "timeout"]));
  if (how === "timeout") return { how, ms: 1 + Math.floor(random() * 60) };
  if (kind.startsWith("stream")) return { how, chunks: 1 + Math.floor(random() ** 2 * 30) };
  return { how: "abort", ms: Math.floor(random() * 20) };
}
