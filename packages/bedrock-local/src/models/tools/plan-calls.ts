/** The calls that the built-in model makes for a turn. */
import { renderSortedJson } from "../../json.ts";
import type { Json, ToolUseBlock } from "../../wire.ts";
import { createPrompt, findValues } from "../schema/find-value.ts";
import { fillSchema } from "../schema/fill-schema.ts";
import { readList, readProperties, resolveSchema, type Schema } from "../schema/schema.ts";
import type { Turn } from "../turn.ts";
import { correctInput } from "./correct-input.ts";
import { isDemanded, pickAnyTool, pickTools, type PickedTool } from "./pick-tools.ts";
import type { CallableTool, ToolPlan } from "./read-tools.ts";

/** A call before it has an id. */
export interface PlannedCall {
  readonly name: string;
  readonly input: Json;
}

/** More calls than these are not made at once. */
const MAX_CALLS = 8;
/** Characters of base64url. */
const ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ID_LENGTH = 22;

/**
 * The calls to make now; empty when the turn is to be answered in words.
 *
 * A call is made once for a question. One that failed is made once more, if its error says how. A model that must call a
 * tool calls again after every result, as real ones do. The tool that the instructions demand the final answer by comes
 * after all others.
 */
export function planCalls(turn: Turn, plan: ToolPlan): PlannedCall[] {
  if (plan.tools.length === 0 || turn.prefill !== "") return [];
  const corrected = correctFailed(turn, plan.tools);
  if (corrected.length > 0) return limitCalls(corrected, plan);
  if (turn.outcomes.some(({ isError }) => isError) && !plan.isForced) return [];
  const wanted = findWanted(turn, plan);
  const done = new Set(turn.outcomes.map(nameCall));
  const open = wanted.filter((call) => !done.has(nameCall(call)));
  const final = plan.tools.find(({ name }) => isDemanded(turn.system, name));
  const isReady = final !== undefined && turn.outcomes.length > 0 && open.every(({ name }) => wasCalled(turn, name));
  if (isReady) return [createCall(final, [turn.question, turn.sources, ...turn.earlier.toReversed()], turn)];
  if (turn.outcomes.length === 0 || !plan.isParallel)
    return limitCalls(open.length === 0 && plan.isForced ? wanted : open, plan);
  return plan.isForced
    ? limitCalls(wanted, plan)
    : limitCalls(
        open.filter(({ name }) => !wasCalled(turn, name)),
        plan,
      );
}

/** The block of a call, with an id as Bedrock makes them. */
export function createToolUse({ name, input }: PlannedCall, random: () => number): ToolUseBlock {
  const characters = Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[Math.floor(random() * 64)] ?? "A");
  return { toolUseId: `tooluse_${characters.join("")}`, name, input };
}

function findWanted(turn: Turn, { tools, isForced }: ToolPlan): PlannedCall[] {
  const picked = pickTools(turn.question, turn.system, tools);
  const chosen = picked.length > 0 || !isForced ? picked : pickAnyTool(turn.question, tools);
  return chosen.flatMap((pick) => spreadCall(pick, turn));
}

function wasCalled({ outcomes }: Turn, name: string): boolean {
  return outcomes.some((outcome) => outcome.name === name);
}

/** One call, or one for each thing that the text names, when the tool takes a single one of them. */
function spreadCall({ tool, text }: PickedTool, turn: Turn): PlannedCall[] {
  const key = findSpreadKey(tool);
  const texts = [text, turn.question, ...turn.earlier.toReversed()];
  if (key === undefined) return [createCall(tool, texts, turn)];
  const [name, schema] = key;
  const found = findValues(schema, name, createPrompt([text]))
    .filter((evidence) => evidence.key.startsWith("0 text") || evidence.key.startsWith("0 enum"))
    .map(({ value }) => value);
  const values = [...new Set(found)].filter((value, _index, all) => !isPartOf(value, all));
  if (values.length < 2) return [createCall(tool, texts, turn)];
  return values.map((value) => {
    const call = createCall(tool, texts, turn);
    return { name: call.name, input: { ...toMembers(call.input), [name]: value } };
  });
}

/** The property that makes one call out of each value: the only required one of type text, with no list beside it. */
function findSpreadKey({ schema }: CallableTool): [name: string, schema: Schema] | undefined {
  const required = readList(schema, "required");
  const properties = readProperties(schema).map(([name, property]): [string, Schema] => [
    name,
    resolveSchema(property, schema),
  ]);
  const texts = properties.filter(
    ([name, { type }]) => type === "string" && (required.includes(name) || properties.length === 1),
  );
  const others = properties.some(([, { type }]) => type === "array" || type === "object");
  return texts.length === 1 && !others ? texts[0] : undefined;
}

function isPartOf(value: Json, all: readonly Json[]): boolean {
  return all.some(
    (other) => typeof other === "string" && typeof value === "string" && other !== value && other.includes(value),
  );
}

function createCall({ name, schema }: CallableTool, texts: readonly string[], turn: Turn): PlannedCall {
  const known: Record<string, Json> = {};
  for (const { values } of turn.outcomes) Object.assign(known, values);
  return { name, input: toMembers(fillSchema({ type: "object", ...schema }, createPrompt(texts, known))) };
}

/** Tries again what failed in the last message, where the error tells what was wrong and it failed for the first time. */
function correctFailed({ outcomes, question }: Turn, tools: readonly CallableTool[]): PlannedCall[] {
  return outcomes.flatMap(({ name, input, text, isError, isLast }) => {
    const tool = tools.find((other) => other.name === name);
    const failures = outcomes.filter((other) => other.name === name && other.isError && !other.isLast).length;
    if (!isError || !isLast || failures > 0 || tool === undefined) return [];
    const corrected = correctInput(tool.schema, input, text, question);
    return corrected === undefined ? [] : [{ name, input: corrected }];
  });
}

function limitCalls(calls: readonly PlannedCall[], { isParallel }: ToolPlan): PlannedCall[] {
  const unique = new Map(calls.map((call) => [nameCall(call), call]));
  return [...unique.values()].slice(0, isParallel ? MAX_CALLS : 1);
}

function nameCall({ name, input }: PlannedCall): string {
  return `${name} ${renderSortedJson(input)}`;
}

function toMembers(value: Json): Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
