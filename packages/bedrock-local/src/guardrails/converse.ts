/**
 * What a guardrail looks at in a conversation, and what it makes of an answer.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html
 */
import type { Answer } from "../models/answer.ts";
import { splitTokens } from "../models/tokens.ts";
import type { ContentBlock, ConverseRequest, GuardContentBlock, Message } from "../wire.ts";
import { assess, type AssessOptions, type GuardrailResult } from "./assess.ts";
import type { Guardrail } from "./guardrail.ts";
import { maskText } from "./policies.ts";

/**
 * What of a request is looked at: in the messages, the blocks marked as `guardContent`, or all text when none is; in
 * the system prompt, marked blocks only. Tool calls, tool results and documents are never looked at.
 */
export function listInput({ messages = [], system = [] }: ConverseRequest): GuardContentBlock[] {
  const blocks = messages.flatMap(({ content }) => content);
  const marked = [...system, ...blocks].flatMap((block) => ("guardContent" in block ? [block.guardContent] : []));
  if (isMarked(messages)) return marked;
  return [...marked, ...blocks.flatMap((block) => ("text" in block ? [{ text: { text: block.text } }] : []))];
}

function isMarked(messages: readonly Message[]): boolean {
  return messages.some(({ content }) => content.some((block) => "guardContent" in block));
}

/** The request as the model gets it: what the guardrail hides is hidden in all that it looks at. */
export function maskRequest(guardrail: Guardrail, request: ConverseRequest): ConverseRequest {
  const { messages = [] } = request;
  const masksText = !isMarked(messages);
  const mask = (block: ContentBlock): ContentBlock => {
    if ("text" in block) return masksText ? { text: maskText(guardrail, block.text) } : block;
    if (!("guardContent" in block) || !("text" in block.guardContent)) return block;
    const { text, qualifiers = [] } = block.guardContent.text;
    if (qualifiers.length > 0 && !qualifiers.includes("guard_content")) return block;
    return { guardContent: { text: { ...block.guardContent.text, text: maskText(guardrail, text) } } };
  };
  return { ...request, messages: messages.map((message) => ({ ...message, content: message.content.map(mask) })) };
}

/** What of an answer is looked at, beside the source and the question that it is measured by. */
function listOutput(request: ConverseRequest, texts: readonly string[]): GuardContentBlock[] {
  const measures = listInput(request).filter(
    (content) =>
      "text" in content &&
      (content.text.qualifiers ?? []).some((qualifier) => qualifier === "grounding_source" || qualifier === "query"),
  );
  const asMeasures = measures.map((content): GuardContentBlock => {
    if (!("text" in content)) return content;
    const { text, qualifiers = [] } = content.text;
    return { text: { text, qualifiers: qualifiers.filter((qualifier) => qualifier !== "guard_content") } };
  });
  return [...asMeasures, ...texts.map((text) => ({ text: { text } }))];
}

/** The texts of an answer that a guardrail looks at. */
export function listAnswerTexts({ message }: Answer): string[] {
  return message.content.flatMap((block) => {
    if ("text" in block) return [block.text];
    return "citationsContent" in block ? (block.citationsContent.content ?? []).map(({ text }) => text) : [];
  });
}

/** An answer that consists of a guardrail's message. */
export function createBlockedAnswer(answer: Answer, text: string): Answer {
  return {
    usage: answer.usage,
    message: { role: "assistant", content: [{ text }] },
    pieces: [[text]],
    stopReason: "guardrail_intervened",
  };
}

/** An answer in which is hidden what the guardrail hides. */
export function maskAnswer(guardrail: Guardrail, answer: Answer): Answer {
  const content = answer.message.content.map((block): ContentBlock => {
    if ("text" in block) return { text: maskText(guardrail, block.text) };
    if (!("citationsContent" in block)) return block;
    const texts = (block.citationsContent.content ?? []).map(({ text }) => ({ text: maskText(guardrail, text) }));
    return { citationsContent: { ...block.citationsContent, content: texts } };
  });
  return {
    ...answer,
    message: { role: "assistant", content },
    pieces: content.flatMap((block) => ("text" in block ? [splitTokens(block.text)] : [])),
    stopReason: "guardrail_intervened",
  };
}

/**
 * A blocked answer as an asynchronous stream shows it: what was said before the guardrail noticed, then its message.
 *
 * The answer is looked at piece by piece; the piece that makes it bad has already gone out.
 */
export function cutAnswer(
  guardrail: Guardrail,
  request: ConverseRequest,
  answer: Answer,
  message: string,
  options: AssessOptions,
): Answer {
  const pieces = answer.pieces.flat();
  const isBad = (count: number): boolean =>
    assessOutput(guardrail, request, [pieces.slice(0, count).join("")], options).isBlocked;
  let good = 0;
  let bad = pieces.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isBad(middle)) bad = middle;
    else good = middle;
  }
  const said = [...pieces.slice(0, bad), message];
  return { ...createBlockedAnswer(answer, said.join("")), pieces: [said] };
}

/** Looks at an answer's texts. */
export function assessOutput(
  guardrail: Guardrail,
  request: ConverseRequest,
  texts: readonly string[],
  options: AssessOptions,
): GuardrailResult {
  return assess(guardrail, "OUTPUT", listOutput(request, texts), options);
}
