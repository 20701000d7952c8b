import { heldBytes } from "../bytes/held-bytes.ts";
import { InputError } from "../errors.ts";
import type { MediaPart } from "../media/complete.ts";
import { keepSource } from "../media/keep-source.ts";
import type { ContentPart, ToolResultContent } from "../types/content.ts";
import type { Message } from "../types/message.ts";

/**
 * A copy of a part, with media as plain data. Whether they are media at all, and of which format, is found out when they
 * are sent.
 *
 * @throws {InputError} `ERR_INPUT` when a tool's result names a path or URL
 */
export function copyPart(part: ContentPart, where: string): ContentPart {
  if (part.type !== "tool_result" || typeof part.content === "string") {
    return isMedia(part) ? copyMedium(part) : structuredClone(part);
  }
  return {
    ...structuredClone({ ...part, content: "" }),
    content: part.content.map((inner, index) => {
      if (!isMedia(inner)) return structuredClone(inner);
      const kept = copyMedium(inner);
      // What a tool gives may have come from anywhere: it must not make this process read its files.
      if (isUnread(kept)) throw createUnreadError(`${where}.content[${index}]`, "the result of a tool");
      return kept;
    }),
  };
}

/** Bytes are not copied once more: where they are kept, nobody changes them. */
function copyMedium<P extends MediaPart>(part: P): P {
  const source = keepSource(part.source);
  return { ...structuredClone({ ...part, source: "" }), source: heldBytes(source) ? source : structuredClone(source) };
}

/** That a medium would have to be read where nothing is read. */
export function createUnreadError(where: string, place: string): InputError {
  return new InputError(
    `${where} names a path or URL, which is not read from ${place}: read it yourself and give the bytes.`,
  );
}

/** @throws {InputError} `ERR_INPUT` when a message names a path or URL: a stored conversation must not make us read files */
export function checkStored({ content }: Message): void {
  if (typeof content === "string") return;
  const index = content.findIndex(isUnread);
  if (index >= 0) throw createUnreadError(`content[${index}]`, "a stored conversation");
}

/** Whether a message holds media, its tool results included. */
export function hasMedia({ content }: Message): boolean {
  return typeof content !== "string" && isOneMedia(content);
}

/** Of each turn all messages are looked at; `some` is many times slower on frozen arrays. */
function isOneMedia(parts: readonly (ContentPart | ToolResultContent)[]): boolean {
  for (const part of parts) {
    if (part.type === "text") continue;
    if (isMedia(part)) return true;
    if (part.type === "tool_result" && typeof part.content !== "string" && isOneMedia(part.content)) return true;
  }
  return false;
}

/** Whether a part is a medium. */
export function isMedia<P extends ContentPart | ToolResultContent>(part: P): part is Extract<P, MediaPart> {
  return /^(image|document|video|audio|guard_image)$/.test(part.type);
}

/** Whether a part must be read from a path or URL before it can be sent. */
function isUnread(part: ContentPart | ToolResultContent): boolean {
  return isMedia(part) && typeof part.source === "string" && !/^(data|s3):/i.test(part.source);
}
