import { brief, isSame } from "./values.mjs";

/** @typedef {import("@node-llm/core").PartialResponse} PartialResponse */

/** Put in place of the result of a call that was not finished. */
const UNFINISHED = /not finished/;

/**
 * What had arrived is a true beginning of the right answer, and not less than was handed over.
 *
 * @param {PartialResponse} partial
 * @param {import("./types.ts").Answer} right
 * @param {string} handed
 */
export function checkPartial(partial, right, handed) {
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
    if (!isPartOf(part, step.parts[at], isLast)) found.push(`partial.parts[${at}] is ${brief(part)}`);
  }
  return found;
}

/**
 * @param {import("@node-llm/core").Message} message
 * @param {import("@node-llm/core").Message | undefined} right
 */
function isSameMessage(message, right) {
  if (!right || message.role !== right.role) return false;
  if (message.role !== "tool" || typeof message.content === "string" || typeof right.content === "string") {
    return isSame(message, right);
  }
  const { content } = right;
  return message.content.every((result, at) => {
    const other = content[at];
    if (result.type !== "tool_result" || other?.type !== "tool_result") return false;
    const isUnfinished = result.isError && UNFINISHED.test(JSON.stringify(result.content));
    return result.id === other.id && (isUnfinished || isSame(result, other));
  });
}

/**
 * @param {import("@node-llm/core").ContentPart} part
 * @param {import("@node-llm/core").ContentPart | undefined} right
 * @param {boolean} isLast
 */
function isPartOf(part, right, isLast) {
  if (!right) return false;
  if (isSame(part, right)) return true;
  // A call is there as a whole or not at all.
  if (!isLast || part.type !== right.type || part.type === "tool_call") return false;
  return "text" in part && "text" in right && String(right.text).startsWith(String(part.text));
}
