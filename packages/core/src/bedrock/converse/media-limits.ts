import { InputError } from "../../errors.ts";
import { lengthOfBase64 } from "../../bytes/body.ts";
import { contentOf, sizeOf } from "../../media/base64.ts";
import type { MediaPart } from "../../media/complete.ts";
import { readImageSize } from "../../media/image-size.ts";
import { formatBytes, MAX_BASE64_LENGTH, MAX_TOTAL_LENGTH, maxBytesOf } from "../../media/limits.ts";
import type { ContentPart, ToolResultContent } from "../../types/content.ts";
import type { Message } from "../../types/message.ts";
import type { KnownModel } from "../known-models.ts";

const MAX_DOCUMENTS = 5;
const MAX_PIXELS = 8000;
const CHECKED: readonly string[] = ["image", "document", "video", "audio", "guard_image", "tool_result"];

/**
 * Checks the media of a conversation against what Bedrock takes, and names the one that is too much. Looks at lengths and
 * at the headers of images only.
 *
 * @returns the characters of base64 of all of them
 * @throws {InputError} `ERR_INPUT` when media are too many or too large
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 */
export function checkMedia(messages: readonly Message[], model: KnownModel): number {
  const count = { image: 0, document: 0, base64: 0 };
  messages.forEach(({ content }, index) => {
    if (typeof content !== "string") checkParts(content, `messages[${index}]`, model, count);
  });
  return count.base64;
}

/** Images, documents, and characters of base64 so far. */
type Count = Record<"image" | "document" | "base64", number>;

function checkParts(
  parts: readonly (ContentPart | ToolResultContent)[],
  where: string,
  model: KnownModel,
  count: Count,
): void {
  parts.forEach((part, index) => {
    const { type } = part;
    if (!CHECKED.includes(type)) return;
    const place = `${where}.content[${index}]`;
    if (part.type === "tool_result") {
      if (typeof part.content !== "string") checkParts(part.content, place, model, count);
      return;
    }
    if (type === "image" || type === "document") checkCount(type, ++count[type], `${place} (${type})`, model);
    if ("source" in part && part.type !== "search_result") checkMedium(part, `${place} (${type})`, count);
  });
}

function checkCount(type: "image" | "document", count: number, where: string, { id, traits }: KnownModel): void {
  const most = type === "image" ? traits.maxImages : MAX_DOCUMENTS;
  if (count <= most) return;
  throw new InputError(`${where} is one too many: ${id} takes ${most} ${type}s in a request. Leave some out.`);
}

function checkMedium({ type, source }: MediaPart, where: string, count: Count): void {
  if (typeof source !== "object" || !("base64" in source)) return;
  const content = contentOf(source);
  const size = sizeOf(content);
  const length = lengthOfBase64(size);
  const kind = type === "guard_image" ? "image" : type;
  if (length > MAX_BASE64_LENGTH[kind]) {
    const [given, most] = [size, maxBytesOf(kind)].map(formatBytes);
    throw new InputError(`${where} has ${given}, and Bedrock takes ${most}: make it smaller, or put it in S3.`);
  }
  count.base64 += length;
  if (count.base64 > MAX_TOTAL_LENGTH) {
    const most = formatBytes(maxBytesOf());
    throw new InputError(
      `${where} is too much: all media together may have ${most}. Leave some out, or put them in S3.`,
    );
  }
  const { width, height } = (kind === "image" && readImageSize(content)) || { width: 0, height: 0 };
  if (width > MAX_PIXELS || height > MAX_PIXELS) {
    throw new InputError(
      `${where} has ${width} × ${height} pixels, and Bedrock takes ${MAX_PIXELS} a side: scale it down.`,
    );
  }
}
