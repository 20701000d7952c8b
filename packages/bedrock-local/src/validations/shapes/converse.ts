/**
 * Shapes of the bodies of Converse and ConverseStream, and of the model id in their path.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import type { Shape, StringShape, StructureShape } from "./types.ts";
import { boolean, document, float, integer, list, map, oneOf, string, structure, union } from "./builders.ts";
import { cachePoint, messages, system, toolName } from "./content.ts";

const arn = "arn:aws(-[^:]+)?:bedrock:";
const name = "[a-z0-9-]{1,63}";
const model = `${name}[.]{1}${name}`;
const version = `([.:]?${name})`;

/** The model id in the path, URL-decoded. The pattern is AWS's: nearly any id passes, and every kind of ARN. */
export const modelId: StringShape = string({
  min: 1,
  max: 2048,
  pattern: [
    `(${arn}[a-z0-9-]{1,20}:(` +
      [
        `([0-9]{12}:custom-model/${model}/[a-z0-9]{12})`,
        `(:foundation-model/${model}${version})`,
        "([0-9]{12}:imported-model/[a-z0-9]{12})",
        "([0-9]{12}:provisioned-model/[a-z0-9]{12})",
        "([0-9]{12}:custom-model-deployment/[a-z0-9]{12})",
        "([0-9]{12}:(inference-profile|application-inference-profile)/[a-zA-Z0-9-:.]+)",
      ].join("|") +
      "))",
    `(${model}${version})`,
    "(([0-9a-zA-Z][_-]?)+)",
    "([a-zA-Z0-9-:.]+)",
    `(^(${arn}[a-z0-9-]{1,20}:[0-9]{12}:prompt/[0-9a-zA-Z]{10}(?::[0-9]{1,5})?))$`,
    "(^arn:aws:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/[a-zA-Z0-9-]+$)",
    `(^${arn}([0-9a-z-]{1,20}):([0-9]{12}):(default-)?prompt-router/[a-zA-Z0-9-:.]+$)`,
  ].join("|"),
});

const inferenceConfig = structure("InferenceConfiguration", {
  maxTokens: integer({ min: 1 }),
  temperature: float({ min: 0, max: 1 }),
  topP: float({ min: 0, max: 1 }),
  stopSequences: list(string({ min: 1 }), { min: 0, max: 2500 }),
});

/** The tools of a request. */
export const toolConfig: StructureShape = structure("ToolConfiguration", {
  "tools*": list(
    union("Tool", {
      toolSpec: structure("ToolSpecification", {
        "name*": toolName,
        description: string({ min: 1 }),
        "inputSchema*": union("ToolInputSchema", { json: document }),
        strict: boolean,
      }),
      systemTool: structure("SystemTool", { "name*": toolName }),
      cachePoint,
    }),
    { min: 1 },
  ),
  toolChoice: union("ToolChoice", {
    auto: structure("AutoToolChoice", {}),
    any: structure("AnyToolChoice", {}),
    tool: structure("SpecificToolChoice", { "name*": toolName }),
  }),
});

const guardrailMembers: Readonly<Record<string, Shape>> = {
  guardrailIdentifier: string({
    min: 0,
    max: 2048,
    pattern: `(|([a-z0-9]+)|(${arn}[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))`,
  }),
  guardrailVersion: string({ pattern: "(|([1-9][0-9]{0,7})|(DRAFT))" }),
  trace: oneOf("enabled", "disabled", "enabled_full"),
};

const outputConfig = structure("OutputConfig", {
  textFormat: structure("OutputFormat", {
    "type*": oneOf("json_schema"),
    "structure*": union("OutputFormatStructure", {
      jsonSchema: structure("JsonSchemaDefinition", { "schema*": string(), name: string(), description: string() }),
    }),
  }),
  effort: string({ min: 0, max: 16 }),
});

const metadataCharacters = "[a-zA-Z0-9\\s:_@$#=/+,-.]";

function request(requestName: string, guardrailConfig: StructureShape): StructureShape {
  return structure(requestName, {
    messages,
    system,
    inferenceConfig,
    toolConfig,
    guardrailConfig,
    additionalModelRequestFields: document,
    promptVariables: map(string(), union("PromptVariableValues", { text: string() })),
    additionalModelResponseFieldPaths: list(string({ min: 1, max: 256 }), { min: 0, max: 10 }),
    requestMetadata: map(
      string({ min: 1, max: 256, pattern: `${metadataCharacters}{1,256}` }),
      string({ min: 0, max: 256, pattern: `${metadataCharacters}{0,256}` }),
      { min: 1, max: 16 },
    ),
    performanceConfig: structure("PerformanceConfiguration", { latency: oneOf("standard", "optimized") }),
    serviceTier: structure("ServiceTier", { "type*": oneOf("priority", "default", "flex", "reserved") }),
    outputConfig,
  });
}

/** The body of Converse. */
export const converseRequest: StructureShape = request(
  "ConverseRequest",
  structure("GuardrailConfiguration", guardrailMembers),
);

/** The body of ConverseStream, which differs in its guardrail only. */
export const converseStreamRequest: StructureShape = request(
  "ConverseStreamRequest",
  structure("GuardrailStreamConfiguration", {
    ...guardrailMembers,
    streamProcessingMode: oneOf("sync", "async"),
  }),
);
