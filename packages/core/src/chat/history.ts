import { InputError } from "../errors.ts";
import { isBase64 } from "../media/is-base64.ts";
import type { ContentPart } from "../types/content.ts";
import { objectOf } from "../types/json.ts";
import type { Message, Role } from "../types/message.ts";
import { copyPart } from "./media-parts.ts";

const ROLES: readonly unknown[] = ["system", "user", "assistant", "tool"] satisfies Role[];

/** What each kind of part must have, by the type of the member. */
const PARTS: Readonly<Record<ContentPart["type"], Readonly<Record<string, string>>>> = {
  text: { text: "string" },
  thinking: { text: "string" },
  image: {},
  document: {},
  video: {},
  audio: {},
  search_result: { source: "string", title: "string", content: "list" },
  tool_call: { id: "string", name: "string" },
  tool_result: { id: "string" },
  guard_text: { text: "string" },
  guard_image: {},
  tool_addition: { tool: "object" },
  tool_removal: { tool: "object" },
  raw: { block: "object" },
};

/**
 * A frozen copy of a message, so that nothing done to the original reaches the history.
 *
 * @throws {InputError} `ERR_INPUT` when the role or the content is none
 */
export function createMessage(role: Role, content: string | readonly ContentPart[]): Message {
  if (!ROLES.includes(role)) {
    throw new InputError(`role is ${JSON.stringify(role)}: give one of ${ROLES.join(", ")}.`);
  }
  if (typeof content !== "string" && !Array.isArray(content)) {
    throw new InputError(`content is ${content === null ? "null" : typeof content}: give a string or a list of parts.`);
  }
  if (typeof content === "string") return Object.freeze({ role, content });
  content.forEach(checkPart);
  return freezeMessage(role, content);
}

/**
 * The same for parts that are known to be parts.
 *
 * @throws {InputError} `ERR_INPUT` when one holds something that JSON cannot, or is too deep
 */
export function freezeMessage(role: Role, content: readonly ContentPart[]): Message {
  return freezeMade(() => ({ role, content: content.map((part, index) => copyPart(part, `content[${index}]`)) }));
}

/** JSON is a part of results only. */
function checkResultPart(part: unknown, index: string): void {
  if (typeof part === "object" && part !== null && "type" in part && part.type === "json" && "json" in part) return;
  checkPart(part, index);
}

function checkPart(part: unknown, index: number | string): void {
  const members: Readonly<Record<string, unknown>> = typeof part === "object" ? { ...part } : {};
  const { type, citations } = members;
  const required =
    typeof type === "string" && Object.hasOwn(PARTS, type) ? PARTS[type as ContentPart["type"]] : undefined;
  if (!required) {
    const kinds = Object.keys(PARTS).join(", ");
    throw new InputError(`content[${index}].type is ${JSON.stringify(type)}: give one of ${kinds}.`);
  }
  for (const [name, wanted] of Object.entries(required)) {
    const value = members[name];
    if (wanted === "list" ? !Array.isArray(value) : typeof value !== wanted || value === null) {
      throw new InputError(`content[${index}].${name} is ${typeof value}: give one of type ${wanted}.`);
    }
  }
  if (type === "tool_result" && typeof members["content"] !== "string") {
    const { content } = members;
    if (!Array.isArray(content)) {
      throw new InputError(`content[${index}].content is ${typeof content}: give a text or a list of parts.`);
    }
    content.forEach((item: unknown, at) => checkResultPart(item, `${index}].content[${at}`));
  }
  const ttl = objectOf(members["cache_control"])?.["ttl"];
  if (ttl !== undefined && ttl !== "5m" && ttl !== "1h") {
    throw new InputError(`content[${index}].cache_control.ttl is ${JSON.stringify(ttl)}: give "5m" or "1h".`);
  }
  const { redacted } = members;
  if (redacted !== undefined && !(typeof redacted === "string" && isBase64(redacted))) {
    throw new InputError(`content[${index}].redacted is no base64: give it as it was received.`);
  }
  const isText = type === "text";
  if (citations !== undefined && (isText ? !Array.isArray(citations) : typeof citations !== "boolean")) {
    throw new InputError(
      `content[${index}].citations is ${typeof citations}: give ${isText ? "a list" : "true or false"}.`,
    );
  }
}

/**
 * A copy of plain data that nobody can change.
 *
 * @throws {InputError} `ERR_INPUT` when it holds something that JSON cannot (a function, a byte array), or is too deep
 */
export function freezeCopy<T>(value: T): T {
  return freezeMade(() => structuredClone(value));
}

function freezeMade<T>(copy: () => T): T {
  try {
    return freezeDeep(copy());
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(
      cause instanceof RangeError
        ? "This data is nested too deep: give it with fewer levels."
        : "This is no plain data: give no function and no bytes.",
      { cause },
    );
  }
}

/** Freezes plain data in place. Without recursion: what a model sends may be nested as deep as it likes. */
export function freezeDeep<T>(value: T): T {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    const children: unknown[] = Object.values(Object.freeze(next));
    for (const child of children) open.push(child);
  }
  return value;
}
