import { checkValue } from "../../checks.ts";
import { ConfigurationError, InputError } from "../../errors.ts";
import type { ModerateRequest, ModerateResult } from "../../requests/moderate.ts";
import { compact } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { GUARDRAIL_RULES } from "../config.ts";
import { resolveGuardrail } from "../guardrail-choice.ts";
import { callJson } from "../json-call.ts";
import { parseApplied, renderContent } from "./apply-guardrail.ts";
import { invokeChecks } from "./guardrail-checks.ts";

/**
 * Assesses one item: with checks where they are given, else with the guardrail of the call or the client's.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when there are neither checks nor a guardrail
 * @throws {InputError} `ERR_INPUT` when the guardrail has no identifier or version, or one that is wrong
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
 */
export async function moderate(client: BedrockClient, request: ModerateRequest): Promise<ModerateResult> {
  const { source, guardrail, checks, outputScope, options } = request;
  if (checks) return invokeChecks(client, request, checks);
  const isClients = client.bedrock.bedrockGuardrailIdentifier !== undefined;
  const chosen = resolveGuardrail(guardrail ? compact(guardrail) : isClients ? {} : undefined, client.bedrock);
  if (!chosen) {
    throw new ConfigurationError(
      "moderate() has no guardrail: give bedrockGuardrailIdentifier and bedrockGuardrailVersion to createLLM() or " +
        'guardrail to moderate(), or checks, like "all", to do without one.',
    );
  }
  const { guardrailIdentifier, guardrailVersion } = chosen;
  checkRule("Identifier", guardrailIdentifier);
  checkRule("Version", guardrailVersion);
  const call = {
    operation: "ApplyGuardrail",
    path: `/guardrail/${encodeURIComponent(guardrailIdentifier)}/version/${encodeURIComponent(guardrailVersion)}/apply`,
    // The guardrail is where its ARN says.
    region: guardrailIdentifier.startsWith("arn:") ? guardrailIdentifier.split(":")[3] : undefined,
    body: compact({
      source: source.toUpperCase(),
      content: renderContent(request),
      outputScope: outputScope?.toUpperCase(),
    }),
    options,
  };
  const answer = await callJson(client, call, (json) => typeof json["action"] === "string");
  return { ...parseApplied(answer.json, source), ...compact({ requestId: answer.requestId }) };
}

function checkRule(name: keyof typeof GUARDRAIL_RULES, value: string): void {
  checkValue(value, GUARDRAIL_RULES[name], `guardrail${name}`, InputError);
}
