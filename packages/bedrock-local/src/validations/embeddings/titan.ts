/**
 * Bodies of Amazon Titan's embedding models.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html
 */
import { countTokens } from "../../models/tokens.ts";
import { type BodySchema, readBody, refuseMalformed } from "../body-schema.ts";
import { createRefusal } from "../refusal.ts";
import { readBase64 } from "./base64.ts";

/** Body of Titan Text Embeddings. The first version takes `inputText` only. */
export interface TitanTextBody {
  readonly inputText: string;
  readonly dimensions?: 256 | 512 | 1024;
  readonly normalize?: boolean;
  readonly embeddingTypes?: readonly ("float" | "binary")[];
}

/** Body of Titan Multimodal Embeddings, with the image decoded. */
export interface TitanImageBody {
  readonly inputText?: string;
  readonly inputImage?: Uint8Array;
  readonly outputEmbeddingLength: number;
}

const MAX_TEXT_TOKENS = 8_192;
const MAX_CAPTION_TOKENS = 256;

const inputText = { type: "string", minLength: 1, maxLength: 50_000 } as const;

const TEXT_V1: BodySchema<{ readonly inputText: string }> = {
  type: "object",
  members: { inputText },
  required: ["inputText"],
};

const TEXT_V2: BodySchema<TitanTextBody> = {
  type: "object",
  members: {
    inputText,
    dimensions: { type: "integer", enum: [256, 512, 1024] },
    normalize: { type: "boolean" },
    embeddingTypes: { type: "array", items: { type: "string", enum: ["float", "binary"] }, minItems: 1 },
  },
  required: ["inputText"],
};

interface RawImageBody {
  readonly inputText?: string;
  readonly inputImage?: string;
  readonly embeddingConfig?: { readonly outputEmbeddingLength?: 256 | 384 | 1024 };
}

const IMAGE: BodySchema<RawImageBody> = {
  type: "object",
  members: {
    inputText,
    inputImage: { type: "string", minLength: 1 },
    embeddingConfig: {
      type: "object",
      members: { outputEmbeddingLength: { type: "integer", enum: [256, 384, 1024] } },
    },
  },
};

/** Reads a body of Titan Text Embeddings. Throws `AwsError` `ValidationException`. */
export function readTitanText(body: unknown, isFirstVersion: boolean): TitanTextBody {
  const read = isFirstVersion ? readBody(TEXT_V1, body) : readBody(TEXT_V2, body);
  checkTokens(read.inputText, MAX_TEXT_TOKENS);
  return read;
}

/** Reads a body of Titan Multimodal Embeddings: text, image or both. Throws `AwsError` `ValidationException`. */
export function readTitanImage(body: unknown): TitanImageBody {
  const { inputText: text, inputImage: image, embeddingConfig } = readBody(IMAGE, body);
  if (text === undefined && image === undefined) {
    refuseMalformed(["#: required key [inputText] not found", "#: required key [inputImage] not found"]);
  }
  if (text !== undefined) checkTokens(text, MAX_CAPTION_TOKENS);
  return {
    ...(text === undefined ? {} : { inputText: text }),
    ...(image === undefined ? {} : { inputImage: readBase64(image, "#/inputImage") }),
    outputEmbeddingLength: embeddingConfig?.outputEmbeddingLength ?? 1024,
  };
}

/** The blank at the end of the text is AWS's. */
function checkTokens(text: string, max: number): void {
  const count = countTokens(text);
  if (count <= max) return;
  throw createRefusal(
    `400 Bad Request: Too many input tokens. Max input tokens: ${max}, request input token count: ${count} `,
  );
}
