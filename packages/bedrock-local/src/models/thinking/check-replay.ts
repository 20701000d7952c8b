/**
 * Checks thinking that comes back to Claude: it must be as it was sent, and it must come back while tools are at work.
 *
 * Specification: https://docs.claude.com/en/docs/build-with-claude/extended-thinking
 */
import { createModelRefusal } from "../../validations/refusal.ts";
import type { ContentBlock, ConverseRequest, Message } from "../../wire.ts";
import type { Model } from "../families.ts";
import { isValidRedacted, type Signer } from "./signatures.ts";
import { isThinkingEnabled } from "./thinking.ts";

/**
 * Checks every block of thinking in the conversation, and the turn that is not over yet.
 *
 * @throws AwsError `ValidationException` when a text or signature was changed or made elsewhere, or when thinking that
 * belongs to a call of a tool is missing.
 */
export function checkReplay(request: ConverseRequest, model: Model, signer: Signer): void {
  if (model.family !== "claude") return;
  const messages = request.messages ?? [];
  for (const [index, { content }] of messages.entries()) {
    for (const [position, block] of content.entries())
      checkBlock(block, `messages.${index}.content.${position}`, signer);
  }
  if (isThinkingEnabled(request)) checkStart(messages);
}

function checkBlock(block: ContentBlock, path: string, signer: Signer): void {
  if (!("reasoningContent" in block)) return;
  const reasoning = block.reasoningContent;
  if ("redactedContent" in reasoning) {
    if (isValidRedacted(signer, reasoning.redactedContent)) return;
    throw createModelRefusal(`${path}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  const { text, signature = "" } = reasoning.reasoningText;
  if (signer.isValid("clear", text, signature)) return;
  throw createModelRefusal(`${path}: Invalid \`signature\` in \`thinking\` block`);
}

/** While calls are being answered, the assistant's first message since the question must begin with its thinking. */
function checkStart(messages: readonly Message[]): void {
  const last = messages.at(-1);
  if (last === undefined || !isResultTurn(last)) return;
  const asking = messages.findLastIndex((message) => message.role === "user" && !isResultTurn(message));
  const index = messages.findIndex((message, position) => position > asking && message.role === "assistant");
  const first = messages[index]?.content.find((block) => !("cachePoint" in block));
  if (first === undefined || "reasoningContent" in first) return;
  const found = "toolUse" in first ? "tool_use" : "text";
  throw createModelRefusal(
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. ` +
      "When `thinking` is enabled, a final `assistant` message must start with a thinking block " +
      "(preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks " +
      "from previous turns. To avoid this requirement, disable `thinking`.",
  );
}

function isResultTurn({ role, content }: Message): boolean {
  return role === "user" && content.every((block) => "toolResult" in block || "cachePoint" in block);
}
