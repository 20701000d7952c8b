/**
 * Bodies of Cohere's embedding models.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html
 */
import type { EmbeddingPart, Truncation } from "../../models/embeddings/embed.ts";
import type { EmbeddingType } from "../../models/embeddings/quantize.ts";
import { countTokens } from "../../models/tokens.ts";
import { isPlainObject } from "../../json.ts";
import { type BodySchema, readBody, refuseMalformed } from "../body-schema.ts";
import { createRefusal } from "../refusal.ts";
import { readDataUri } from "./base64.ts";

/** What is to be embedded, one entry for each vector, and how. */
export interface CohereInput {
  readonly inputs: readonly (readonly EmbeddingPart[])[];
  /** The texts of the body, when it has any. */
  readonly texts: readonly string[];
  /** The images of the body, when it has any. */
  readonly images: readonly Uint8Array[];
  /** `undefined` when the body names none. */
  readonly types: readonly EmbeddingType[] | undefined;
  readonly dimension: number;
  readonly truncation: Truncation;
  readonly maxTokens: number;
}

interface BodyV3 {
  readonly input_type: string;
  readonly texts?: readonly string[];
  readonly images?: readonly string[];
  readonly truncate?: string;
  readonly embedding_types?: readonly EmbeddingType[];
}

interface BodyV4 extends BodyV3 {
  readonly inputs?: readonly { readonly content: readonly unknown[] }[];
  readonly output_dimension?: 256 | 512 | 1024 | 1536;
  readonly max_tokens?: number;
}

const MAX_INPUTS = 96;
const V3_DIMENSION = 1024;
const V3_MAX_TOKENS = 512;
const V4_DIMENSION = 1536;
const V4_MAX_TOKENS = 128_000;
const V3_IMAGES = { formats: ["jpeg", "png"], maxBytes: 5 * 1024 * 1024 };
const V4_IMAGES = { formats: ["jpeg", "png", "gif", "webp"], maxBytes: 20 * 1024 * 1024 };

const inputType = {
  type: "string",
  enum: ["search_document", "search_query", "classification", "clustering", "image"],
} as const;

const embeddingTypes: BodySchema<readonly EmbeddingType[]> = {
  type: "array",
  items: { type: "string", enum: ["float", "int8", "uint8", "binary", "ubinary"] },
};

const V3: BodySchema<BodyV3> = {
  type: "object",
  members: {
    input_type: inputType,
    texts: { type: "array", items: { type: "string", maxLength: 2048 }, minItems: 1, maxItems: MAX_INPUTS },
    images: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 1 },
    truncate: { type: "string", enum: ["NONE", "START", "END"] },
    embedding_types: embeddingTypes,
  },
  required: ["input_type"],
};

const V4: BodySchema<BodyV4> = {
  type: "object",
  members: {
    input_type: inputType,
    texts: { type: "array", items: { type: "string" }, minItems: 1, maxItems: MAX_INPUTS },
    images: { type: "array", items: { type: "string" }, minItems: 1, maxItems: MAX_INPUTS },
    inputs: {
      type: "array",
      items: {
        type: "object",
        members: { content: { type: "array", items: { type: "any" }, minItems: 1 } },
        required: ["content"],
      },
      minItems: 1,
      maxItems: MAX_INPUTS,
    },
    truncate: { type: "string", enum: ["NONE", "START", "END", "LEFT", "RIGHT"] },
    embedding_types: embeddingTypes,
    output_dimension: { type: "integer", enum: [256, 512, 1024, 1536] },
    max_tokens: { type: "integer", minimum: 1, maximum: V4_MAX_TOKENS },
  },
  required: ["input_type"],
};

/** Reads a body of Embed English v3 or Embed Multilingual v3. Throws `AwsError` `ValidationException`. */
export function readCohereV3(body: unknown): CohereInput {
  checkSources(body, ["images", "texts"]);
  const { texts = [], images = [], truncate, embedding_types: types } = readBody(V3, body);
  const decoded = images.map((image, index) => readDataUri(image, `#/images/${index}`, V3_IMAGES));
  return {
    inputs: [...texts.map((text) => [{ text }]), ...decoded.map((image) => [{ image }])],
    texts,
    images: decoded,
    types,
    dimension: V3_DIMENSION,
    truncation: readTruncation(truncate),
    maxTokens: V3_MAX_TOKENS,
  };
}

/**
 * Reads a body of Embed v4.
 *
 * @throws AwsError `ValidationException`, also for a text of more than `max_tokens` that must not be cut.
 */
export function readCohereV4(body: unknown): CohereInput {
  checkSources(body, ["images", "texts", "inputs"]);
  const read = readBody(V4, body);
  const { texts = [], images = [], inputs = [], max_tokens: maxTokens = V4_MAX_TOKENS, truncate } = read;
  const tooLong = truncate === "NONE" ? texts.find((text) => countTokens(text) > maxTokens) : undefined;
  if (tooLong !== undefined) {
    throw createRefusal(
      `too many tokens: total number of tokens in the input cannot exceed ${maxTokens} - received ${countTokens(tooLong)}`,
    );
  }
  const decoded = images.map((image, index) => readDataUri(image, `#/images/${index}`, V4_IMAGES));
  const mixed = inputs.map(({ content }, index) =>
    content.map((part, at) => readPart(part, `#/inputs/${index}/content/${at}`)),
  );
  return {
    inputs: [...texts.map((text) => [{ text }]), ...decoded.map((image) => [{ image }]), ...mixed],
    texts,
    images: decoded,
    types: read.embedding_types,
    dimension: read.output_dimension ?? V4_DIMENSION,
    truncation: readTruncation(truncate),
    maxTokens,
  };
}

/** Exactly one of `names` must be there. What else is wrong is told with it, as both come from one schema. */
function checkSources(body: unknown, names: readonly string[]): void {
  if (!isPlainObject(body)) return;
  const given = names.filter((name) => Object.hasOwn(body, name));
  if (given.length === 1) return;
  if (given.length > 1) refuseMalformed([`#: ${given.length} subschemas matched instead of one`]);
  const known = new Set(["input_type", "truncate", "embedding_types", "output_dimension", "max_tokens"]);
  refuseMalformed([
    ...names.map((name) => `#: required key [${name}] not found`),
    ...("input_type" in body ? [] : ["#: required key [input_type] not found"]),
    ...Object.keys(body)
      .filter((name) => !known.has(name))
      .map((name) => `#: extraneous key [${name}] is not permitted`),
  ]);
}

function readTruncation(truncate = "END"): Truncation {
  if (truncate === "NONE") return "none";
  return truncate === "START" || truncate === "LEFT" ? "start" : "end";
}

/** The address of an image comes as text, or in an object as elsewhere in Cohere's API. */
function readPart(part: unknown, at: string): EmbeddingPart {
  if (isPlainObject(part)) {
    const { type, text, image_url: image } = part;
    if (type === "text" && typeof text === "string") return { text };
    const url = isPlainObject(image) ? image["url"] : image;
    if (type === "image_url" && typeof url === "string")
      return { image: readDataUri(url, `${at}/image_url`, V4_IMAGES) };
  }
  throw createRefusal(
    `Malformed input request: ${at}: expected a part of type text or image_url, please reformat your input and try again.`,
  );
}
