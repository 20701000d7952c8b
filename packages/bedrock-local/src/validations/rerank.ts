/** Bodies of the ranking models, and of the operation Rerank. */
import { isPlainObject } from "../json.ts";
import { type BodySchema, readBody } from "./body-schema.ts";
import { createRefusal } from "./refusal.ts";
import { type Reading, readShape, throwFindings } from "./shape.ts";
import { rerankRequest } from "./shapes/rerank.ts";

/** What is to be ranked by its nearness to `query`. */
export interface RankingInput {
  readonly query: string;
  readonly documents: readonly string[];
  /** Most results. */
  readonly limit: number;
}

/** A request of Rerank. */
export interface RerankInput extends RankingInput {
  readonly modelArn: string;
  readonly nextToken: string | undefined;
}

interface ModelBody {
  readonly query: string;
  readonly documents: readonly unknown[];
  readonly top_n?: number;
}

interface CohereBody extends ModelBody {
  readonly api_version: number;
  readonly max_tokens_per_doc?: number;
}

interface RerankRequest {
  readonly queries: readonly { readonly textQuery: { readonly text?: string } }[];
  readonly sources: readonly {
    readonly inlineDocumentSource: {
      readonly type: string;
      readonly textDocument?: { readonly text?: string };
      readonly jsonDocument?: unknown;
    };
  }[];
  readonly rerankingConfiguration: {
    readonly bedrockRerankingConfiguration: {
      readonly modelConfiguration: { readonly modelArn: string };
      readonly numberOfResults?: number;
    };
  };
  readonly nextToken?: string;
}

const query = { type: "string", minLength: 1 } as const;
const documents: BodySchema<readonly unknown[]> = {
  type: "array",
  items: { type: "any" },
  minItems: 1,
  maxItems: 1000,
};
const topN = { type: "integer", minimum: 1 } as const;

const AMAZON: BodySchema<ModelBody> = {
  type: "object",
  members: { query, documents, top_n: topN },
  required: ["query", "documents"],
};

const COHERE: BodySchema<CohereBody> = {
  type: "object",
  members: {
    query,
    documents,
    top_n: topN,
    api_version: { type: "integer", minimum: 2, maximum: 2 },
    max_tokens_per_doc: topN,
  },
  required: ["query", "documents", "api_version"],
};

/** Reads a body of Amazon Rerank. Throws `AwsError` `ValidationException`. */
export function readAmazonRerank(body: unknown): RankingInput {
  return readModelBody(readBody(AMAZON, body));
}

/** Reads a body of Cohere Rerank 3.5, which needs an `api_version` of 2. Throws `AwsError` `ValidationException`. */
export function readCohereRerank(body: unknown): RankingInput {
  return readModelBody(readBody(COHERE, body));
}

/**
 * Reads the body of Rerank.
 *
 * @throws AwsError `ValidationException`, also for a document without the member that its type names.
 */
export function readRerank(body: unknown): RerankInput {
  const reading = readShape(rerankRequest, body);
  assertGood(reading);
  const { queries, sources, rerankingConfiguration, nextToken } = reading.value;
  const { modelConfiguration, numberOfResults = sources.length } = rerankingConfiguration.bedrockRerankingConfiguration;
  const [first] = queries;
  if (first?.textQuery.text === undefined) throw createRefusal("The text of queries[0].textQuery is missing.");
  return {
    query: first.textQuery.text,
    documents: sources.map(({ inlineDocumentSource: document }, index) => readDocument(document, index)),
    limit: numberOfResults,
    modelArn: modelConfiguration.modelArn,
    nextToken,
  };
}

/** The shape table describes exactly `RerankRequest`, so a reading without findings is one. */
function assertGood(reading: Reading): asserts reading is Reading & { value: RerankRequest } {
  throwFindings(reading.findings);
}

function readModelBody({ query: text, documents: list, top_n: limit = list.length }: ModelBody): RankingInput {
  return { query: text, documents: list.map((document) => flattenDocument(document)), limit };
}

function readDocument(
  { type, textDocument, jsonDocument }: RerankRequest["sources"][number]["inlineDocumentSource"],
  index: number,
): string {
  const at = `sources[${index}].inlineDocumentSource`;
  if (type === "JSON") {
    if (jsonDocument === undefined) throw createRefusal(`${at} has the type JSON and no jsonDocument.`);
    return flattenDocument(jsonDocument);
  }
  if (textDocument?.text === undefined) throw createRefusal(`${at} has the type TEXT and no textDocument.text.`);
  return textDocument.text;
}

/** A document of several fields is read as their values, one after the other. */
function flattenDocument(document: unknown): string {
  if (typeof document === "string") return document;
  if (Array.isArray(document)) return document.map(flattenDocument).join("\n");
  if (isPlainObject(document)) return Object.values(document).map(flattenDocument).join("\n");
  return typeof document === "number" || typeof document === "boolean" ? String(document) : "";
}
