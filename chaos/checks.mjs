// What must hold of each call, whatever struck it. Each check gives the violations that it finds, in words.
import { LLMError } from "@node-llm/core";
import { inspect } from "node:util";
import { hasSource } from "./clients.mjs";
import { KEY_PAIRS } from "./keys.mjs";
import { checkPartial } from "./partial.mjs";
import { readModeration } from "./tasks.mjs";
import { brief, isSame, plain, textOf } from "./values.mjs";

/** @typedef {import("./types.ts").Plan} Plan */
/** @typedef {import("./types.ts").Outcome} Outcome */
/** @typedef {import("./types.ts").Answer} Answer */

/** Codes that tell of the network, of AWS or of the caller's own stop; any other would blame what was never wrong. */
const HONEST_CODES =
  /^ERR_(API|AUTHENTICATION|CREDENTIALS_EXPIRED|FORBIDDEN|NOT_FOUND|BAD_REQUEST|RATE_LIMIT|QUOTA_EXCEEDED|SERVER|SERVICE_UNAVAILABLE|MODEL\w*|TIMEOUT_\w+|NETWORK|STREAM\w*|RESPONSE|ABORTED)$/;
/** What a client without credentials says, when their source was down. */
const NO_CREDENTIALS = "ERR_CONFIGURATION";
/** By these faults Bedrock says that a model does not count, or that there is no such operation. */
const NO_COUNT = /ResourceNotFound|UnknownOperation|http-error-bare=404/;

/**
 * @param {Plan} plan
 * @param {readonly Outcome[]} outcomes
 * @param {readonly Answer[]} expected the right answers, in order
 * @returns {string[]}
 */
export function checkCall(plan, outcomes, expected) {
  const found = [];
  let turn = 0;
  /** @type {unknown[]} */
  let earlier = [];
  for (const outcome of outcomes) {
    const right = expected[turn];
    if (!right) return [...found, "there is no right answer to compare with"];
    const { answer, pieces } = outcome;
    found.push(...(answer ? checkAnswer(outcome, answer, right) : checkFailure(plan, outcome, right)));
    found.push(...checkHistory(outcome, right), ...checkChunks(outcome, right));
    // Only vectors go on where a failure was; what else is asked again comes from its beginning.
    earlier = plan.kind === "embed-stream" ? [...earlier, ...pieces] : pieces;
    found.push(...checkPieces(earlier, right));
    if (answer) {
      turn++;
      earlier = [];
    }
  }
  return found;
}

/**
 * A success is the whole and right answer.
 *
 * @param {Outcome} outcome
 * @param {Answer} answer
 * @param {Answer} right
 */
function checkAnswer({ what, isEstimate }, answer, right) {
  if (isEstimate) return [];
  return /** @type {const} */ (["value", "steps", "messages"])
    .filter((member) => !isSame(answer[member], right[member]))
    .map((member) => `wrong answer to "${what}": ${member} is ${brief(answer[member])}, not ${brief(right[member])}`);
}

/**
 * A failure is typed, tells no secret, and what it tells of the answer is true.
 *
 * @param {Plan} plan
 * @param {Outcome} outcome
 * @param {Answer} right
 */
function checkFailure({ interruption, number }, { error, chunks }, right) {
  if (!(error instanceof LLMError)) return [`not an LLMError: ${brief(inspect(error))}`];
  const found = [];
  const isHonest = HONEST_CODES.test(error.code) || (error.code === NO_CREDENTIALS && hasSource(number));
  if (!isHonest) found.push(`a fault is told as ${error.code}: ${error.message}`);
  if (error.code === "ERR_ABORTED" && !interruption) found.push("aborted, but nobody did");
  const shown = inspect(error, { depth: 9 });
  if (KEY_PAIRS.some(({ secretAccessKey }) => shown.includes(secretAccessKey))) {
    found.push("the error shows the secret key");
  }
  const { partial, results } = error;
  const handed = textOf(chunks);
  if (!partial && handed !== "")
    found.push(`${handed.length} characters were handed over, but the error has no partial`);
  if (partial && chunks.length + right.steps.length > 0) found.push(...checkPartial(partial, right, handed));
  const vectors = checkList("vector", partial?.vectors, right.value["vectors"], (vector) => [...vector]);
  const read = /** @type {import("@node-llm/core").Moderation["results"] | undefined} */ (results);
  found.push(...vectors, ...checkList("result", read, right.value["results"], readModeration));
  const images = "images" in error && Array.isArray(error.images) ? error.images : [];
  const rightImages = listOf(right.value["images"]);
  if (images.some(({ data }) => !rightImages.includes(data)))
    found.push("an image that came is none of the right ones");
  return found;
}

/**
 * @template T
 * @param {string} what
 * @param {readonly (T | undefined)[] | undefined} came
 * @param {unknown} right
 * @param {(each: T) => unknown} read
 */
function checkList(what, came, right, read) {
  const expected = listOf(right);
  return (came ?? []).flatMap((each, at) =>
    !each || isSame(plain(read(each)), expected[at]) ? [] : [`${what} ${at} of a failed call is wrong`],
  );
}

/** @param {unknown} value */
function listOf(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * What a stream of a task hands over is a beginning of what it hands over without faults.
 *
 * @param {readonly unknown[]} pieces
 * @param {Answer} right
 */
function checkPieces(pieces, { value }) {
  const expected = listOf(value["pieces"]);
  const at = pieces.findIndex((piece, index) => !isSame(piece, expected[index]));
  return at === -1 ? [] : [`piece ${at} of a stream is ${brief(pieces[at])}, not ${brief(expected[at])}`];
}

/**
 * A turn is in the history as a whole, or not at all.
 *
 * @param {Outcome} outcome
 * @param {Answer} right
 */
function checkHistory({ answer, before, after, what }, right) {
  if (before === "") return [];
  const expected = answer ? [...JSON.parse(before), ...right.messages] : JSON.parse(before);
  return isSame(JSON.parse(after), expected)
    ? []
    : [`the history after "${what}" is ${brief(after.slice(before.length - 1))}`];
}

/**
 * What a stream hands over is the answer, or its beginning; each call once, and the end only at the end.
 *
 * @param {Outcome} outcome
 * @param {Answer} right
 */
function checkChunks({ answer, chunks }, right) {
  /** @type {string[]} */
  const found = [];
  if (chunks.length === 0) return found;
  const handed = textOf(chunks);
  const whole = right.steps.map(({ content }) => content).join("");
  if (answer ? handed !== whole : !whole.startsWith(handed)) found.push(`the stream gave ${brief(handed)}`);
  const parts = right.steps.flatMap((step) => step.parts);
  const calls = chunks.flatMap((chunk) => (chunk.type === "tool_call" ? [plain(chunk.toolCall)] : []));
  if (calls.some((call) => !parts.some((part) => isSame(part, call)))) found.push("a tool call of the stream is wrong");
  if (new Set(calls.map(({ id }) => id)).size < calls.length) found.push("the stream gave a tool call twice");
  const ends = chunks.filter(({ type }) => type === "finish").length;
  const isEnded = chunks.at(-1)?.type === "finish";
  if (answer ? ends !== 1 || !isEnded : ends !== 0) found.push(`the stream gave ${ends} finish chunks`);
  return found;
}

/**
 * No call runs twice, half, or with other arguments than the model wrote.
 *
 * @param {readonly import("./types.ts").Execution[]} executions
 * @param {readonly import("./types.ts").Execution[]} expected
 * @param {readonly Outcome[]} outcomes
 * @returns {string[]}
 */
export function checkTools(executions, expected, outcomes) {
  const found = [];
  const tries = Math.max(1, outcomes.length);
  const isComplete = outcomes.length > 0 && outcomes.every(({ answer }) => answer);
  for (const { id, name, args, isDone } of executions) {
    const isRight = expected.some((each) => each.id === id && each.name === name && each.args === args);
    if (!isRight) found.push(`${name}(${args}) ran, which the model never called`);
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

/** @param {readonly import("./types.ts").Execution[]} executions */
function countById(executions) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { id } of executions) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/**
 * What only both sides together can tell, when the round is over.
 *
 * @param {{ plan: Plan, outcomes: readonly Outcome[] }} call
 * @param {import("./types.ts").Attempts} attempts
 * @param {{ isSkewed: boolean, isShaken: boolean }} round whether a fault struck that may fail other calls, too: of a clock,
 *   or of a connection as it opens or is kept
 * @returns {string[]}
 */
export function checkAttempts({ plan, outcomes }, { faults, requests }, { isSkewed, isShaken }) {
  const found = [];
  const last = outcomes.at(-1);
  const isEstimate = outcomes.some((outcome) => outcome.isEstimate);
  if (isEstimate && !faults.some((fault) => NO_COUNT.test(fault))) {
    found.push("tokens were estimated, but nobody had refused to count");
  }
  if (!isEstimate && outcomes.every(({ answer }) => answer)) {
    for (const { attempts, broken } of Object.values(requests)) {
      const all = Object.values(broken);
      if (all.length >= attempts) found.push(`a success in spite of ${all.join(", ")}: a fault went unnoticed`);
    }
  }
  if (last?.error === undefined || faults.length > 0) return found;
  const code = last.error instanceof LLMError ? last.error.code : "";
  const isExcused =
    plan.interruption !== undefined ||
    // Looks at a job have no headers by which they could be told apart.
    plan.kind === "batch" ||
    code.startsWith("ERR_TIMEOUT") ||
    (isSkewed && code === "ERR_AUTHENTICATION") ||
    (isShaken && code === "ERR_NETWORK") ||
    code === NO_CREDENTIALS;
  return isExcused ? found : [...found, `failed with ${code}, but no fault had struck`];
}
