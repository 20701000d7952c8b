import { InputError } from "../errors.ts";
import { completeMedia, type MediaPart } from "../media/complete.ts";
import type { ContentPart, ToolResultContent, ToolResultPart } from "../types/content.ts";
import type { Message } from "../types/message.ts";

/**
 * A part whose media are plain data, but for paths and URLs of media, which stay as texts until they are read.
 *
 * @throws {InputError} `ERR_INPUT` when a medium is none; when a tool's result names a path or URL
 */
export function completePart(part: ContentPart, where: string): ContentPart {
  if (isMedia(part)) {
    const completion = completeMedia(part, where);
    return "part" in completion ? completion.part : { ...part, source: completion.location };
  }
  return part.type === "tool_result" ? completeResult(part, where) : part;
}

function completeResult(result: ToolResultPart, where: string): ToolResultPart {
  const { content } = result;
  if (typeof content === "string" || !Array.isArray(content)) return result;
  return {
    ...result,
    content: content.map((part: ToolResultContent, index) => {
      if (!isMedia(part)) return part;
      const completion = completeMedia(part, `${where}.content[${index}]`);
      // What a tool gives may have come from anywhere: it must not make this process read its files.
      if (!("part" in completion)) throw createUnreadError(`${where}.content[${index}]`, "the result of a tool");
      const { part: complete } = completion;
      return complete.type === "audio" || complete.type === "guard_image" ? part : complete;
    }),
  };
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

/** Whether some medium of a conversation must be read before it can be sent. */
export function hasUnread(messages: readonly Message[]): boolean {
  return messages.some(({ content }) => typeof content !== "string" && content.some(isUnread));
}

/** Whether a part is a medium. */
export function isMedia<P extends ContentPart | ToolResultContent>(part: P): part is Extract<P, MediaPart> {
  return ["image", "document", "video", "audio", "guard_image"].includes(part.type);
}

/** Whether a medium must be read before it can be sent. */
export function isUnread(part: ContentPart): boolean {
  return isMedia(part) && typeof part.source === "string";
}
