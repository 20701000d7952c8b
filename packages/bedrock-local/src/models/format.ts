/** Answers in JSON by a schema: that of the request's output format, or one that stands in the instructions. */
import type { ConverseRequest, Json } from "../wire.ts";
import { isPlainObject, parseJson } from "../json.ts";
import { createPrompt } from "./schema/find-value.ts";
import { fillSchema, isObjectSchema } from "./schema/fill-schema.ts";
import { isSchema, type Schema } from "./schema/schema.ts";
import type { Turn } from "./turn.ts";

/** Longer instructions are not searched for a schema. */
const MAX_INSTRUCTION_CHARACTERS = 100_000;
const BARE = /\b(?:only|raw|bare|no (?:markdown|code|fences?|other text)|without)\b/i;

/**
 * JSON that is valid for the schema that the request or its instructions hold, values taken from the conversation.
 *
 * JSON that only the instructions ask for comes in a fenced block, as chat models like to do, unless they want it bare.
 * @returns `undefined` when there is no schema.
 */
export function answerFormat(request: ConverseRequest, turn: Turn): string | undefined {
  const format = request.outputConfig?.textFormat;
  const own = readOwnSchema(request);
  if (format !== undefined || own !== undefined) {
    const schema = format === undefined ? own : parseJson(format.structure.jsonSchema.schema);
    return isSchema(schema) && Object.keys(schema).length > 0 ? fill(schema, turn, turn.question) : undefined;
  }
  const instructions = `${turn.system}\n${turn.question}`;
  if (instructions.length > MAX_INSTRUCTION_CHARACTERS || !/\bjson\b/i.test(instructions)) return undefined;
  const found = findSchema(instructions);
  if (found === undefined) return undefined;
  const json = fill(found.schema, turn, turn.question.replace(found.text, " "));
  return BARE.test(instructions.replace(found.text, " ")) ? json : `\`\`\`json\n${json}\n\`\`\``;
}

/** The schema in Claude's own field for it. */
function readOwnSchema({ additionalModelRequestFields: fields }: ConverseRequest): unknown {
  const config = isPlainObject(fields) ? fields["output_config"] : undefined;
  const format = isPlainObject(config) ? config["format"] : undefined;
  return isPlainObject(format) && format["type"] === "json_schema" ? format["schema"] : undefined;
}

function fill(schema: Schema, { sources, earlier, outcomes }: Turn, question: string): string {
  const known: Record<string, Json> = {};
  for (const { values, isError } of outcomes) if (!isError) Object.assign(known, values);
  return JSON.stringify(fillSchema(schema, createPrompt([question, sources, ...earlier.toReversed()], known)));
}

/** The first text in braces that is a schema of an object. */
function findSchema(text: string): { schema: Schema; text: string } | undefined {
  for (let start = text.indexOf("{"); start >= 0; start = text.indexOf("{", start + 1)) {
    const candidate = text.slice(start, findEnd(text, start));
    const schema = parseJson(candidate);
    if (isObjectSchema(schema)) return { schema, text: candidate };
  }
  return undefined;
}

/** After the brace that closes the one at `start`; braces in strings do not count. */
function findEnd(text: string, start: number): number {
  let depth = 0;
  for (const match of text.slice(start).matchAll(/"(?:\\.|[^"\\])*"|[{}]/g)) {
    if (match[0] === "{") depth += 1;
    if (match[0] === "}") depth -= 1;
    if (depth === 0) return start + match.index + 1;
  }
  return start;
}
