// What must hold of each call, whatever struck it. Each check gives the violations that it finds, in words.
import { LLMError } from "@node-llm/core";
import { inspect } from "node:util";
import { readModeration } from "./calls.mjs";

/** @typedef {import("./calls.mjs").Outcome} Outcome */
/** @typedef {import("./calls.mjs").Answer} Answer */

/** Codes that tell of the network, of AWS or of the caller's own stop; any other would blame what was never wrong. */
const HONEST_CODES =
  /^ERR_(API|AUTHENTICATION|CREDENTIALS_EXPIRED|FORBIDDEN|NOT_FOUND|BAD_REQUEST|RATE_LIMIT|QUOTA_EXCEEDED|SERVER|SERVICE_UNAVAILABLE|MODEL\w*|TIMEOUT_\w+|NETWORK|STREAM\w*|RESPONSE|ABORTED)$/;
/** Put in place of the result of a call that was not finished. */
const UNFINISHED = /not finished/;

/**
 * @param {import("./plans.mjs").Plan} plan
 * @param {Outcome[]} outcomes
 * @param {Answer[]} expected the right answers, in order
 * @param {string} secret what no error may show
 * @returns {string[]}
 */
export function checkCall(plan, outcomes, expected, secret) {
  const found = [];
  let turn = 0;
  for (const outcome of outcomes) {
    const right = expected[turn];
    if (!right) return [...found, "there is no right answer to compare with"];
    found.push(...(outcome.answer ? checkAnswer(outcome, right) : checkFailure(plan, outcome, right, secret)));
    found.push(...checkHistory(outcome, right), ...checkChunks(outcome, right));
    if (outcome.answer) turn++;
  }
  return found;
}

/** A success is the whole and right answer. */
function checkAnswer({ answer, what }, right) {
  return ["value", "steps", "messages"]
    .filter((member) => !isSame(answer[member], right[member]))
    .map((member) => `wrong answer to "${what}": ${member} is ${brief(answer[member])}, not ${brief(right[member])}`);
}

/** A failure is typed, tells no secret, and what it tells of the answer is true. */
function checkFailure({ interruption }, { error, chunks }, right, secret) {
  if (!(error instanceof LLMError)) return [`not an LLMError: ${brief(inspect(error))}`];
  const found = [];
  if (!HONEST_CODES.test(error.code)) found.push(`a fault is told as ${error.code}: ${error.message}`);
  if (error.code === "ERR_ABORTED" && !interruption) found.push("aborted, but nobody did");
  if (inspect(error, { depth: 9 }).includes(secret)) found.push("the error shows the secret key");
  const { partial } = error;
  const handed = textOf(chunks);
  if (!partial && handed !== "")
    found.push(`${handed.length} characters were handed over, but the error has no partial`);
  if (partial) found.push(...checkPartial(partial, right, handed));
  if (right.value?.vectors) found.push(...checkList("vector", partial?.vectors, right.value.vectors, (v) => [...v]));
  if (right.value?.results) found.push(...checkList("result", error.results, right.value.results, readModeration));
  const images = error.images?.map(({ data }) => data) ?? [];
  if (images.some((data) => !right.value.images?.includes(data)))
    found.push("an image that came is none of the right ones");
  return found;
}

/** What had arrived is a true beginning of the right answer, and not less than was handed over. */
function checkPartial(partial, right, handed) {
  const found = [];
  const messages = partial.messages ?? [];
  for (const [at, message] of messages.entries()) {
    if (!isSameMessage(message, right.messages[at])) found.push(`partial.messages[${at}] is ${brief(message)}`);
  }
  const done = messages.filter(({ role }) => role === "assistant").length;
  const before = right.steps.slice(0, done).map(({ content }) => content);
  const step = right.steps[done] ?? { content: "", parts: [] };
  if (!step.content.startsWith(partial.content)) found.push(`partial.content is ${brief(partial.content)}`);
  if (!(before.join("") + partial.content).startsWith(handed)) {
    found.push(`partial has less than was handed over: ${brief(partial.content)} and not ${brief(handed)}`);
  }
  for (const [at, part] of partial.parts.entries()) {
    const isLast = at === partial.parts.length - 1;
    if (!isPartOf(plain(part), step.parts[at], isLast)) found.push(`partial.parts[${at}] is ${brief(part)}`);
  }
  return found;
}

function isSameMessage(message, right) {
  if (!right || message.role !== right.role) return false;
  if (message.role !== "tool") return isSame(plain(message), right);
  return message.content.every((result, at) => {
    const isUnfinished = result.isError && UNFINISHED.test(JSON.stringify(result.content));
    return result.id === right.content[at]?.id && (isUnfinished || isSame(plain(result), right.content[at]));
  });
}

function isPartOf(part, right, isLast) {
  if (!right) return false;
  if (isSame(part, right)) return true;
  // A call is there as a whole or not at all.
  if (!isLast || part.type !== right.type || part.type === "tool_call") return false;
  return typeof part.text === "string" && right.text.startsWith(part.text);
}

function checkList(what, came, right, read) {
  return (came ?? [])
    .map((each, at) => (!each || isSame(plain(read(each)), right[at]) ? "" : `${what} ${at} of a failed call is wrong`))
    .filter(Boolean);
}

/** A turn is in the history as a whole, or not at all. */
function checkHistory({ answer, before, after, what }, right) {
  if (before === "") return [];
  const expected = answer ? [...JSON.parse(before), ...right.messages] : JSON.parse(before);
  return isSame(JSON.parse(after), expected)
    ? []
    : [`the history after "${what}" is ${brief(after.slice(before.length - 1))}`];
}

/** What a stream hands over is the answer, or its beginning; each call once, and the end only at the end. */
function checkChunks({ answer, chunks }, right) {
  const found = [];
  if (chunks.length === 0) return found;
  const handed = textOf(chunks);
  const whole = right.steps.map(({ content }) => content).join("");
  if (answer ? handed !== whole : !whole.startsWith(handed)) found.push(`the stream gave ${brief(handed)}`);
  const parts = right.steps.flatMap((step) => step.parts);
  const calls = chunks.filter(({ type }) => type === "tool_call").map(({ toolCall }) => plain(toolCall));
  if (calls.some((call) => !parts.some((part) => isSame(part, call)))) found.push("a tool call of the stream is wrong");
  if (new Set(calls.map(({ id }) => id)).size < calls.length) found.push("the stream gave a tool call twice");
  const ends = chunks.filter(({ type }) => type === "finish").length;
  const isEnded = chunks.at(-1)?.type === "finish";
  if (answer ? ends !== 1 || !isEnded : ends !== 0) found.push(`the stream gave ${ends} finish chunks`);
  return found;
}

/**
 * No tool ran twice for one call, or with other arguments than the model wrote, or half.
 *
 * @param {import("./calls.mjs").Execution[]} executions
 * @param {import("./calls.mjs").Execution[]} expected
 * @param {Outcome[]} outcomes
 * @returns {string[]}
 */
export function checkTools(executions, expected, outcomes) {
  const found = [];
  const tries = Math.max(1, outcomes.length);
  const isComplete = outcomes.length > 0 && outcomes.every(({ answer }) => answer);
  for (const { id, name, args, isDone } of executions) {
    const right = expected.find((each) => each.id === id && each.name === name && each.args === args);
    if (!right) found.push(`${name}(${args}) ran, which the model never called`);
    if (!isDone) found.push(`${name}(${args}) ran half`);
  }
  for (const [id, count] of countById(executions)) {
    // A turn that failed and is asked again calls again: once in each turn.
    const allowed = (countById(expected).get(id) ?? 0) + tries - outcomes.filter(({ answer }) => answer).length;
    if (count > allowed) found.push(`the call ${id} ran ${count} times in ${tries} turns`);
  }
  if (isComplete && executions.length !== expected.length) {
    found.push(`${executions.length} tool calls ran, not ${expected.length}`);
  }
  return found;
}

function countById(executions) {
  const counts = new Map();
  for (const { id } of executions) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/**
 * What only both sides together can tell, when the round is over.
 *
 * @param {{ plan: import("./plans.mjs").Plan, outcomes: Outcome[] }} call
 * @param {{ faults: string[], requests: Record<string, { attempts: number, broken: Record<string, string> }> }} attempts
 * @param {boolean} isSkewed whether any clock-skew fault struck in this round: it may fail other calls, too
 * @returns {string[]}
 */
export function checkAttempts({ plan, outcomes }, { faults, requests }, isSkewed) {
  const found = [];
  const last = outcomes.at(-1);
  if (outcomes.every(({ answer }) => answer)) {
    for (const { attempts, broken } of Object.values(requests)) {
      const faults = Object.values(broken);
      if (faults.length >= attempts) found.push(`a success in spite of ${faults.join(", ")}: a fault went unnoticed`);
    }
  }
  const { code = "" } = last?.error ?? {};
  const isExcused =
    plan.interruption !== undefined || code.startsWith("ERR_TIMEOUT") || (isSkewed && code === "ERR_AUTHENTICATION");
  if (last?.error && faults.length === 0 && !isExcused) found.push(`failed with ${code}, but no fault had struck`);
  return found;
}

function textOf(chunks) {
  return chunks.map(({ type, content }) => (type === "text" ? content : "")).join("");
}

function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function plain(value) {
  return JSON.parse(JSON.stringify(value));
}

function brief(value) {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
  return text.length > 160 ? `${text.slice(0, 120)}… (${text.length} characters)` : text;
}
