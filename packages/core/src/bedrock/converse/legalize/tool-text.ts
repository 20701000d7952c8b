import { objectOf, objectsOf, stringOf } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage } from "../wire.ts";
import { isToolBlock, mapContent, toText } from "./blocks.ts";
import { isToolName } from "./tool-specs.ts";
import { legalizeResult, tellResult } from "./tool-values.ts";

/** Tells in words what tools did in a history that goes to a model which cannot call them: any tools, or Nova's own. */
export function tellTools(messages: readonly WireMessage[], traits: ModelTraits, warn: Warn): readonly WireMessage[] {
  const { tools, family } = traits;
  const hasNova = family === "nova" || family === "unknown";
  const isTold = (block: WireBlock): boolean =>
    tools === "nowhere" ? isToolBlock(block) : isMisnamed(block, traits) || (!hasNova && isNovaBlock(block));
  return mapContent(messages, ({ content }, index) => {
    if (!content.some(isTold)) return content;
    warn(
      "tools_as_text",
      `Tool calls and results in messages[${index}] are told as text: this model cannot call the tools.`,
    );
    return content.flatMap((block) => (isTold(block) ? tell(block) : [block]));
  });
}

/** Tools that Bedrock runs itself cannot be given another name, as `legalize` does with others. */
function isMisnamed({ toolUse }: WireBlock, traits: ModelTraits): boolean {
  const use = objectOf(toolUse);
  return use?.["type"] === "server_tool_use" && !isToolName(stringOf(use["name"]) ?? "", traits);
}

/** Nova's tools that Bedrock runs, like `nova_code_interpreter`, have its name in the call and in the result. */
function isNovaBlock({ toolUse, toolResult }: WireBlock): boolean {
  const use = objectOf(toolUse);
  const name = use?.["type"] === "server_tool_use" ? use["name"] : objectOf(toolResult)?.["type"];
  return stringOf(name)?.startsWith("nova_") ?? false;
}

function tell({ toolUse, toolResult }: WireBlock): WireBlock[] {
  const use = objectOf(toolUse);
  if (use) return [{ text: `(Called the tool ${stringOf(use["name"]) ?? ""} with ${toText(use["input"])}.)` }];
  return [
    { text: "(The result of the tool:)" },
    ...tellResult(legalizeResult(objectsOf(objectOf(toolResult)?.["content"]))),
  ];
}
