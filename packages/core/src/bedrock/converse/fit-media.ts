import { CapabilityError } from "../../errors.ts";
import type { ContentPart, TextPart, ToolResultContent } from "../../types/content.ts";
import { compact } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import type { KnownModel } from "../known-models.ts";
import { keep } from "./legalize/blocks.ts";
import { tellMedium } from "./legalize/media-words.ts";
import type { Warn } from "./wire.ts";

/** The turns before the last answer, whose media were answered already, and how many of these were left out. */
interface Fit {
  readonly model: KnownModel;
  isAnswered: boolean;
  dropped: number;
}

/**
 * Puts a short text in place of every medium that the model does not take, so that a conversation goes on with any model.
 * What is asked now is not touched: an answer must not pretend that it was seen. What a tool gave is replaced, too: the
 * tool did run, and the model can say what it was not shown.
 *
 * @returns the same messages where the model takes all
 * @throws {CapabilityError} `ERR_CAPABILITY` for a medium of the user's, behind the last answer, that the model does not take
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 */
export function fitMedia(messages: readonly Message[], model: KnownModel, warn: Warn): readonly Message[] {
  // An answer that is begun for the model is none yet.
  const asked = messages.findLastIndex(({ role }) => role === "user" || role === "tool");
  const answer = messages.findLastIndex(({ role }, index) => role === "assistant" && index < asked);
  const fit: Fit = { model, isAnswered: true, dropped: 0 };
  const fitted = messages.map((message, index): Message => {
    const { content } = message;
    if (typeof content === "string") return message;
    fit.isAnswered = index <= answer;
    const fitted = keep(
      content,
      content.map((part, at) => fitPart(part, `messages[${index}].content[${at}]`, fit)),
    );
    return fitted === content ? message : { ...message, content: fitted };
  });
  if (fit.dropped === 0) return messages;
  warn(
    "media_dropped",
    `Media of earlier turns or of tools were left out, as ${model.id} does not take them: ${fit.dropped}.`,
  );
  return fitted;
}

function fitPart(part: ContentPart, where: string, fit: Fit): ContentPart {
  if (part.type !== "tool_result" || typeof part.content === "string") return replace(part, where, fit, false);
  const { content } = part;
  const fitted = keep(
    content,
    content.map((inner, at) => replace(inner, `${where}.content[${at}]`, fit, true)),
  );
  return fitted === content ? part : { ...part, content: fitted };
}

function replace<P extends ContentPart | ToolResultContent>(
  part: P,
  where: string,
  fit: Fit,
  isResult: boolean,
): P | TextPart {
  const reason = findReason(part, isResult, fit.model);
  if (reason === undefined) return part;
  if (!fit.isAnswered && !isResult) throw new CapabilityError(`${where} (${part.type}) ${reason}`);
  fit.dropped++;
  const cache = "cache_control" in part ? part.cache_control : undefined;
  return { type: "text", text: tellMedium(part.type), ...compact({ cache_control: cache }) };
}

function findReason(
  part: ContentPart | ToolResultContent,
  isResult: boolean,
  { id, traits }: KnownModel,
): string | undefined {
  const { type } = part;
  const isGuarded = type === "guard_image";
  if (!isGuarded && type !== "image" && type !== "document" && type !== "video" && type !== "audio") return undefined;
  const kind = isGuarded ? "image" : type;
  if (!traits.media.includes(kind))
    return `is no input of ${id}: leave it out, or ask a model that takes ${kind} input.`;
  if (isResult && kind === "image" && !traits.hasResultImages) {
    return `is an image in a tool result, where ${id} takes none: return text, or ask another model.`;
  }
  const isStored = typeof part.source === "object" && "uri" in part.source;
  return isStored && (isGuarded || !traits.readsS3)
    ? `is in S3, from where ${id} does not read it: give its bytes.`
    : undefined;
}
