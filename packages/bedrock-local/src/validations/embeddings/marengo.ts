/**
 * Bodies of TwelveLabs Marengo.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo-3.html
 */
import type { EmbeddingPart } from "../../models/embeddings/embed.ts";
import { countTokens } from "../../models/tokens.ts";
import { type BodySchema, readBody, refuseMalformed } from "../body-schema.ts";
import { createRefusal } from "../refusal.ts";
import { readBase64 } from "./base64.ts";

interface MediaSource {
  readonly base64String?: string;
  readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string };
}

interface NamedSource extends MediaSource {
  readonly name?: string;
  readonly mediaType: string;
}

interface BodyV2 {
  readonly inputType: string;
  readonly inputText?: string;
  readonly textTruncate?: "end" | "none";
  readonly mediaSource?: MediaSource;
}

interface BodyV3 {
  readonly inputType: string;
  readonly inferenceId?: string;
  readonly text?: { readonly inputText: string };
  readonly image?: { readonly mediaSource: MediaSource };
  readonly text_image?: { readonly inputText: string; readonly mediaSource: MediaSource };
  readonly multi_input?: { readonly inputText?: string; readonly mediaSources: readonly NamedSource[] };
}

/** Most tokens of a text. */
export const MARENGO_2_MAX_TOKENS = 77;
const MAX_TOKENS_V3 = 500;
const MAX_IMAGE_BYTES = 5 * 1024 * 1024;

const s3Location = {
  type: "object",
  members: { uri: { type: "string", minLength: 1 }, bucketOwner: { type: "string" } },
  required: ["uri"],
} as const;
const base64String = { type: "string", minLength: 1 } as const;
const inputText = { type: "string", minLength: 1 } as const;

const mediaSource: BodySchema<MediaSource> = { type: "object", members: { base64String, s3Location } };

/** Members of sounds and videos pass, so that it can be told that those belong into StartAsyncInvoke. */
const V2: BodySchema<BodyV2> = {
  type: "object",
  members: {
    inputType: { type: "string", enum: ["text", "image", "video", "audio"] },
    inputText,
    textTruncate: { type: "string", enum: ["end", "none"] },
    mediaSource,
  },
  required: ["inputType"],
  isOpen: true,
};

const V3: BodySchema<BodyV3> = {
  type: "object",
  members: {
    inputType: { type: "string", enum: ["text", "image", "text_image", "audio", "video", "multi_input"] },
    inferenceId: { type: "string" },
    text: { type: "object", members: { inputText }, required: ["inputText"] },
    image: { type: "object", members: { mediaSource }, required: ["mediaSource"] },
    text_image: { type: "object", members: { inputText, mediaSource }, required: ["inputText", "mediaSource"] },
    multi_input: {
      type: "object",
      members: {
        inputText: { type: "string" },
        mediaSources: {
          type: "array",
          items: {
            type: "object",
            members: {
              name: { type: "string" },
              mediaType: { type: "string", enum: ["image"] },
              base64String,
              s3Location,
            },
            required: ["mediaType"],
          },
          minItems: 1,
        },
      },
      required: ["mediaSources"],
    },
  },
  required: ["inputType"],
  isOpen: true,
};

/** Reads a body of Marengo Embed 2.7. Throws `AwsError` `ValidationException`. */
export function readMarengo2(body: unknown): EmbeddingPart[] {
  const { inputType, inputText: text, textTruncate, mediaSource: source } = readBody(V2, body);
  refuseAsync(inputType);
  if (inputType === "image") return [readImage(need(source, "#", "mediaSource"), "#/mediaSource")];
  const given = need(text, "#", "inputText");
  if (textTruncate === "none") checkTokens(given, MARENGO_2_MAX_TOKENS);
  return [{ text: given }];
}

/** Reads a body of Marengo Embed 3.0. Throws `AwsError` `ValidationException`. */
export function readMarengo3(body: unknown): EmbeddingPart[] {
  const read = readBody(V3, body);
  refuseAsync(read.inputType);
  if (read.inputType === "text") return [readText(need(read.text, "#", "text").inputText)];
  if (read.inputType === "image") {
    return [readImage(need(read.image, "#", "image").mediaSource, "#/image/mediaSource")];
  }
  if (read.inputType === "text_image") {
    const { inputText: text, mediaSource: source } = need(read.text_image, "#", "text_image");
    return [readText(text), readImage(source, "#/text_image/mediaSource")];
  }
  const { inputText: text = "", mediaSources } = need(read.multi_input, "#", "multi_input");
  const images = mediaSources.map((source, index) => readImage(source, `#/multi_input/mediaSources/${index}`));
  checkNames(text, mediaSources);
  const words = text.replaceAll(/<@\w+>/g, " ").trim();
  return words === "" ? images : [readText(text, words), ...images];
}

function refuseAsync(inputType: string): void {
  if (inputType !== "video" && inputType !== "audio") return;
  throw createRefusal(
    `The inputType ${inputType} is not supported by InvokeModel. Use StartAsyncInvoke and try again.`,
  );
}

function need<T>(member: T | undefined, at: string, name: string): T {
  if (member !== undefined) return member;
  throw createRefusal(
    `Malformed input request: ${at}: required key [${name}] not found, please reformat your input and try again.`,
  );
}

function readText(text: string, words = text): EmbeddingPart {
  checkTokens(text, MAX_TOKENS_V3);
  return { text: words };
}

function checkTokens(text: string, max: number): void {
  const count = countTokens(text);
  if (count <= max) return;
  throw createRefusal(
    `The input text has ${count} tokens, and the model takes at most ${max}. Shorten it and try again.`,
  );
}

function checkNames(text: string, sources: readonly NamedSource[]): void {
  const missing = [...text.matchAll(/<@(\w+)>/g)].find(([, name]) => !sources.some((source) => source.name === name));
  if (missing === undefined) return;
  throw createRefusal(`The placeholder ${missing[0]} in inputText does not match the name of a media source.`);
}

function readImage({ base64String: data, s3Location: location }: MediaSource, at: string): EmbeddingPart {
  if ((data === undefined) === (location === undefined)) {
    refuseMalformed([`${at}: ${data === undefined ? 0 : 2} of base64String and s3Location are set instead of one`]);
  }
  if (data === undefined) return { medium: location?.uri ?? "" };
  const image = readBase64(data, `${at}/base64String`);
  if (image.byteLength <= MAX_IMAGE_BYTES) return { image };
  throw createRefusal(`The image at ${at} has ${image.byteLength} bytes, and at most ${MAX_IMAGE_BYTES} are allowed.`);
}
