import { isObject, tryParse, type JsonObject, type JsonValue } from "../../../types/json.ts";
import type { WireBlock } from "../wire.ts";
import { isBlank, keep, textOfBlock, toText } from "./blocks.ts";

/** What stands for a result that says nothing. */
const NO_RESULT = "(no output)";

/** Bedrock reads no JSON that is nested deeper. */
const MAX_DEPTH = 400;

/** A call's arguments as Bedrock takes them: a JSON object. JSON text is read; any other value becomes `{ value }`. */
export function legalizeInput(input: JsonValue | undefined): JsonObject {
  if (isTaken(input)) return input;
  if (input === undefined || input === null || input === "") return {};
  const parsed = typeof input === "string" ? tryParse(input) : undefined;
  if (isTaken(parsed)) return parsed;
  return { value: isOdd(input, 0) || isObject(input) ? toText(input) : input };
}

/** A result's content as Bedrock takes it: JSON only as an object, no blank text, never nothing. */
export function legalizeResult(blocks: readonly WireBlock[]): readonly WireBlock[] {
  const legal = blocks.map(legalizeBlock).filter((block) => !isBlank(block) && !block["cachePoint"]);
  return legal.length > 0 ? keep(blocks, legal) : [{ text: NO_RESULT }];
}

function legalizeBlock(block: WireBlock): WireBlock {
  if (block["json"] !== undefined) return isTaken(block["json"]) ? block : { text: toText(block["json"]) };
  const text = block["text"] === undefined ? textOfBlock(block) : undefined;
  return text === undefined ? block : { text };
}

/** The content of a result as blocks of a user's message. */
export function tellResult(content: readonly WireBlock[]): WireBlock[] {
  return content.map((block) => (block["json"] === undefined ? block : { text: toText(block["json"]) }));
}

/** Bedrock takes `__type` inside for a typed value of its own and refuses it; on the top level it does no harm. */
function isTaken(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && !Object.values(value).some((member) => isOdd(member, 1));
}

function isOdd(value: JsonValue | undefined, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth > MAX_DEPTH || (isObject(value) && Object.hasOwn(value, "__type"))) return true;
  return Object.values(value).some((member: JsonValue | undefined) => isOdd(member, depth + 1));
}
