import { InputError } from "../errors.ts";
import type { ContentPart } from "../types/content.ts";
import type { Message, Role } from "../types/message.ts";

const ROLES: readonly unknown[] = ["system", "user", "assistant", "tool"] satisfies Role[];
const PARTS: readonly unknown[] = ["text", "thinking", "tool_call", "raw"] satisfies ContentPart["type"][];

/**
 * A frozen copy of a message, so that nothing done to the original reaches the history.
 *
 * @throws {InputError} `ERR_INPUT` when the role or the content is none
 */
export function createMessage(role: Role, content: string | readonly ContentPart[]): Message {
  if (!ROLES.includes(role)) {
    throw new InputError(`role is ${JSON.stringify(role)}: give one of ${ROLES.join(", ")}.`);
  }
  if (typeof content === "string") return Object.freeze({ role, content });
  if (!Array.isArray(content)) {
    throw new InputError(`content is ${typeof content}: give a string or a list of parts.`);
  }
  return Object.freeze({ role, content: Object.freeze(content.map(copyPart)) });
}

function copyPart(part: ContentPart, index: number): ContentPart {
  const type: unknown = typeof part === "object" && part !== null ? part.type : undefined;
  if (!PARTS.includes(type)) {
    throw new InputError(`content[${index}].type is ${JSON.stringify(type)}: give one of ${PARTS.join(", ")}.`);
  }
  if (part.type === "text" && typeof part.text !== "string") {
    throw new InputError(`content[${index}].text is ${typeof part.text}: give a string.`);
  }
  return freezeCopy(part);
}

/**
 * A copy of plain data that nobody can change.
 *
 * @throws {InputError} `ERR_INPUT` when it holds something that JSON cannot (a function, a byte array)
 */
export function freezeCopy<T>(value: T): T {
  try {
    return freezeDeep(structuredClone(value));
  } catch (cause) {
    throw new InputError("The content is no plain data: give no function and no bytes.", { cause });
  }
}

function freezeDeep<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(freezeDeep);
  return Object.freeze(value);
}
