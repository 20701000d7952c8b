/**
 * Bodies of Amazon Nova Multimodal Embeddings.
 *
 * Specification: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
import { type BodySchema, readBody, refuseMalformed } from "../body-schema.ts";
import { readBase64 } from "./base64.ts";

interface Source {
  readonly bytes?: string;
  readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string };
}

interface Medium {
  readonly format: string;
  readonly source: Source;
}

interface Params {
  readonly embeddingPurpose: string;
  readonly embeddingDimension?: 256 | 384 | 1024 | 3072;
  readonly text?: {
    readonly truncationMode: "START" | "END" | "NONE";
    readonly value?: string;
    readonly source?: Source;
  };
  readonly image?: Medium & { readonly detailLevel?: string };
  readonly audio?: Medium;
  readonly video?: Medium & { readonly embeddingMode: "AUDIO_VIDEO_COMBINED" | "AUDIO_VIDEO_SEPARATE" };
}

/** What is to be embedded. `content` of a medium is its bytes, or its address in S3. */
export type NovaInput = { readonly dimension: number } & (
  | { readonly kind: "text"; readonly text: string; readonly truncationMode: "START" | "END" | "NONE" }
  | { readonly kind: "image"; readonly content: Uint8Array | string }
  | { readonly kind: "audio"; readonly content: Uint8Array | string }
  | { readonly kind: "video"; readonly content: Uint8Array | string; readonly isSeparate: boolean }
);

/** Bytes, or an address in S3. */
export const source: BodySchema<Source> = {
  type: "object",
  members: {
    bytes: { type: "string", minLength: 1 },
    s3Location: {
      type: "object",
      members: { uri: { type: "string", minLength: 1 }, bucketOwner: { type: "string" } },
      required: ["uri"],
    },
  },
};

const PURPOSES =
  "GENERIC_INDEX GENERIC_RETRIEVAL TEXT_RETRIEVAL IMAGE_RETRIEVAL VIDEO_RETRIEVAL DOCUMENT_RETRIEVAL AUDIO_RETRIEVAL " +
  "CLASSIFICATION CLUSTERING";

const BODY: BodySchema<{
  readonly schemaVersion?: string;
  readonly taskType: string;
  readonly singleEmbeddingParams: Params;
}> = {
  type: "object",
  members: {
    schemaVersion: { type: "string", enum: ["nova-multimodal-embed-v1"] },
    taskType: { type: "string", enum: ["SINGLE_EMBEDDING"] },
    singleEmbeddingParams: {
      type: "object",
      members: {
        embeddingPurpose: { type: "string", enum: PURPOSES.split(" ") },
        embeddingDimension: { type: "integer", enum: [256, 384, 1024, 3072] },
        text: {
          type: "object",
          members: {
            truncationMode: { type: "string", enum: ["START", "END", "NONE"] },
            value: { type: "string", minLength: 1, maxLength: 50_000 },
            source,
          },
          required: ["truncationMode"],
        },
        image: {
          type: "object",
          members: {
            detailLevel: { type: "string", enum: ["STANDARD_IMAGE", "DOCUMENT_IMAGE"] },
            format: { type: "string", enum: ["png", "jpeg", "gif", "webp"] },
            source,
          },
          required: ["format", "source"],
        },
        audio: {
          type: "object",
          members: { format: { type: "string", enum: ["mp3", "wav", "ogg"] }, source },
          required: ["format", "source"],
        },
        video: {
          type: "object",
          members: {
            format: { type: "string", enum: "mp4 mov mkv webm flv mpeg mpg wmv 3gp".split(" ") },
            source,
            embeddingMode: { type: "string", enum: ["AUDIO_VIDEO_COMBINED", "AUDIO_VIDEO_SEPARATE"] },
          },
          required: ["format", "source", "embeddingMode"],
        },
      },
      required: ["embeddingPurpose"],
    },
  },
  required: ["taskType", "singleEmbeddingParams"],
};

const DEFAULT_DIMENSION = 3072;
const AT = "#/singleEmbeddingParams";

/** Reads the body of a synchronous request: one text, image, sound or video. Throws `AwsError` `ValidationException`. */
export function readNovaEmbedding(body: unknown): NovaInput {
  const { singleEmbeddingParams: params } = readBody(BODY, body);
  const { embeddingDimension: dimension = DEFAULT_DIMENSION, text, image, audio, video } = params;
  const given = [text, image, audio, video].filter((member) => member !== undefined).length;
  if (given !== 1) refuseMalformed([`${AT}: ${given} of text, image, audio and video are set instead of one`]);
  if (video !== undefined) {
    const isSeparate = video.embeddingMode === "AUDIO_VIDEO_SEPARATE";
    return { dimension, kind: "video", content: readSource(video.source, `${AT}/video/source`), isSeparate };
  }
  if (audio !== undefined) {
    return { dimension, kind: "audio", content: readSource(audio.source, `${AT}/audio/source`) };
  }
  if (image !== undefined) {
    return { dimension, kind: "image", content: readSource(image.source, `${AT}/image/source`) };
  }
  const { truncationMode, ...content } = text ?? { truncationMode: "NONE" };
  return { dimension, kind: "text", text: readText(content), truncationMode };
}

function readText({ value, source: from }: { readonly value?: string; readonly source?: Source }): string {
  if ((value === undefined) === (from === undefined)) {
    refuseMalformed([`${AT}/text: ${value === undefined ? 0 : 2} of value and source are set instead of one`]);
  }
  if (from === undefined) return value ?? "";
  const content = readSource(from, `${AT}/text/source`);
  return typeof content === "string" ? content : Buffer.from(content).toString("utf8");
}

function readSource({ bytes, s3Location }: Source, at: string): Uint8Array | string {
  if ((bytes === undefined) === (s3Location === undefined)) {
    refuseMalformed([`${at}: ${bytes === undefined ? 0 : 2} of bytes and s3Location are set instead of one`]);
  }
  return bytes === undefined ? (s3Location?.uri ?? "") : readBase64(bytes, `${at}/bytes`);
}
