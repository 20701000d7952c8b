import { type AssessOptions, assess, type GuardrailResult } from "../guardrails/assess.ts";
import type { Guardrail } from "../guardrails/guardrail.ts";
import {
  assessOutput,
  createBlockedAnswer,
  cutAnswer,
  listAnswerTexts,
  listInput,
  maskAnswer,
  maskRequest,
} from "../guardrails/converse.ts";
import type { Answer } from "../models/answer.ts";
import { resolveModel } from "../models/families.ts";
import type { ConverseRequest, ConverseTrace } from "../wire.ts";
import type { OperationContext } from "./operation.ts";

/** An answer after cache and guardrail, and what the guardrail tells of its work. */
export interface PolicedAnswer extends Answer {
  readonly trace?: ConverseTrace;
}

/** Lets a model answer a request. */
export type Answering = (request: ConverseRequest) => Answer;

/** What of an operation's context is needed. */
export type PolicyContext = Pick<OperationContext, "modelId" | "principal" | "region" | "cache" | "guardrails" | "now">;

/**
 * Lets a model answer within the guardrail that the request names, and counts what its prompt cache saves.
 *
 * A blocked request never reaches the model. A blocked answer is replaced by the guardrail's message; in an asynchronous
 * stream it is cut where the guardrail noticed, and nothing is hidden, as AWS documents.
 *
 * @throws AwsError `ValidationException` when there is no such guardrail.
 */
export function answerWithPolicies(context: PolicyContext, request: ConverseRequest, answer: Answering): PolicedAnswer {
  const { guardrailIdentifier, guardrailVersion, trace = "disabled" } = request.guardrailConfig ?? {};
  if (!guardrailIdentifier || !guardrailVersion) return answerCached(context, request, answer);
  const guardrail = context.guardrails.find(guardrailIdentifier, guardrailVersion, context.region);
  const options: AssessOptions = { scope: trace === "enabled_full" ? "FULL" : "INTERVENTIONS", now: context.now };

  const input = assess(guardrail, "INPUT", listInput(request), options);
  const guarded = input.isBlocked
    ? { answer: createRefusedAnswer(guardrail) }
    : guardOutput(guardrail, maskRequest(guardrail, request), options, (masked) =>
        answerCached(context, masked, answer),
      );
  const wasMasked = input.action === "GUARDRAIL_INTERVENED" && !input.isBlocked;
  const final: Answer = wasMasked ? { ...guarded.answer, stopReason: "guardrail_intervened" } : guarded.answer;
  return trace === "disabled" ? final : { ...final, trace: renderTrace(guardrail, input, guarded.output) };
}

function answerCached(
  { modelId, principal, cache }: PolicyContext,
  request: ConverseRequest,
  answer: Answering,
): Answer {
  const given = answer(request);
  const model = resolveModel(modelId);
  return model === undefined ? given : { ...given, usage: cache.use(request, model, principal, given.usage) };
}

/** The model has not read a blocked request, so nothing is charged for it. */
function createRefusedAnswer({ blockedInputMessaging: text }: Guardrail): Answer {
  return {
    message: { role: "assistant", content: [{ text }] },
    pieces: [[text]],
    stopReason: "guardrail_intervened",
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  };
}

interface OutputOutcome {
  readonly result: GuardrailResult;
  readonly modelOutput: string[];
}

interface GuardedAnswer {
  readonly answer: Answer;
  /** `undefined` when there was no text to look at. */
  readonly output?: OutputOutcome;
}

function guardOutput(
  guardrail: Guardrail,
  request: ConverseRequest,
  options: AssessOptions,
  answer: Answering,
): GuardedAnswer {
  const given = answer(request);
  const modelOutput = listAnswerTexts(given);
  if (modelOutput.length === 0) return { answer: given };
  const isAsync = request.guardrailConfig?.streamProcessingMode === "async";
  const result = assessOutput(guardrail, request, modelOutput, options);
  const output: OutputOutcome = { result, modelOutput };
  if (result.isBlocked) {
    const message = guardrail.blockedOutputsMessaging;
    const blocked = isAsync
      ? cutAnswer(guardrail, request, given, message, options)
      : createBlockedAnswer(given, message);
    return { answer: blocked, output };
  }
  if (result.action === "NONE" || isAsync) return { answer: given, output };
  return { answer: maskAnswer(guardrail, given), output };
}

function renderTrace(guardrail: Guardrail, input: GuardrailResult, output: OutputOutcome | undefined): ConverseTrace {
  const [inputAssessment = {}] = input.assessments;
  const worst = output !== undefined && output.result.action !== "NONE" ? output.result : input;
  return {
    guardrail: {
      actionReason: worst.actionReason,
      inputAssessment: { [guardrail.id]: inputAssessment },
      ...(output === undefined
        ? {}
        : { modelOutput: output.modelOutput, outputAssessments: { [guardrail.id]: output.result.assessments } }),
    },
  };
}
