/** Answers a text model's own body: reads it as a request of Converse, and lets the same model answer. */
import { AwsError } from "../../errors.ts";
import { answerRequest } from "../../operations/answer-request.ts";
import { MODEL_REFUSAL, createRefusal } from "../../validations/refusal.ts";
import type { ConverseTrace } from "../../wire.ts";
import type { InvokeContext, InvokeFamily } from "../invoke/family.ts";
import { findTextFamily, isTextModel } from "./families.ts";
import { type CachedTokens, dropUndefined, findCachedTokens, type TextFamily, type TextTurn } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A turn, and the family that renders it. */
export interface AnsweredTurn {
  readonly family: TextFamily;
  readonly turn: TextTurn;
}

/** Every text model, for InvokeModel. */
export const textModels: InvokeFamily = {
  matches: isTextModel,
  invoke(context, body, id) {
    const { family, turn } = answerText(context, body, id, false);
    const { usage } = turn.answer;
    return {
      body: { ...family.render(turn), ...renderGuardrail(turn) },
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      headers: renderCacheHeaders(findCachedTokens(family, usage)),
    };
  },
};

/**
 * Reads a body and answers it. `id` is bare. The guardrail comes in headers.
 *
 * @throws AwsError `ValidationException` when the body is refused, or the model is no text model.
 */
export function answerText(context: InvokeContext, body: Fields, id: string, isStreaming: boolean): AnsweredTurn {
  const family = findTextFamily(id, body);
  if (family === undefined) throw createRefusal("The model is unsupported for streaming.");
  const asked = { ...family.parse(body, id), ...readSettings(context.headers) };
  try {
    const { modelId, principal, region, cache, guardrails, now, random, seed } = context;
    const { request, answer } = answerRequest(
      { modelId, principal, region, cache, guardrails, now, random, seed, body: asked },
      isStreaming,
    );
    return { family, turn: { body, request, answer, id, random } };
  } catch (error) {
    throw renameRefusal(error);
  }
}

/** What Bedrock adds to the answer of a model that a guardrail stands before. */
export function renderGuardrail({ request, answer }: TextTurn): Fields {
  if (!request.guardrailConfig?.guardrailIdentifier) return {};
  const isIntervened = answer.stopReason === "guardrail_intervened";
  return {
    "amazon-bedrock-guardrailAction": isIntervened ? "INTERVENED" : "NONE",
    ...(answer.trace?.guardrail === undefined
      ? {}
      : { "amazon-bedrock-trace": { guardrail: renderTrace(answer.trace.guardrail) } }),
  };
}

/** InvokeModel's trace has the assessments by other names than Converse's. */
function renderTrace({
  modelOutput,
  inputAssessment,
  outputAssessments = {},
}: NonNullable<ConverseTrace["guardrail"]>): Fields {
  const outputs = Object.entries(outputAssessments).flatMap(([id, all]) =>
    all.map((assessment) => ({ [id]: assessment })),
  );
  return dropUndefined({ modelOutput, input: inputAssessment, outputs: outputs.length === 0 ? undefined : outputs });
}

function readSettings(headers: Readonly<Record<string, string>>): Fields {
  const guardrailIdentifier = headers["x-amzn-bedrock-guardrailidentifier"];
  const guardrailVersion = headers["x-amzn-bedrock-guardrailversion"];
  if (!guardrailIdentifier && !guardrailVersion) return {};
  const trace = headers["x-amzn-bedrock-trace"]?.toLowerCase();
  return { guardrailConfig: dropUndefined({ guardrailIdentifier, guardrailVersion, trace }) };
}

/** Through InvokeModel a model's refusal comes as it is, without Converse's words before it. */
function renameRefusal(error: unknown): unknown {
  if (!(error instanceof AwsError) || !error.message.startsWith(MODEL_REFUSAL)) return error;
  return new AwsError(error.name, error.message.slice(MODEL_REFUSAL.length));
}

function renderCacheHeaders(tokens: CachedTokens | undefined): Record<string, string> {
  if (tokens === undefined) return {};
  return {
    "x-amzn-bedrock-cache-read-input-token-count": String(tokens.read),
    "x-amzn-bedrock-cache-write-input-token-count": String(tokens.written),
  };
}
