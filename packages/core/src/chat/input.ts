import { checkValue } from "../checks.ts";
import { InputError } from "../errors.ts";
import type { ContentPart } from "../types/content.ts";
import type { Message } from "../types/message.ts";
import { createMessage } from "./history.ts";
import { checkStored } from "./media-parts.ts";

/**
 * A conversation that was stored, or written by hand.
 *
 * @throws {InputError} `ERR_INPUT` when it is none, or names a path or URL
 */
export function readStored(messages: readonly Message[]): readonly Message[] {
  checkValue(messages, [Array.isArray, "a list of messages"], "messages", InputError);
  return Object.freeze(messages.map(readMessage));
}

function readMessage(message: Message | null): Message {
  if (typeof message !== "object" || message === null) {
    throw new InputError(`messages holds ${String(message)}: give messages with role and content.`);
  }
  const read = createMessage(message.role, message.content);
  checkStored(read);
  return read;
}

/**
 * The messages of a question: none when the history is to be sent as it stands.
 *
 * @throws {InputError} `ERR_INPUT` when it says nothing: the model would be asked the last question again
 */
export function createQuestion(content: string | readonly ContentPart[] | undefined): readonly Message[] {
  if (content === undefined) return [];
  const question = createMessage("user", content);
  const isBlank = (part: ContentPart): boolean => part.type === "text" && part.text.trim() === "";
  if (typeof content === "string" ? content.trim() === "" : content.every(isBlank)) {
    throw new InputError("The question is blank: give some text, or nothing at all to send the history as it stands.");
  }
  return [question];
}
