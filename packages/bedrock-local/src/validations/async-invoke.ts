/**
 * Inputs of the models of StartAsyncInvoke.
 *
 * Specification: https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html,
 * https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
import { type BodySchema, readBody, refuseMalformed } from "./body-schema.ts";
import { source } from "./embeddings/nova.ts";
import { createRefusal } from "./refusal.ts";

interface ReelImage {
  readonly format: "png" | "jpeg";
  readonly source: {
    readonly bytes?: string;
    readonly s3Location?: { readonly uri: string; readonly bucketOwner?: string };
  };
}

/** `modelInput` of Nova Reel. */
export interface ReelInput {
  readonly taskType: "TEXT_VIDEO" | "MULTI_SHOT_AUTOMATED" | "MULTI_SHOT_MANUAL";
  readonly textToVideoParams?: { readonly text: string; readonly images?: readonly ReelImage[] };
  readonly multiShotAutomatedParams?: { readonly text: string };
  readonly multiShotManualParams?: { readonly shots: readonly { readonly text: string; readonly image?: ReelImage }[] };
  readonly videoGenerationConfig?: {
    readonly durationSeconds?: number;
    readonly fps?: number;
    readonly dimension?: "1280x720";
    readonly seed?: number;
  };
}

/** `modelInput` of Luma Ray. */
export interface LumaInput {
  readonly prompt: string;
  readonly aspect_ratio?: string;
  readonly loop?: boolean;
  readonly duration?: "5s" | "9s";
  readonly resolution?: "540p" | "720p";
  readonly keyframes?: unknown;
}

/** Luma's aspect ratios and their sizes at 720p. */
export const LUMA_SIZES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  "1:1": [720, 720],
  "16:9": [1280, 720],
  "9:16": [720, 1280],
  "4:3": [960, 720],
  "3:4": [720, 960],
  "21:9": [1680, 720],
  "9:21": [720, 1680],
};

const SHOT_SECONDS = 6;
const REEL_TASKS = {
  TEXT_VIDEO: "textToVideoParams",
  MULTI_SHOT_AUTOMATED: "multiShotAutomatedParams",
  MULTI_SHOT_MANUAL: "multiShotManualParams",
} as const;

const IMAGE: BodySchema<ReelImage> = {
  type: "object",
  members: {
    format: { type: "string", enum: ["png", "jpeg"] },
    source,
  },
  required: ["format", "source"],
};

/**
 * Reads the input of Nova Reel. Version 1:0 makes single shots only.
 *
 * @throws AwsError `ValidationException`.
 */
export function readReelInput(body: Readonly<Record<string, unknown>>, isV1: boolean): ReelInput {
  const input = readBody<ReelInput>(createReelSchema(isV1), body);
  const own = REEL_TASKS[input.taskType];
  const foreign = Object.values(REEL_TASKS).filter((name) => name !== own && Object.hasOwn(body, name));
  refuseMalformed([
    ...foreign.map((name) => `#: extraneous key [${name}] is not permitted`),
    ...(Object.hasOwn(body, own) ? [] : [`#: required key [${own}] not found`]),
  ]);
  checkDuration(input);
  return input;
}

function createReelSchema(isV1: boolean): BodySchema<ReelInput> {
  const shot = { type: "string", minLength: 1, maxLength: 512 } as const;
  return {
    type: "object",
    members: {
      taskType: {
        type: "string",
        enum: isV1 ? ["TEXT_VIDEO"] : ["TEXT_VIDEO", "MULTI_SHOT_AUTOMATED", "MULTI_SHOT_MANUAL"],
      },
      textToVideoParams: {
        type: "object",
        members: { text: shot, images: { type: "array", items: IMAGE, minItems: 1, maxItems: 1 } },
        required: ["text"],
      },
      multiShotAutomatedParams: {
        type: "object",
        members: { text: { type: "string", minLength: 1, maxLength: 4000 } },
        required: ["text"],
      },
      multiShotManualParams: {
        type: "object",
        members: {
          shots: {
            type: "array",
            items: { type: "object", members: { text: shot, image: IMAGE }, required: ["text"] },
            minItems: 2,
            maxItems: 20,
          },
        },
        required: ["shots"],
      },
      videoGenerationConfig: {
        type: "object",
        members: {
          durationSeconds: { type: "integer", minimum: SHOT_SECONDS, maximum: 120 },
          fps: { type: "integer", enum: [24] },
          dimension: { type: "string", enum: ["1280x720"] },
          seed: { type: "integer", minimum: 0, maximum: 2_147_483_646 },
        },
      },
    },
    required: ["taskType"],
  };
}

function checkDuration({ taskType, videoGenerationConfig }: ReelInput): void {
  const seconds = videoGenerationConfig?.durationSeconds;
  const isGood =
    seconds === undefined ||
    (taskType === "TEXT_VIDEO"
      ? seconds === SHOT_SECONDS
      : taskType === "MULTI_SHOT_AUTOMATED" && seconds >= 12 && seconds % SHOT_SECONDS === 0);
  if (isGood) return;
  throw createRefusal(
    `Value of durationSeconds is not valid for ${taskType}. Given: ${seconds}. A single shot has 6 seconds, ` +
      "automated shots have 12 to 120 seconds in steps of 6, and manual shots take no duration.",
  );
}

/** Reads the input of Luma Ray. Throws `AwsError` `ValidationException`. */
export function readLumaInput(body: unknown): LumaInput {
  return readBody<LumaInput>(
    {
      type: "object",
      members: {
        prompt: { type: "string", minLength: 1, maxLength: 5000 },
        aspect_ratio: { type: "string", enum: Object.keys(LUMA_SIZES) },
        loop: { type: "boolean" },
        duration: { type: "string", enum: ["5s", "9s"] },
        resolution: { type: "string", enum: ["540p", "720p"] },
        keyframes: { type: "any" },
      },
      required: ["prompt"],
    },
    body,
  );
}
