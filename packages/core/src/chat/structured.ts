import { SchemaError } from "../errors.ts";
import type { ChatResult } from "../provider.ts";
import { createPartialJson } from "../schema/partial-json.ts";
import { toObjectSchema } from "../schema/rewrite.ts";
import { isStandardSchema, toJsonSchema, validateInput, type Schema } from "../schema/standard-schema.ts";
import type { SchemaIssue } from "../schema/validate.ts";
import type { Chunk, DataChunk } from "../types/chunk.ts";
import { textOf } from "../types/content.ts";
import { compact, isObject, tryParse, type JsonObject, type JsonValue } from "../types/json.ts";
import { createMessage, freezeCopy } from "./history.ts";
import type { Output } from "./loop.ts";
import type { SchemaOptions } from "./schema-options.ts";

/**
 * How the answers of a chat are asked for and read.
 *
 * @throws {InputError} `ERR_INPUT` when the schema or an option is none
 */
export function createOutput(schema: Schema, options: SchemaOptions): Output {
  const { repair = 0, ...asked } = compact(options);
  const json = freezeCopy(toJsonSchema(schema));
  const { schema: root, wrapper } = toObjectSchema(json);
  const description = typeof json["description"] === "string" ? json["description"] : "";
  return {
    format: { schema: root, ...(description.trim() && { description }), ...asked },
    read: async (result, attempt) => {
      const text = textOf(result.parts);
      const found = extractJson(text);
      // A model may leave the wrapper out; the check tells whether it did.
      const value = memberOf(found, wrapper) ?? found;
      const checked =
        value === undefined ? NO_JSON : await validateInput(isStandardSchema(schema) ? schema : json, value);
      if ("value" in checked) return { data: checked.value };
      const stop = STOPS.get(result.finishReason);
      if (!stop && attempt < repair) return { retry: createMessage("user", renderRetry(checked.issues)) };
      throw createSchemaError(result, text, checked.issues, stop);
    },
    createReader: () => createReader(wrapper),
  };
}

/** A value's member, or the value itself when no member is named. */
function memberOf(value: JsonValue | undefined, name: string | undefined): JsonValue | undefined {
  if (name === undefined) return value;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

const NO_JSON = { issues: [{ path: "", message: "must be a JSON object; the answer holds none" }] } as const;

/** Reasons to stop that leave no complete answer, and what to do. Asking again would end the same way. */
const STOPS: ReadonlyMap<string, string> = new Map([
  ["max_tokens", "it stopped by max_tokens: raise maxTokens"],
  ["model_context_window_exceeded", "it reached the end of the context window: shorten the conversation"],
  ["guardrail_intervened", "the guardrail intervened: see error.text"],
  ["content_filtered", "it was filtered: see error.text"],
]);

/** As many issues as a model or a reader can use. */
function renderIssues(issues: readonly SchemaIssue[]): string {
  const some = issues.slice(0, 10).map(({ path, message }) => (path ? `${path} ${message}` : message));
  return `${some.join("; ")}${issues.length > 10 ? `; and ${issues.length - 10} more` : ""}`;
}

function renderRetry(issues: readonly SchemaIssue[]): string {
  return `Your answer does not fit the schema: ${renderIssues(issues)}. Give the whole answer again, corrected.`;
}

function createSchemaError(
  { parts, finishReason, model, requestId, usage }: ChatResult,
  text: string,
  issues: readonly SchemaIssue[],
  stop: string | undefined,
): SchemaError {
  const why = stop ?? `${renderIssues(issues)}. Its text is in error.text: ask again, or set repair: 1`;
  return new SchemaError(`The answer does not fit the schema: ${why}.`, {
    issues,
    text,
    model,
    requestId,
    partial: { content: text, parts, finishReason, ...compact({ usage }) },
  });
}

/** The JSON that a text is, or that stands in it: in a code fence, or as the first object between other words. */
function extractJson(text: string): JsonValue | undefined {
  const fence = text.indexOf("```");
  const start = text.indexOf("\n", fence);
  const fenced = fence < 0 || start < 0 ? "" : text.slice(start, text.indexOf("```", start));
  return tryParse(text) ?? tryParse(fenced) ?? findObject(text);
}

/** Only objects that are closed, and not what stands within one that is not: half an answer is none. */
function findObject(text: string): JsonObject | undefined {
  for (let start = text.indexOf("{"); start >= 0;) {
    const end = findEnd(text, start);
    if (end === undefined) return undefined;
    const found = tryParse(text.slice(start, end));
    if (isObject(found)) return found;
    start = text.indexOf("{", end);
  }
  return undefined;
}

/** Where the brace that opens at a place is closed again; braces within strings do not count. */
function findEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let isString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') isString = !isString;
    else if (isString) at += char === "\\" ? 1 : 0;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Reads the text chunks of one answer. */
function createReader(wrapper: string | undefined): (chunk: Chunk) => DataChunk | undefined {
  const json = createPartialJson();
  return ({ type, content }) => {
    if (type !== "text" || !json.push(content)) return undefined;
    const data = memberOf(json.value, wrapper);
    return data === undefined ? undefined : { type: "data", content: "", data };
  };
}
