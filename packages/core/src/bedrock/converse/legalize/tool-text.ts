import { objectOf, objectsOf, stringOf } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage } from "../wire.ts";
import { isToolBlock, mapContent, toText } from "./blocks.ts";
import { legalizeResult, tellResult } from "./tool-values.ts";

/** Tells in words what tools did in a history that goes to a model which cannot call them: any tools, or Nova's own. */
export function tellTools(messages: readonly WireMessage[], traits: ModelTraits, warn: Warn): readonly WireMessage[] {
  const { tools, family } = traits;
  const isAll = tools === "nowhere";
  if (!isAll && (family === "nova" || family === "unknown")) return messages;
  return mapContent(messages, ({ content }, index) => {
    const isTold = isAll ? isToolBlock : isNovaBlock;
    if (!content.some(isTold)) return content;
    warn(
      "tools_as_text",
      `Tool calls and results in messages[${index}] are told as text: this model cannot call the tools.`,
    );
    return content.flatMap((block) => (isTold(block) ? tell(block) : [block]));
  });
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
