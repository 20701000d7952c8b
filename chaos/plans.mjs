import { createRandom, pick } from "./random.mjs";

/**
 * One call of a run: all of it comes from the run's seed and the call's number.
 *
 * @typedef {object} Plan
 * @property {number} number
 * @property {"ask" | "stream" | "ask-tools" | "stream-tools" | "ask-data" | "stream-data" | "embed" | "paint" | "moderate"} kind
 * @property {string} model
 * @property {string} topic what makes the request different from those of other calls
 * @property {string[]} questions of a chat, one for each turn
 * @property {Interruption} [interruption]
 */

/**
 * How the program itself ends the call early.
 *
 * @typedef {{ how: "leave" | "abort", chunks: number } | { how: "abort", ms: number } | { how: "timeout", ms: number }} Interruption
 */

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

/** What is asked for how often. */
const KINDS = [
  ...Array(4).fill("ask"),
  ...Array(7).fill("stream"),
  ...Array(3).fill("ask-tools"),
  ...Array(4).fill("stream-tools"),
  "ask-data",
  "stream-data",
  "embed",
  "embed",
  "moderate",
  "moderate",
  "paint",
];

/** One of so many calls makes images, which cost the servers most. */
const CHEAP = ["moderate", "embed"];
const PAINTED_SHARE = 0.2;
const INTERRUPTED_SHARE = 0.25;

/**
 * @param {number} seed
 * @param {number} number
 * @returns {Plan}
 */
export function planCall(seed, number) {
  const random = createRandom(seed, number);
  let kind = pick(random, KINDS);
  if (kind === "paint" && random() > PAINTED_SHARE) kind = pick(random, CHEAP);
  const list = kind.endsWith("tools") ? TOOL_QUESTIONS : kind.endsWith("data") ? DATA_QUESTIONS : QUESTIONS;
  const turns = kind.endsWith("data") ? 1 : 1 + Math.floor(random() * 2.4);
  const plan = {
    number,
    kind,
    model: kind.endsWith("data") ? CHAT_MODELS[0] : pick(random, CHAT_MODELS),
    topic: `Session ${seed}.${number}.`,
    questions: Array.from({ length: turns }, () => pick(random, list)),
  };
  return random() < INTERRUPTED_SHARE ? { ...plan, interruption: planInterruption(random, kind) } : plan;
}

/**
 * @param {() => number} random
 * @param {string} kind
 * @returns {Interruption}
 */
function planInterruption(random, kind) {
  const how = pick(random, ["leave", "abort", "timeout"]);
  if (how === "timeout") return { how, ms: 1 + Math.floor(random() * 60) };
  if (kind.startsWith("stream")) return { how, chunks: 1 + Math.floor(random() ** 2 * 30) };
  return { how: "abort", ms: Math.floor(random() * 20) };
}
