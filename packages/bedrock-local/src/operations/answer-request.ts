import { answerConverse } from "../models/answer.ts";
import { resolveModel } from "../models/families.ts";
import { checkReplay } from "../models/thinking/check-replay.ts";
import { createSigner } from "../models/thinking/signatures.ts";
import { validateConverse } from "../validations/converse.ts";
import type { ConverseRequest } from "../wire.ts";
import type { OperationContext } from "./operation.ts";
import { answerWithPolicies, type PolicedAnswer, type PolicyContext } from "./policies.ts";

/** A request that was found good, and what there is to say to it. */
export interface AnsweredRequest {
  readonly request: ConverseRequest;
  readonly answer: PolicedAnswer;
}

/** What of an operation's context is needed. */
export type AnswerContext = PolicyContext & Pick<OperationContext, "body" | "random" | "seed">;

/**
 * Validates the body of Converse or ConverseStream, thinking that comes back included, and lets the built-in model answer.
 *
 * @throws AwsError as `validateConverse` and `answerWithPolicies` do.
 */
export function answerRequest(context: AnswerContext, isStreaming: boolean): AnsweredRequest {
  const { modelId, body, random, seed } = context;
  const request = validateConverse({ modelId, body, streaming: isStreaming });
  const model = resolveModel(modelId);
  if (model !== undefined) checkReplay(request, model, createSigner(seed));
  const answer = answerWithPolicies(context, request, (seen) =>
    answerConverse(seen, modelId, { random, seed, isStreaming }),
  );
  return { request, answer };
}
