import { checkRules, checkValue, isBoolean, isWhole, type Rule, type Rules } from "../checks.ts";
import { InputError } from "../errors.ts";
import type { Schema } from "../schema/standard-schema.ts";
import { compact, isObject } from "../types/json.ts";
import type { FunctionTool, SystemTool, ToolChoice, ToolDefinition } from "../types/tool.ts";
import { freezeCopy } from "./history.ts";
import { keepSchema } from "./schema-options.ts";
import type { ToolContext, ToolSpec } from "./tool.ts";

/** How the tools of a chat may be called. */
export interface ToolOptions {
  /**
   * Whether and what the model must call: `"auto"` (default) lets it decide, `"required"` any tool, `"none"` no tool, a
   * name that tool. What must be called holds for the first request of a turn only, then the model decides.
   */
  readonly choice?: "auto" | "required" | "none" | (string & {}) | { readonly name: string } | undefined;
  /** `false`: one call at a time. Default: as the model likes. */
  readonly parallel?: boolean | undefined;
  /** How many calls of one answer run at the same time. Default 8. */
  readonly concurrency?: number | undefined;
  /** How often tools may be called before the turn fails with `ERR_TOOL_ROUNDS`. Default: the client's `maxToolCalls`. */
  readonly maxRounds?: number | undefined;
}

/** A tool that a chat may run. */
export interface RegisteredTool {
  readonly schema: Schema | undefined;
  /** Absent when the caller runs it. `args` must fit the schema. */
  readonly run: ((args: unknown, context: ToolContext) => unknown) | undefined;
}

/** A tool whose schema is still as it was given. */
export type ToolDraft = SystemTool | (Omit<FunctionTool, "inputSchema"> & { readonly schema: Schema | undefined });

/** The tools of a chat. Immutable. */
export interface Toolbox {
  readonly drafts: readonly ToolDraft[];
  /** What the model is told of them, as soon as it was made. */
  readonly made: { definitions?: readonly ToolDefinition[] };
  readonly byName: ReadonlyMap<string, RegisteredTool>;
  readonly choice?: ToolChoice | undefined;
  readonly parallel?: boolean | undefined;
  readonly concurrency?: number | undefined;
  readonly maxRounds?: number | undefined;
}

/**
 * A toolbox with more tools in it, and options over those it had.
 *
 * @throws {InputError} `ERR_INPUT` when a tool or an option is none, a schema has another library's name, a name is there
 *   twice, or the choice is no tool
 */
export function addTools(
  box: Toolbox | undefined,
  tools: readonly (ToolSpec | SystemTool)[],
  options: ToolOptions,
): Toolbox {
  checkValue(tools, [Array.isArray, "a list of tools, or null"], "tools", InputError);
  const drafts = [...(box?.drafts ?? [])];
  const byName = new Map(box?.byName);
  tools.forEach((tool, index) => {
    const draft = readTool(tool, index);
    const name = "systemTool" in draft ? draft.systemTool : draft.name;
    if (byName.has(name)) throw new InputError(`Two tools are called ${name}: give each a name of its own.`);
    drafts.push(draft);
    byName.set(name, registerTool(tool, "schema" in draft ? draft.schema : undefined));
  });
  checkRules(options, OPTION_RULES, "withTools(): ", InputError);
  const { choice, ...rest } = compact(options);
  return {
    ...box,
    ...rest,
    ...(choice !== undefined && { choice: readChoice(choice, byName) }),
    drafts: Object.freeze(drafts),
    made: {},
    byName,
  };
}

function registerTool(tool: ToolSpec | SystemTool, schema: Schema | undefined): RegisteredTool {
  if ("systemTool" in tool) return { schema: undefined, run: undefined };
  // The arguments were checked against the tool's own schema: that is what their type says.
  const run = (args: unknown, context: ToolContext): unknown => tool.execute?.(args as never, context);
  return { schema, run: tool.execute && run };
}

function readTool(tool: ToolSpec | SystemTool, index: number): ToolDraft {
  const where = `tools[${index}]`;
  const check = (value: unknown, rule: Rule, member: string): unknown =>
    checkValue(value, rule, where + member, InputError);
  check(tool, [isObject, "a Tool (new MyTool(), not the class) or an object"], "");
  if ("systemTool" in tool) {
    check(tool.systemTool, [/^[a-zA-Z0-9_-]{1,64}$/, 'a name like "nova_grounding"'], ".systemTool");
    return freezeCopy(tool);
  }
  const { name, description, schema, strict, cache_control } = tool;
  check(name, [/\S/, "the tool a name"], ".name");
  const misnamed = schema === undefined && MISNAMED_SCHEMAS.find((each) => each in tool);
  if (misnamed) {
    throw new InputError(`${where} has ${misnamed}, which is called schema here: give it as schema.`);
  }
  if (tool.execute !== undefined && typeof tool.execute !== "function") {
    throw new InputError(
      `${where}.execute is ${typeof tool.execute}: give a function, or leave it out to run calls yourself.`,
    );
  }
  const kept = schema === undefined ? undefined : keepSchema(schema, `${where}.schema`);
  return { schema: kept, ...freezeCopy({ name, ...compact({ description, strict, cache_control }) }) };
}

/** What other libraries call a tool's schema. Left unread, the tool would be one without arguments. */
const MISNAMED_SCHEMAS = ["parameters", "inputSchema", "input_schema"];

const OPTION_RULES: Rules<keyof ToolOptions> = {
  choice: undefined,
  parallel: [isBoolean, "true or false"],
  concurrency: [(count) => isWhole(count, 1), "a whole number of at least 1"],
  maxRounds: [(count) => isWhole(count, 0), "a whole number of at least 0"],
};

function readChoice(choice: unknown, byName: ReadonlyMap<string, unknown>): ToolChoice {
  if (choice === "auto" || choice === "required" || choice === "none") return choice;
  const name: unknown = typeof choice === "object" && choice !== null && "name" in choice ? choice.name : choice;
  if (typeof name === "string" && byName.has(name)) return Object.freeze({ name });
  const known = ["auto", "required", "none", ...byName.keys()].join(", ");
  throw new InputError(`choice is ${JSON.stringify(choice)}: give one of ${known}.`);
}
