import { SchemaError } from "../errors.ts";
import type { ChatResult } from "../provider.ts";
import { findAnswers, memberOf } from "../schema/find-answers.ts";
import { createPartialJson } from "../schema/partial-json.ts";
import { toObjectSchema } from "../schema/rewrite.ts";
import { toJsonSchema, validateInput } from "../schema/json-schema.ts";
import { isStandardSchema, type Schema } from "../schema/standard-schema.ts";
import { renderIssues, type SchemaIssue } from "../schema/validate.ts";
import { partialOf, type Chunk, type DataChunk } from "../types/chunk.ts";
import { compact, objectOf, type JsonObject } from "../types/json.ts";
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
      const texts = result.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
      let issues: readonly SchemaIssue[] | undefined;
      for (const value of findAnswers(texts, wrapper)) {
        const checked = await validateInput(isStandardSchema(schema) ? schema : json, value);
        if ("value" in checked) return { data: checked.value };
        issues ??= checked.issues;
      }
      issues ??= NO_JSON;
      const stop = STOPS.get(result.finishReason);
      if (!stop && attempt < repair) return { retry: createMessage("user", renderRetry(issues)) };
      throw createSchemaError(result, issues, stop);
    },
    createReader: () => createReader(json, wrapper),
  };
}

const NO_JSON: readonly SchemaIssue[] = [{ path: "", message: "must be a JSON object; the answer holds none" }];

/** Reasons to stop that leave no complete answer, and what to do. Asking again would end the same way. */
const STOPS: ReadonlyMap<string, string> = new Map([
  ["max_tokens", "it stopped by max_tokens: raise maxTokens"],
  ["model_context_window_exceeded", "it reached the end of the context window: shorten the conversation"],
  ["guardrail_intervened", "the guardrail intervened: see error.text"],
  ["content_filtered", "it was filtered: see error.text"],
]);

function renderRetry(issues: readonly SchemaIssue[]): string {
  return `Your answer does not fit the schema: ${renderIssues(issues)}. Give the whole answer again, corrected.`;
}

function createSchemaError(result: ChatResult, issues: readonly SchemaIssue[], stop: string | undefined): SchemaError {
  const { model, requestId } = result;
  const partial = partialOf(result);
  const text = partial.content;
  const why = stop ?? `${renderIssues(issues)}. Its text is in error.text: ask again, or set repair: 1`;
  return new SchemaError(`The answer does not fit the schema: ${why}.`, {
    issues,
    text,
    model,
    requestId,
    partial,
  });
}

/** Reads the text chunks of one answer. A list may come without its wrapper, but not behind what came with it. */
function createReader(schema: JsonObject, wrapper: string | undefined): (chunk: Chunk) => DataChunk | undefined {
  const json = createPartialJson();
  let mayBeList = wrapper !== undefined && [schema["type"] ?? "array"].flat().includes("array");
  return ({ type, content }) => {
    if (type !== "text" || !json.push(content)) return undefined;
    const { value } = json;
    const held = wrapper === undefined ? objectOf(value) : memberOf(value, wrapper);
    if (held !== undefined) mayBeList = false;
    const data = held ?? (mayBeList && Array.isArray(value) ? value : undefined);
    return data === undefined ? undefined : { type: "data", content: "", data };
  };
}
