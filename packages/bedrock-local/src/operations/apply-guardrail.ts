import { assess, type GuardrailResult } from "../guardrails/assess.ts";
import type { GuardrailAssessment, GuardrailCoverage } from "../guardrails/assessment.ts";
import { validateApplyGuardrail } from "../validations/guardrails.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * ApplyGuardrail: looks at texts and images through a guardrail, without a model.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
 */
export async function applyGuardrail(context: OperationContext): Promise<void> {
  const { labels, body, guardrails, region, now } = context;
  const { guardrailIdentifier: identifier = "", guardrailVersion: version = "" } = labels;
  const request = validateApplyGuardrail({ identifier, version, body, takesAnyId: guardrails.isSample });
  const guardrail = guardrails.find(identifier, version, region);
  const scope = request.outputScope ?? "INTERVENTIONS";
  respondJson(context, renderResponse(assess(guardrail, request.source, request.content, { scope, now })));
}

/** Besides what is documented, the wire has `output` and `blockedResponse`, and `null` for all that is absent. */
function renderResponse({ outputs, isBlocked, ...result }: GuardrailResult): unknown {
  return {
    action: result.action,
    actionReason: result.actionReason,
    assessments: result.assessments.map(renderAssessment),
    blockedResponse: isBlocked ? (outputs[0]?.text ?? null) : null,
    guardrailCoverage: renderCoverage(result.guardrailCoverage),
    output: outputs,
    outputs,
    usage: result.usage,
  };
}

function renderAssessment({ invocationMetrics, ...assessment }: GuardrailAssessment): unknown {
  const { wordPolicy, sensitiveInformationPolicy } = assessment;
  return {
    automatedReasoningPolicy: null,
    contentPolicy: null,
    contextualGroundingPolicy: null,
    topicPolicy: null,
    ...assessment,
    wordPolicy: renderLists(wordPolicy),
    sensitiveInformationPolicy: renderLists(sensitiveInformationPolicy),
    invocationMetrics: {
      ...invocationMetrics,
      guardrailCoverage: renderCoverage(invocationMetrics.guardrailCoverage),
    },
  };
}

function renderCoverage(coverage: GuardrailCoverage): unknown {
  return { images: null, ...coverage };
}

/** A policy of several lists, of which those without a member are `null`. */
function renderLists(policy: Readonly<Record<string, readonly unknown[]>> | undefined): unknown {
  if (policy === undefined) return null;
  return Object.fromEntries(Object.entries(policy).map(([name, list]) => [name, list.length > 0 ? list : null]));
}
