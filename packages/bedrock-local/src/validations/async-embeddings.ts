/**
 * Inputs of the embedding models of StartAsyncInvoke.
 *
 * Specification: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo.html
 */
import { type BodySchema, readBody } from "./body-schema.ts";
import { createRefusal } from "./refusal.ts";

interface NovaSource {
  readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string };
  readonly bytes?: string;
}

/** One kind of content of Nova: exactly one of a value (of text) and a source. */
export interface NovaContent {
  readonly value?: string;
  readonly source?: NovaSource;
  readonly segmentationConfig?: { readonly maxLengthChars?: number; readonly durationSeconds?: number };
}

/** `modelInput` of Nova Multimodal Embeddings. */
export interface NovaSegments {
  readonly kind: "text" | "image" | "audio" | "video";
  readonly content: NovaContent;
  readonly dimension: number;
}

/** `modelInput` of Marengo. */
export interface MarengoInput {
  readonly inputType: "text" | "image" | "video" | "audio";
  readonly inputText?: string;
  readonly mediaSource?: {
    readonly base64String?: string;
    readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string };
  };
}

interface NovaBody {
  readonly schemaVersion?: "nova-multimodal-embed-v1";
  readonly taskType: "SEGMENTED_EMBEDDING";
  readonly segmentedEmbeddingParams: {
    readonly embeddingPurpose: string;
    readonly embeddingDimension?: number;
    readonly text?: NovaContent;
    readonly image?: NovaContent;
    readonly audio?: NovaContent;
    readonly video?: NovaContent;
  };
}

const PURPOSES =
  "GENERIC_INDEX GENERIC_RETRIEVAL TEXT_RETRIEVAL IMAGE_RETRIEVAL VIDEO_RETRIEVAL DOCUMENT_RETRIEVAL AUDIO_RETRIEVAL " +
  "CLASSIFICATION CLUSTERING";
const KINDS = ["text", "image", "audio", "video"] as const;

const S3_LOCATION = {
  type: "object",
  members: { uri: { type: "string", minLength: 1 }, bucketOwner: { type: "string" } },
  required: ["uri"],
} as const;

const CONTENT: BodySchema<NovaContent> = {
  type: "object",
  members: {
    value: { type: "string", minLength: 1 },
    source: { type: "object", members: { s3Location: S3_LOCATION, bytes: { type: "string", minLength: 1 } } },
    segmentationConfig: {
      type: "object",
      members: {
        maxLengthChars: { type: "integer", minimum: 800, maximum: 50_000 },
        durationSeconds: { type: "integer", minimum: 1, maximum: 30 },
      },
    },
  },
  isOpen: true,
};

/** Reads the input of Nova. Throws `AwsError` `ValidationException`. */
export function readNovaSegments(body: unknown): NovaSegments {
  const { segmentedEmbeddingParams: params } = readBody<NovaBody>(
    {
      type: "object",
      members: {
        schemaVersion: { type: "string", enum: ["nova-multimodal-embed-v1"] },
        taskType: { type: "string", enum: ["SEGMENTED_EMBEDDING"] },
        segmentedEmbeddingParams: {
          type: "object",
          members: {
            embeddingPurpose: { type: "string", enum: PURPOSES.split(" ") },
            embeddingDimension: { type: "integer", enum: [256, 384, 1024, 3072] },
            text: CONTENT,
            image: CONTENT,
            audio: CONTENT,
            video: CONTENT,
          },
          required: ["embeddingPurpose"],
        },
      },
      required: ["taskType", "segmentedEmbeddingParams"],
    },
    body,
  );
  const [given, ...others] = KINDS.flatMap((kind) => (params[kind] ? [{ kind, content: params[kind] }] : []));
  if (given === undefined || others.length > 0) {
    const text = `#/segmentedEmbeddingParams: exactly one of [${KINDS.join(", ")}] must be given`;
    throw createRefusal(`Malformed input request: ${text}, please reformat your input and try again.`);
  }
  return { ...given, dimension: params.embeddingDimension ?? 3072 };
}

/** Reads the input of Marengo. Throws `AwsError` `ValidationException`. */
export function readMarengoSegments(body: unknown): MarengoInput {
  return readBody<MarengoInput>(
    {
      type: "object",
      members: {
        inputType: { type: "string", enum: ["text", "image", "video", "audio"] },
        inputText: { type: "string", minLength: 1 },
        mediaSource: {
          type: "object",
          members: { base64String: { type: "string", minLength: 1 }, s3Location: S3_LOCATION },
        },
      },
      required: ["inputType"],
      isOpen: true,
    },
    body,
  );
}
