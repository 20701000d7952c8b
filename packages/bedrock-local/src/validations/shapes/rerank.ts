/**
 * Shape of the body of Rerank.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html
 */
import { document, integer, list, map, oneOf, string, structure } from "./builders.ts";
import type { StructureShape } from "./types.ts";

const text = structure("RerankTextDocument", { text: string({ min: 1, max: 32_000 }) });

export const rerankRequest: StructureShape = structure("RerankRequest", {
  "queries*": list(structure("RerankQuery", { "type*": oneOf("TEXT"), "textQuery*": text }), { min: 1, max: 1 }),
  "sources*": list(
    structure("RerankSource", {
      "type*": oneOf("INLINE"),
      "inlineDocumentSource*": structure("RerankDocument", {
        "type*": oneOf("TEXT", "JSON"),
        textDocument: text,
        jsonDocument: document,
      }),
    }),
    { min: 1, max: 1000 },
  ),
  "rerankingConfiguration*": structure("RerankingConfiguration", {
    "type*": oneOf("BEDROCK_RERANKING_MODEL"),
    "bedrockRerankingConfiguration*": structure("BedrockRerankingConfiguration", {
      "modelConfiguration*": structure("BedrockRerankingModelConfiguration", {
        "modelArn*": string({
          min: 1,
          max: 2048,
          pattern:
            "^(arn:aws(-[^:]+)?:(bedrock|sagemaker):[a-z0-9-]{1,20}:([0-9]{12})?:([a-z-]+/)?)?" +
            "([a-z0-9.-]{1,63}){0,2}(([:][a-z0-9-]{1,63}){0,2})?(/[a-z0-9]{1,12})?$",
        }),
        additionalModelRequestFields: map(string({ min: 1, max: 100 }), document),
      }),
      numberOfResults: integer({ min: 1, max: 1000 }),
    }),
  }),
  nextToken: string({ min: 1, max: 2048, pattern: "^\\S*$" }),
});
