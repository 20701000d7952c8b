import { defineTool } from "@node-llm/core";

/**
 * How a turn of a chat, or a task, went.
 *
 * @typedef {object} Outcome
 * @property {string} what the question, or the task
 * @property {Answer} [answer] when it succeeded
 * @property {unknown} [error] when it failed
 * @property {unknown[]} chunks that a stream handed over
 * @property {string} before the history, as JSON
 * @property {string} after
 */

/**
 * What must be the same in every run.
 *
 * @typedef {{ value: unknown, steps: unknown[], messages: unknown[] }} Answer
 */

/**
 * What the tools of a call did.
 *
 * @typedef {{ id: string, name: string, args: string, isDone: boolean }} Execution
 */

/** @type {Record<string, { sky: string, celsius: number }>} */
const REPORTS = {
  Paris: { sky: "sunny", celsius: 24 },
  Rome: { sky: "rain", celsius: 19 },
  Berlin: { sky: "fog", celsius: 8 },
  Madrid: { sky: "sunny", celsius: 31 },
  Lima: { sky: "clouds", celsius: 17 },
};
const city = { type: "string", description: "Name of a city", examples: ["Paris"] };
const ORDER = {
  type: "object",
  properties: {
    customer: { type: "string", description: "Name of the customer" },
    email: { type: "string", format: "email" },
    title: { type: "string", description: "Title of the book" },
    copies: { type: "integer", minimum: 1 },
  },
  required: ["customer", "email", "title", "copies"],
};
const HISTORY = [
  { role: "user", content: "Good morning." },
  { role: "assistant", content: "Good morning! What can I do for you?" },
];
/** A turn that failed is tried again this often. */
const TRIES = 3;
const TEXTS = ["red apples", "green pears", "old ships", "new moons", "grey stones", "warm bread"];
const COMMENTS = [
  "Write to ada@example.com.",
  "What a lovely day.",
  "You idiot, I will hurt you.",
  "Call 212-555-0100.",
];

/**
 * The tools of a call, which note what they do.
 *
 * @param {Execution[]} executions
 * @param {(tool: import("@node-llm/core").ToolSpec<object>) => import("@node-llm/core").ToolSpec<object>} wrap
 */
function createTools(executions, wrap) {
  const noted =
    (name, work) =>
    async (args, { call }) => {
      const execution = { id: call.id, name, args: JSON.stringify(args), isDone: false };
      executions.push(execution);
      // An abort may come while it works.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        return work(args);
      } finally {
        execution.isDone = true;
      }
    };
  const weather = {
    name: "get_weather",
    description: "The weather in a city, now",
    schema: { type: "object", properties: { city }, required: ["city"] },
    execute: noted("get_weather", ({ city }) => {
      if (!REPORTS[city]) throw new Error(`There is no station in ${city}.`);
      return REPORTS[city];
    }),
  };
  const table = {
    name: "book_table",
    description: "Books a table in a restaurant of a city",
    schema: {
      type: "object",
      properties: { city, people: { type: "integer", minimum: 1 } },
      required: ["city", "people"],
    },
    execute: noted("book_table", ({ city, people }) => `A table for ${people} in ${city} is booked.`),
  };
  return [weather, table].map((tool) => defineTool(wrap(tool)));
}

/**
 * Makes a call.
 *
 * @param {import("@node-llm/core").LLM} llm
 * @param {import("./plans.mjs").Plan} plan
 * @param {{ options: object, executions: Execution[], wrapTool: (tool: import("@node-llm/core").ToolSpec<object>) => import("@node-llm/core").ToolSpec<object>, onTurn: () => void, onChunk: () => void, isInterrupted: boolean }} run
 * @returns {Promise<Outcome[]>}
 */
export async function makeCall(llm, plan, run) {
  if (plan.kind === "embed") return makeTask("embed", run, (options) => embed(llm, plan, options));
  if (plan.kind === "paint") return makeTask("paint", run, (options) => paint(llm, plan, options));
  if (plan.kind === "moderate") return makeTask("moderate", run, (options) => moderate(llm, plan, options));
  const chat = llm.chat(plan.model, { messages: HISTORY }).withInstructions(plan.topic);
  if (plan.kind.endsWith("tools")) chat.withTools(createTools(run.executions, run.wrapTool));
  if (plan.kind.endsWith("data")) chat.withSchema(ORDER, { mode: plan.number % 2 === 0 ? "tool" : "auto" });
  const outcomes = [];
  for (const question of plan.questions) {
    for (let tries = 0; tries < TRIES; tries++) {
      const outcome = await takeTurn(chat, question, plan, run);
      outcomes.push(outcome);
      if (outcome.answer) break;
    }
    // Without this answer the next ones would be others than the oracle's.
    if (!outcomes.at(-1)?.answer) break;
  }
  return outcomes;
}

async function takeTurn(chat, question, plan, run) {
  const outcome = { what: question, chunks: [], before: JSON.stringify(chat.history), after: "" };
  const { options, release, aborter } = interrupt(plan, run);
  run.onTurn();
  try {
    const isStream = plan.kind.startsWith("stream");
    const response = isStream
      ? await readStream(chat.stream(question, options), plan, run, outcome.chunks, aborter)
      : await chat.ask(question, options);
    outcome.answer = readResponse(response);
  } catch (error) {
    outcome.error = error;
  } finally {
    release();
  }
  outcome.after = JSON.stringify(chat.history);
  return outcome;
}

async function readStream(stream, { interruption }, { onChunk, isInterrupted }, chunks, aborter) {
  for await (const chunk of stream) {
    chunks.push(chunk);
    onChunk();
    if (!isInterrupted || interruption?.chunks !== chunks.length) continue;
    if (interruption.how === "leave") break;
    aborter.abort();
  }
  return stream.response();
}

function interrupt({ interruption, number }, { isInterrupted, options }) {
  const aborter = new AbortController();
  const more = { ...options, headers: { "x-chaos-call": String(number) }, signal: aborter.signal };
  if (!isInterrupted || !interruption) return { options: more, release: () => {}, aborter };
  if (interruption.how === "timeout") {
    return { options: { ...more, timeouts: { totalMs: interruption.ms } }, release: () => {}, aborter };
  }
  const timer = interruption.ms === undefined ? undefined : setTimeout(() => aborter.abort(), interruption.ms);
  return { options: more, release: () => clearTimeout(timer), aborter };
}

/** @returns {Answer} */
function readResponse({ content, parts, finishReason, usage, cost, data, toolCalls, warnings, messages, steps }) {
  const codes = warnings.map(({ code }) => code);
  return {
    value: plain({ content, parts, finishReason, usage, cost, data, toolCalls, codes }),
    steps: plain(steps.map((step) => ({ content: step.content, parts: step.parts, usage: step.usage }))),
    messages: plain(messages),
  };
}

async function makeTask(what, run, make) {
  const outcome = { what, chunks: [], before: "", after: "" };
  const outcomes = [];
  let resume;
  for (let tries = 0; tries < TRIES; tries++) {
    const { options, release } = interrupt(run.plan, run);
    run.onTurn();
    try {
      const value = plain(await make({ ...options, ...(resume && { resume }) }));
      outcomes.push({ ...outcome, answer: { value, steps: [], messages: [] } });
      release();
      break;
    } catch (error) {
      outcomes.push({ ...outcome, error });
      if (what === "embed") resume = error?.partial;
    } finally {
      release();
    }
  }
  return outcomes;
}

async function embed(llm, { topic, number }, options) {
  const model = number % 2 === 0 ? "amazon.titan-embed-text-v2:0" : "cohere.embed-v4:0";
  const texts = TEXTS.map((text) => `${topic} ${text}`);
  const { vectors, dimensions } = await llm.embed(texts, { model, dimensions: 256, ...options });
  return { vectors: vectors.map((vector) => [...vector]), dimensions };
}

async function paint(llm, { topic }, options) {
  const { images } = await llm.paint(`${topic} A lighthouse at dusk`, {
    model: "amazon.nova-canvas-v1:0",
    size: "320x320",
    seed: 7,
    ...options,
  });
  return { images: images.map(({ data }) => data) };
}

async function moderate(llm, { topic, number }, options) {
  const items = COMMENTS.map((text) => `${topic} ${text}`);
  const asked = number % 2 === 0 ? { checks: "all", ...options } : options;
  const { results, flagged } = await llm.moderate(items, asked);
  return { results: results.map(readModeration), flagged };
}

/** What is the same each time. */
export function readModeration({ flagged, action, categories, scores, output, usage }) {
  return { flagged, action, categories, scores, output, usage };
}

function plain(value) {
  return JSON.parse(JSON.stringify(value));
}
