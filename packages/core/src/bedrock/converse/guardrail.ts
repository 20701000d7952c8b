import type { GuardrailConfig } from "../../provider.ts";
import { compact, isObject, objectOf, objectsOf, type JsonObject } from "../../types/json.ts";
import type { GuardrailFinding, GuardrailOutcome } from "../../types/response.ts";
import type { BedrockOptions } from "../config.ts";
import { resolveGuardrail } from "../guardrail-choice.ts";
import { isFound, listEntries } from "../guardrail-entries.ts";
import type { Warn, WireBlock, WireMessage, WireRequest } from "./wire.ts";

/**
 * Sets the guardrail, the chat's over the client's, and what of the conversation it looks at.
 *
 * @throws {InputError} `ERR_INPUT` when identifier or version is missing
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html
 */
export function applyGuardrail(
  request: WireRequest,
  config: GuardrailConfig | undefined,
  client: BedrockOptions,
  isStreaming: boolean,
  warn: Warn,
): WireRequest {
  if (config === undefined && client.bedrockGuardrailIdentifier === undefined) return request;
  const { latestTurnOnly, streamProcessingMode } = config ?? {};
  const guardrailConfig = compact({
    ...resolveGuardrail(config ?? {}, client, "guardrailConfig"),
    // The mode exists only for streams; Converse itself refuses it.
    streamProcessingMode: isStreaming ? streamProcessingMode : undefined,
  });
  const messages = latestTurnOnly ? guardLatestTurn(request.messages, warn) : request.messages;
  return { ...request, messages, guardrailConfig };
}

/** Marks what the user said last. Where anything is marked, the guardrail looks at nothing else. */
function guardLatestTurn(messages: readonly WireMessage[], warn: Warn): readonly WireMessage[] {
  // Behind the question there may be tool results; before its last message, others of the same turn.
  const isQuestion = ({ role, content }: WireMessage): boolean =>
    role === "user" && content.some((block) => block["guardContent"] !== undefined || guard(block) !== block);
  const last = messages.findLastIndex(isQuestion);
  if (last < 0) {
    warn(
      "guardrail_whole_conversation",
      "The guardrail looks at the whole conversation: the last turn has neither text nor PNG or JPEG images to mark.",
    );
    return messages;
  }
  const before = messages.findLastIndex(({ role }, index) => index < last && role === "assistant");
  return messages.map((message, index) => {
    const { role, content } = message;
    const isMarked = content.some((block) => block["guardContent"] !== undefined);
    if (index <= before || index > last || role !== "user" || isMarked) return message;
    return { ...message, content: content.map(guard) };
  });
}

/** The block for the guardrail to look at; itself where it cannot. */
function guard(block: WireBlock): WireBlock {
  const { text, image } = block;
  if (typeof text === "string") return text.trim() === "" ? block : { guardContent: { text: { text } } };
  if (!isObject(image) || !isObject(image["source"]) || image["source"]["bytes"] === undefined) return block;
  const { format, source } = image;
  return format === "png" || format === "jpeg" ? { guardContent: { image: { format, source } } } : block;
}

/**
 * What the guardrail did; `undefined` when the answer tells of none. Whether it intervened is told by the stop reason
 * alone: a finding may be one that it was set to only detect.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailTraceAssessment.html
 */
export function parseGuardrail(trace: JsonObject | undefined, finishReason: string): GuardrailOutcome | undefined {
  const intervened = finishReason === "guardrail_intervened";
  const guardrail = objectOf(trace?.["guardrail"]);
  if (!guardrail) return intervened ? { intervened, findings: [] } : undefined;
  const { inputAssessment, outputAssessments } = guardrail;
  return {
    intervened,
    findings: [...parseAssessments(inputAssessment, "input"), ...parseAssessments(outputAssessments, "output")],
  };
}

/** Of each guardrail one assessment, or a list of them. */
function parseAssessments(value: unknown, where: GuardrailFinding["where"]): GuardrailFinding[] {
  const assessments = Object.values(objectOf(value) ?? {}).flatMap((one) => (isObject(one) ? [one] : objectsOf(one)));
  return assessments.flatMap((assessment) => listEntries(assessment, where).filter(isFound));
}
