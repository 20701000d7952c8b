import { IMAGE_FORMATS } from "../../media/image-formats.ts";
import { isBase64 } from "../../media/is-base64.ts";
import type { Citation, ContentPart } from "../../types/content.ts";
import { compact, isObject, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import { contentOf, parseRest, type ParsedResponse } from "./parse-response.ts";

/**
 * Reads a Converse response, or a stream's events put together in its shape. Members that are new stay in `raw`.
 *
 * @returns `undefined` when it holds no message or no stop reason: then it is no Converse response
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function parseConverse(raw: JsonObject): ParsedResponse | undefined {
  const content = contentOf(raw);
  const rest = parseRest(raw);
  return content && rest && { parts: content.map(parseBlock), ...rest };
}

/** One content block; a kind that this version does not know comes back as it is. */
export function parseBlock(block: JsonObject): ContentPart {
  const { text, reasoningContent, toolUse, citationsContent, image } = block;
  if (typeof text === "string") return { type: "text", text };
  const parsed =
    (isObject(reasoningContent) && parseReasoning(reasoningContent)) ||
    (isObject(toolUse) && parseToolUse(toolUse)) ||
    (isObject(citationsContent) && parseCitations(citationsContent)) ||
    (isObject(image) && parseImage(image));
  return parsed || { type: "raw", block };
}

function parseReasoning({ reasoningText, redactedContent }: JsonObject): ContentPart | undefined {
  if (typeof redactedContent === "string") return { type: "thinking", text: "", redacted: redactedContent };
  if (!isObject(reasoningText)) return undefined;
  const { text, signature } = reasoningText;
  return { type: "thinking", text: stringOf(text) ?? "", ...compact({ signature: stringOf(signature) }) };
}

function parseToolUse({ toolUseId, name, input, type, invalidInput }: JsonObject): ContentPart | undefined {
  if (typeof toolUseId !== "string" || typeof name !== "string") return undefined;
  const optional = compact({ kind: stringOf(type), invalidArguments: stringOf(invalidInput) });
  return { type: "tool_call", id: toolUseId, name, arguments: input ?? {}, ...optional };
}

function parseCitations({ content, citations }: JsonObject): ContentPart {
  const pieces = objectsOf(content).map((piece) => stringOf(piece["text"]) ?? "");
  return {
    type: "text",
    text: pieces.join(""),
    citations: objectsOf(citations).map(parseCitation),
    ...(pieces.length > 1 && { pieces }),
  };
}

/** One citation, with the members that are not of their documented type left out. */
export function parseCitation({ title, source, sourceContent, location, ...others }: JsonObject): Citation {
  return compact({
    ...others,
    title: stringOf(title),
    source: stringOf(source),
    sourceContent: Array.isArray(sourceContent)
      ? objectsOf(sourceContent).map(({ text, ...rest }) => compact({ ...rest, text: stringOf(text) }))
      : undefined,
    location: objectOf(location),
  });
}

/** An image in a format that can be sent back; anything else stays as it is. */
function parseImage({ format, source, error }: JsonObject): ContentPart | undefined {
  const base64 = stringOf(objectOf(source)?.["bytes"]);
  const known = IMAGE_FORMATS.find((each) => each === format);
  if (error !== undefined || !known || base64 === undefined || !isBase64(base64)) return undefined;
  return { type: "image", source: { base64 }, format: known };
}
