import { createPicture } from "./picture.mjs";
import { makeTask } from "./tasks.mjs";
import { createTools, ORDER } from "./tools.mjs";

/** @typedef {import("./types.ts").Plan} Plan */
/** @typedef {import("./types.ts").CallRun} CallRun */
/** @typedef {import("./types.ts").Outcome} Outcome */
/** @typedef {import("@node-llm/core").Chat<unknown>} Chat */

/** @type {readonly import("@node-llm/core").Message[]} */
const HISTORY = [
  { role: "user", content: "Good morning." },
  { role: "assistant", content: "Good morning! What can I do for you?" },
];
/** Exchanges that a long conversation begins with. */
const LONG_EXCHANGES = 60;
/** A turn that failed is tried again this often. */
const TRIES = 3;
const PICTURE = createPicture();

/**
 * Makes a call.
 *
 * @param {import("@node-llm/core").LLM} llm
 * @param {Plan} plan
 * @param {CallRun} run
 * @returns {Promise<Outcome[]>}
 */
export async function makeCall(llm, plan, run) {
  if (!/^(ask|stream)/.test(plan.kind)) return makeTask(llm, plan, run, TRIES, interrupt);
  const isLong = plan.kind === "stream-long";
  const messages = isLong ? Array.from({ length: LONG_EXCHANGES }, () => HISTORY).flat() : HISTORY;
  const chat = llm.chat(plan.model, { messages }).withInstructions(plan.topic);
  if (plan.kind.endsWith("tools")) chat.withTools(createTools(run.executions, run.wrapTool));
  if (plan.kind.endsWith("data")) chat.withSchema(ORDER, { mode: plan.number % 2 === 0 ? "tool" : "auto" });
  const outcomes = [];
  for (const [at, question] of plan.questions.entries()) {
    // A branch shares what was said so far, and must not change it.
    if (isLong && at % 3 === 2) outcomes.push(...(await askUntil(branch(llm, chat), "Count to 3.", plan, run)));
    if (outcomes.at(-1)?.error === undefined) outcomes.push(...(await askUntil(chat, question, plan, run)));
    // Without this answer the next ones would be others than the oracle's.
    if (outcomes.at(-1)?.error !== undefined) break;
  }
  return outcomes;
}

/**
 * @param {import("@node-llm/core").LLM} llm
 * @param {Chat} chat
 */
function branch(llm, chat) {
  return llm.chat(chat.model, chat.toJSON());
}

/**
 * Asks until there is an answer, or it is enough.
 *
 * @param {Chat} chat
 * @param {string} question
 * @param {Plan} plan
 * @param {CallRun} run
 */
async function askUntil(chat, question, plan, run) {
  const outcomes = [];
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await takeTurn(chat, question, plan, run);
    outcomes.push(outcome);
    if (outcome.answer) break;
  }
  return outcomes;
}

/**
 * @param {Chat} chat
 * @param {string} question
 * @param {Plan} plan
 * @param {CallRun} run
 * @returns {Promise<Outcome>}
 */
async function takeTurn(chat, question, plan, run) {
  const before = JSON.stringify(chat.history);
  /** @type {Outcome} */
  const outcome = { what: question, chunks: [], pieces: [], before, after: "" };
  const { options, release, aborter } = interrupt(plan, run);
  // The first question brings the picture; the others ask about what is in the history.
  const isShown = plan.kind === "ask-image" && !before.includes('"image"');
  const asked = isShown ? { ...options, images: [PICTURE] } : options;
  run.onTurn();
  try {
    const response = plan.kind.startsWith("stream")
      ? await readStream(chat.stream(question, asked), plan, run, outcome.chunks, aborter)
      : await chat.ask(question, asked);
    outcome.answer = readResponse(response);
  } catch (error) {
    outcome.error = error;
  } finally {
    release();
    run.afterTurn?.(chat);
  }
  outcome.after = JSON.stringify(chat.history);
  return outcome;
}

/**
 * @param {import("@node-llm/core").ChatStream<unknown>} stream
 * @param {Plan} plan
 * @param {CallRun} run
 * @param {import("@node-llm/core").Chunk[]} chunks
 * @param {AbortController} aborter
 */
async function readStream(stream, { interruption }, { onChunk, isInterrupted }, chunks, aborter) {
  for await (const chunk of stream) {
    chunks.push(chunk);
    onChunk();
    if (!isInterrupted || !interruption || interruption.how === "timeout" || interruption.chunks !== chunks.length)
      continue;
    if (interruption.how === "leave") break;
    aborter.abort();
  }
  return stream.response();
}

/**
 * The options of a call, with how it is ended early.
 *
 * @param {Plan} plan
 * @param {CallRun} run
 */
function interrupt({ interruption, number }, { isInterrupted, patienceMs = 0 }) {
  const aborter = new AbortController();
  const timeouts = { connectMs: patienceMs, firstByteMs: patienceMs, idleMs: patienceMs };
  const options = { headers: { "x-chaos-call": String(number) }, signal: aborter.signal, timeouts };
  const given = isInterrupted ? interruption : undefined;
  if (given?.how === "timeout") {
    return { options: { ...options, timeouts: { ...timeouts, totalMs: given.ms } }, release: () => {}, aborter };
  }
  const ms = given?.how === "abort" ? given.ms : undefined;
  const timer = ms === undefined ? undefined : setTimeout(() => aborter.abort(), ms);
  return { options, release: () => clearTimeout(timer), aborter };
}

/**
 * @param {import("@node-llm/core").ChatResponse<unknown>} response
 * @returns {import("./types.ts").Answer}
 */
function readResponse({ content, parts, finishReason, usage, cost, data, toolCalls, warnings, messages, steps }) {
  const codes = warnings.map(({ code }) => code);
  return JSON.parse(
    JSON.stringify({
      value: { content, parts, finishReason, usage, cost, data, toolCalls, codes },
      steps: steps.map((step) => ({ content: step.content, parts: step.parts, usage: step.usage })),
      messages,
    }),
  );
}
