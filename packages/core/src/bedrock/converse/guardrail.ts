import { InputError } from "../../errors.ts";
import type { GuardrailConfig } from "../../provider.ts";
import { compact, isObject, numberOf, objectOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { GuardrailFinding, GuardrailOutcome } from "../../types/response.ts";
import type { BedrockOptions } from "../config.ts";
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
  const { bedrockGuardrailIdentifier: clientId, bedrockGuardrailVersion, bedrockGuardrailTrace } = client;
  if (config === undefined && clientId === undefined) return request;
  const { guardrailIdentifier = clientId, latestTurnOnly, streamProcessingMode, trace } = config ?? {};
  // A version belongs to its guardrail: the client's says nothing of another one.
  const clientVersion = guardrailIdentifier === clientId ? bedrockGuardrailVersion : undefined;
  const guardrailVersion = config?.guardrailVersion ?? clientVersion;
  if (guardrailIdentifier === undefined || guardrailVersion === undefined) {
    const missing = guardrailIdentifier === undefined ? "guardrailIdentifier" : "guardrailVersion";
    throw new InputError(
      `guardrailConfig has no ${missing}: give guardrailIdentifier and guardrailVersion, ` +
        "or bedrockGuardrailIdentifier and bedrockGuardrailVersion to createLLM().",
    );
  }
  const guardrailConfig = compact({
    guardrailIdentifier,
    guardrailVersion,
    trace: trace ?? bedrockGuardrailTrace,
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

/** Where an assessment lists what each policy found, and the member that names it. */
const LISTS: readonly (readonly [policy: GuardrailFinding["policy"], list: string, name: string])[] = [
  ["topic", "topics", "name"],
  ["content", "filters", "type"],
  ["word", "customWords", "match"],
  ["word", "managedWordLists", "type"],
  ["sensitiveInformation", "piiEntities", "type"],
  ["sensitiveInformation", "regexes", "name"],
  ["contextualGrounding", "filters", "type"],
];

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
  return assessments.flatMap((assessment) => parseAssessment(assessment, where));
}

function parseAssessment(assessment: JsonObject, where: GuardrailFinding["where"]): GuardrailFinding[] {
  const findings = LISTS.flatMap(([policy, list, name]): GuardrailFinding[] =>
    objectsOf(objectOf(assessment[`${policy}Policy`])?.[list])
      .filter(isFound)
      .map((raw) => ({
        policy,
        where,
        action: stringOf(raw["action"]) ?? "NONE",
        name: stringOf(raw[name]) ?? stringOf(raw["regex"]) ?? "",
        raw,
      })),
  );
  // These name their kind by their only member, and have no action: they only tell.
  const reasoned = objectsOf(objectOf(assessment["automatedReasoningPolicy"])?.["findings"]);
  for (const raw of reasoned) {
    const [name = ""] = Object.keys(raw);
    findings.push({ policy: "automatedReasoning", where, action: "NONE", name, raw });
  }
  return findings;
}

/** A full trace lists what was looked for in vain, too; grounding scores are always listed. */
function isFound({ detected, action, score, threshold }: JsonObject): boolean {
  if (typeof detected === "boolean") return detected;
  const isScore = numberOf(score) !== undefined && numberOf(threshold) !== undefined;
  return !isScore || action !== "NONE" || Number(score) < Number(threshold);
}
