/**
 * Shapes of queries and labels of the control plane.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock.html
 */
import { integer, oneOf, string, structure } from "./builders.ts";
import { guardrailIdentifier, guardrailVersion } from "./guardrails.ts";
import type { Shape, StringShape, StructureShape } from "./types.ts";

const paging: Readonly<Record<string, Shape>> = {
  maxResults: integer({ min: 1, max: 1000 }),
  nextToken: string({ min: 1, max: 2048, pattern: "\\S*" }),
};

const name = "[a-z0-9-]{1,63}";

/** The model in the path of GetFoundationModel, decoded. */
export const modelIdentifier: StringShape = string({
  min: 1,
  max: 2048,
  pattern:
    `(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}::foundation-model/${name}[.]{1}(${name}[.]){0,2}${name}([:]${name}){0,2})` +
    `|(${name}[.]{1}${name}([.]?${name})([:]${name}){0,2})`,
});

/** The profile in the path of GetInferenceProfile, decoded. */
export const inferenceProfileIdentifier: StringShape = string({
  min: 1,
  max: 2048,
  pattern:
    "(arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:(|[0-9a-z-]{0,20}):(|[0-9]{12}):" +
    "(inference-profile|application-inference-profile)/)?[a-zA-Z0-9-:.]+",
});

/** The query of ListFoundationModels. */
export const listFoundationModelsRequest: StructureShape = structure("ListFoundationModelsRequest", {
  byProvider: string({ pattern: "[A-Za-z0-9- ]{1,63}" }),
  byCustomizationType: oneOf("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"),
  byOutputModality: oneOf("TEXT", "IMAGE", "EMBEDDING"),
  byInferenceType: oneOf("ON_DEMAND", "PROVISIONED"),
});

/** The query of ListInferenceProfiles; `typeEquals` is `type` there. */
export const listInferenceProfilesRequest: StructureShape = structure("ListInferenceProfilesRequest", {
  ...paging,
  typeEquals: oneOf("SYSTEM_DEFINED", "APPLICATION"),
});

/** The query of ListGuardrails. */
export const listGuardrailsRequest: StructureShape = structure("ListGuardrailsRequest", {
  ...paging,
  guardrailIdentifier,
});

/** The query of GetGuardrail. */
export const getGuardrailQuery: StructureShape = structure("GetGuardrailRequest", { guardrailVersion });
