/**
 * Shapes of CountTokens: the model id in the path, and the body.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
import { blob, document, string, structure, union } from "./builders.ts";
import { messages, system } from "./content.ts";
import { toolConfig } from "./converse.ts";
import type { StringShape, StructureShape } from "./types.ts";

/** The model id in the path: narrower than that of the other operations. */
export const countTokensModelId: StringShape = string({ min: 1, max: 256, pattern: "[a-zA-Z_\\.\\-/0-9:]+" });

export const countTokensRequest: StructureShape = structure("CountTokensRequest", {
  "input*": union("CountTokensInput", {
    invokeModel: structure("InvokeModelTokensRequest", { "body*": blob() }),
    converse: structure("ConverseTokensRequest", {
      messages,
      system,
      toolConfig,
      additionalModelRequestFields: document,
    }),
  }),
});
