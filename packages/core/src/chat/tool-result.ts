import type { ToolResultContent, ToolResultPart } from "../types/content.ts";
import { isObject, type JsonValue } from "../types/json.ts";

const isText = (value: unknown): boolean => typeof value === "string";
const isGiven = (value: unknown): boolean => value !== undefined;

/** The members that make an object with such a `type` a content part, and not data that happens to have a `type`. */
const PARTS: Readonly<Record<ToolResultContent["type"], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  text: { text: isText },
  json: { json: isGiven },
  image: { source: isGiven },
  document: { source: isGiven },
  video: { source: isGiven },
  search_result: {
    source: isText,
    title: isText,
    content: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  },
  raw: { block: isObject },
};

/**
 * What a tool gave, as the result that the model gets: text as text, content parts as they are, nothing as a short text,
 * anything else as JSON. What JSON cannot hold becomes an error result.
 */
export function createToolResult(id: string, value: unknown): ToolResultPart {
  if (value === undefined || value === null || (typeof value === "string" && value.trim() === "")) {
    return { type: "tool_result", id, content: "(no result)" };
  }
  if (typeof value === "string") return { type: "tool_result", id, content: value };
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (parts.length > 0 && parts.every(isResultContent)) return { type: "tool_result", id, content: parts };
  const json = toJson(value);
  return json === undefined
    ? createErrorResult(id, "The tool ran, but its result is no JSON, so it cannot be shown.")
    : { type: "tool_result", id, content: [{ type: "json", json }] };
}

/** A result that tells the model what went wrong. */
export function createErrorResult(id: string, message: string): ToolResultPart {
  return { type: "tool_result", id, content: message.trim() === "" ? "The tool failed." : message, isError: true };
}

function isResultContent(value: unknown): value is ToolResultContent {
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") return false;
  const kinds: Readonly<Record<string, (typeof PARTS)["text"]>> = PARTS;
  const members = Object.hasOwn(kinds, value.type) ? kinds[value.type] : undefined;
  const given: Readonly<Record<string, unknown>> = { ...value };
  return members !== undefined && Object.entries(members).every(([name, fits]) => fits(given[name]));
}

/** The value as plain JSON data; `undefined` when it is a function, bytes, cyclic, or holds a BigInt. */
function toJson(value: unknown): JsonValue | undefined {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return undefined;
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}
