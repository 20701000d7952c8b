/**
 * Shapes of ApplyGuardrail and InvokeGuardrailChecks.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html and
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeGuardrailChecks.html
 */
import { PII_TYPES } from "../../guardrails/pii.ts";
import { blob, list, oneOf, string, structure, union } from "./builders.ts";
import type { StringShape, StructureShape } from "./types.ts";

const id = "([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+)";
const version = "([1-9][0-9]{0,7})|(DRAFT)";

/** The guardrail in the path of ApplyGuardrail, decoded. */
export const appliedIdentifier: StringShape = string({ min: 0, max: 2048, pattern: `(|${id})` });

/** The version in the path of ApplyGuardrail. */
export const appliedVersion: StringShape = string({ pattern: `(|${version})` });

/** The guardrail that an operation of the control plane names. */
export const guardrailIdentifier: StringShape = string({ min: 0, max: 2048, pattern: `(${id})` });

/** The version that an operation of the control plane names. */
export const guardrailVersion: StringShape = string({ pattern: `(${version})` });

/** The body of ApplyGuardrail. */
export const applyGuardrailRequest: StructureShape = structure("ApplyGuardrailRequest", {
  "source*": oneOf("INPUT", "OUTPUT"),
  "content*": list(
    union("GuardrailContentBlock", {
      text: structure("GuardrailTextBlock", {
        "text*": string(),
        qualifiers: list(oneOf("grounding_source", "query", "guard_content")),
      }),
      image: structure("GuardrailImageBlock", {
        "format*": oneOf("png", "jpeg"),
        "source*": union("GuardrailImageSource", { bytes: blob({ min: 1 }) }),
      }),
    }),
  ),
  outputScope: oneOf("INTERVENTIONS", "FULL"),
});

/** The body of InvokeGuardrailChecks. */
export const invokeGuardrailChecksRequest: StructureShape = structure("InvokeGuardrailChecksRequest", {
  "messages*": list(
    structure("GuardrailChecksMessage", {
      "role*": oneOf("user", "assistant", "system"),
      "content*": list(union("GuardrailChecksContentBlock", { text: string({ min: 1 }) }), { min: 1 }),
    }),
    { min: 1 },
  ),
  "checks*": structure("GuardrailChecksConfig", {
    contentFilter: structure("GuardrailChecksContentFilterConfig", {
      "categories*": list(
        structure("GuardrailChecksContentFilterCategoryConfig", {
          "category*": oneOf("VIOLENCE", "HATE", "SEXUAL", "MISCONDUCT", "INSULTS"),
        }),
        { min: 1, max: 5 },
      ),
    }),
    promptAttack: structure("GuardrailChecksPromptAttackConfig", {
      "categories*": list(
        structure("GuardrailChecksPromptAttackCategoryConfig", {
          "category*": oneOf("JAILBREAK", "PROMPT_INJECTION", "PROMPT_LEAKAGE"),
        }),
        { min: 1, max: 3 },
      ),
    }),
    sensitiveInformation: structure("GuardrailChecksSensitiveInformationConfig", {
      "entities*": list(
        structure("GuardrailChecksSensitiveInformationEntityConfig", { "type*": oneOf(...PII_TYPES) }),
        { min: 1, max: 31 },
      ),
    }),
  }),
});
