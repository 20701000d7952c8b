/**
 * Rules on the turns of a conversation: no empty content, no blank text, reasoning by the assistant only, changes of tools
 * by the system only, who speaks first, in which order and last.
 *
 * The texts were observed on the wire, except those of reasoning and changes of tools by another and the paths of blank
 * text in blocks for guardrails or with citations. Paths count from 0,
 * unlike those of broken constraints.
 */
import type { Model } from "../models/families.ts";
import { createFieldRefusal, createModelRefusal, createRefusal } from "./refusal.ts";
import type { ContentBlock, ConverseRequest, Message, ToolResultContent } from "../wire.ts";

/**
 * Checks the turns of a request.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkConversation(request: ConverseRequest, model: Model): void {
  const messages = request.messages ?? [];
  checkNotEmpty(messages);
  checkText(messages, model);
  checkReasoning(messages, model);
  checkToolChanges(messages);
  checkStart(messages, model);
  checkAlternation(messages);
  checkEnd(messages, request, model);
}

function checkNotEmpty(messages: readonly Message[]): void {
  const index = messages.findIndex(({ content }) => content.length === 0);
  if (index < 0) return;
  throw createRefusal(
    `The content field in the Message object at messages.${index} is empty. ` +
      "Add a ContentBlock object to the content field and try again.",
  );
}

interface PlacedText {
  readonly text: string;
  readonly path: string;
}

/**
 * An empty text is refused anywhere. A text of white space only is refused when it stands alone: a recorded answer shows
 * that `"\n"` beside another text passes.
 */
function checkText(messages: readonly Message[], model: Model): void {
  for (const [index, { content }] of messages.entries()) {
    const path = `messages.${index}.content`;
    checkSiblingTexts(placeTexts(content, path), (text) => createBlankRefusal(text));
    for (const [position, block] of content.entries()) {
      if (!("toolResult" in block)) continue;
      const texts = placeTexts(block.toolResult.content, `${path}.${position}.toolResult.content`);
      checkSiblingTexts(texts, (text) => createBlankResultRefusal(text, model));
    }
  }
}

function placeTexts(content: readonly (ContentBlock | ToolResultContent)[], path: string): PlacedText[] {
  return content.flatMap((block, index): PlacedText[] => {
    const place = `${path}.${index}`;
    if ("text" in block) return [{ text: block.text, path: place }];
    if ("guardContent" in block && "text" in block.guardContent) {
      return [{ text: block.guardContent.text.text, path: `${place}.guardContent.text` }];
    }
    if (!("citationsContent" in block)) return [];
    const pieces = block.citationsContent.content ?? [];
    return [{ text: pieces.map(({ text }) => text).join(""), path: `${place}.citationsContent.content` }];
  });
}

function checkSiblingTexts(texts: readonly PlacedText[], createError: (text: PlacedText) => Error): void {
  const hasWords = texts.some(({ text }) => text.trim() !== "");
  const blank = texts.find(({ text }) => text === "" || (!hasWords && text.trim() === ""));
  if (blank !== undefined) throw createError(blank);
}

function createBlankRefusal({ path }: PlacedText): Error {
  return createRefusal(
    `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`,
  );
}

/** Inside tool results it is Claude that refuses; for other models Bedrock's own sentence stands. */
function createBlankResultRefusal(text: PlacedText, model: Model): Error {
  if (model.family !== "claude") return createBlankRefusal(text);
  return createModelRefusal(
    text.text === ""
      ? "messages: text content blocks must be non-empty"
      : "messages: text content blocks must contain non-whitespace text",
  );
}

/** Reasoning is the assistant's. Nova takes none back, Claude its own only as signed; most others know no signatures. */
function checkReasoning(messages: readonly Message[], model: Model): void {
  for (const [index, { role, content }] of messages.entries()) {
    for (const [position, block] of content.entries()) {
      if (!("reasoningContent" in block)) continue;
      if (model.family === "nova") {
        throw createRefusal(
          "User messages cannot contain reasoning content. Please remove the reasoning content and try again.",
        );
      }
      if (role !== "assistant") {
        throw createModelRefusal(`messages.${index}: \`thinking\` blocks can only be in \`assistant\` messages`);
      }
      const reasoning = block.reasoningContent;
      const isSigned = "reasoningText" in reasoning && reasoning.reasoningText.signature !== undefined;
      if (isSigned && !model.signedReasoning) throw createFieldRefusal("reasoningContent.reasoningText.signature");
      if (model.family === "claude" && "reasoningText" in reasoning && !reasoning.reasoningText.signature) {
        throw createModelRefusal(`messages.${index}.content.${position}.thinking.signature: Field required`);
      }
    }
  }
}

function checkToolChanges(messages: readonly Message[]): void {
  for (const [index, { role, content }] of messages.entries()) {
    const change = content.find((block) => "toolAddition" in block || "toolRemoval" in block);
    if (change === undefined || role === "system") continue;
    const kind = "toolAddition" in change ? "toolAddition" : "toolRemoval";
    throw createRefusal(
      `The ${kind} block at messages.${index}.content is only allowed in a message of the system role.`,
    );
  }
}

function checkStart(messages: readonly Message[], model: Model): void {
  const first = messages[0];
  const good = first?.role === "user" || (first?.role === "assistant" && !model.startsWithUser);
  if (good) return;
  throw createRefusal(
    "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
  );
}

/** Some reports say that Bedrock merges same-role turns for some models; none names one, so it is refused for all. */
function checkAlternation(messages: readonly Message[]): void {
  const roles = messages.map(({ role }) => role).filter((role) => role !== "system");
  if (!roles.some((role, index) => role === roles[index - 1])) return;
  throw createRefusal(
    "A conversation must alternate between user and assistant roles. " +
      "Make sure the conversation alternates between user and assistant roles and try again.",
  );
}

function checkEnd(messages: readonly Message[], request: ConverseRequest, model: Model): void {
  const last = messages.at(-1);
  if (last?.role !== "assistant") return;
  if (model.continuesAssistant) {
    if (model.family === "claude") checkPrefill(last, request);
    return;
  }
  if (model.family === "claude") {
    throw createModelRefusal(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  throw createRefusal(
    "A conversation must end with a user message. Try again with a conversation that ends with a user message.",
  );
}

/** An answer that Claude continues is text that ends in a word, and no tool may be in play. */
function checkPrefill({ content }: Message, { toolConfig }: ConverseRequest): void {
  if (toolConfig !== undefined) {
    throw createModelRefusal(
      "Your API request included an `assistant` message in the final position, which would pre-fill the `assistant` " +
        "response. When using tools, pre-filling the `assistant` response is not supported.",
    );
  }
  const end = content.at(-1);
  if (end !== undefined && "text" in end && /\s$/.test(end.text)) {
    throw createModelRefusal("messages: final assistant content cannot end with trailing whitespace");
  }
}
