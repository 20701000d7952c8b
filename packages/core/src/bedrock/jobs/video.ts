import { CapabilityError, InputError } from "../../errors.ts";
import type { LoadMedia } from "../../media/options.ts";
import { readImagePart } from "../../media/read-image.ts";
import { checkNames, REQUEST_OPTIONS } from "../../requests/options.ts";
import { countCharacters } from "../../types/characters.ts";
import { compact, type JsonObject } from "../../types/json.ts";
import type { MediaSource } from "../../types/media.ts";
import type { BedrockClient } from "../client.ts";
import { flag, oneOf } from "../images/rules.ts";
import { checkPlain } from "../json-body.ts";
import { mergeDeep } from "../merge-deep.ts";
import { nameModel } from "../models.ts";
import {
  INVOCATION_OPTIONS,
  startAsyncInvocation,
  type AsyncInvocation,
  type AsyncInvocationOptions,
} from "./async-invocation.ts";

/** One of several scenes that follow each other. */
export interface VideoShot {
  readonly text: string;
  /** What the scene begins with, a PNG or JPEG. */
  readonly image?: MediaSource | undefined;
}

/** What to make a video of, and where it goes. */
export interface VideoOptions extends AsyncInvocationOptions {
  /** `amazon.nova-reel-v1:0`, `amazon.nova-reel-v1:1` or `luma.ray-v2:0`. */
  model: string;
  /** Nova Reel: 6, or 12 to 120 in steps of 6 (then of several scenes). Ray 2: 5 or 9. Default: the shortest. */
  durationSeconds?: number | undefined;
  /** What the video begins with; for Ray 2 a second one that it ends with. PNG or JPEG. */
  images?: readonly MediaSource[] | undefined;
  /** Nova Reel 1.1: 2 to 20 scenes of 6 seconds each, in place of a prompt. */
  shots?: readonly VideoShot[] | undefined;
  /** Nova Reel: 0 to 2,147,483,646. */
  seed?: number | undefined;
  /** Ray 2: `"16:9"` (default) and the like. */
  aspectRatio?: "1:1" | "16:9" | "9:16" | "4:3" | "3:4" | "21:9" | "9:21" | undefined;
  /** Ray 2. Default `"720p"`. */
  resolution?: "540p" | "720p" | undefined;
  /** Ray 2: whether the end fits to the beginning. */
  loop?: boolean | undefined;
  /** Fields of the model's own; they win over what is rendered. */
  params?: JsonObject | undefined;
}

/** An image as it is sent. */
interface Frame {
  readonly format: string;
  /** Base64, or an object in S3. */
  readonly base64?: string;
  readonly uri?: string;
}

/** What is rendered: images are read. */
interface Scene extends Pick<VideoOptions, "durationSeconds" | "seed" | "aspectRatio" | "resolution" | "loop"> {
  readonly prompt: string | undefined;
  readonly images: readonly Frame[];
  readonly shots: readonly { readonly text: string; readonly image: Frame | undefined }[] | undefined;
}

/** A family of models that make videos. */
interface VideoFamily {
  readonly pattern: RegExp;
  /** What a request may hold beside the prompt. */
  readonly takes: readonly (keyof Scene)[];
  readonly render: (scene: Scene, bareId: string) => JsonObject;
}

const FAMILIES: readonly VideoFamily[] = [
  {
    pattern: /^amazon\.nova-reel-v1:\d/,
    takes: ["durationSeconds", "images", "shots", "seed"],
    render: renderReel,
  },
  {
    pattern: /^luma\.ray-v2:\d/,
    takes: ["durationSeconds", "images", "aspectRatio", "resolution", "loop"],
    render: renderRay,
  },
];

const SPECIFIC = ["durationSeconds", "images", "shots", "seed", "aspectRatio", "resolution", "loop"] as const;

/**
 * Starts a video.
 *
 * @throws {InputError} `ERR_INPUT` when something is out of range
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model makes no videos, or has no such option
 * @see https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-luma.html
 */
export async function startVideo(
  client: BedrockClient,
  load: LoadMedia,
  prompt: string | undefined,
  options: VideoOptions,
): Promise<AsyncInvocation> {
  checkNames(options, ["model", ...SPECIFIC, "params", ...INVOCATION_OPTIONS, ...REQUEST_OPTIONS], "video()");
  const { model, images = [], shots, params = {}, ...others } = options;
  const { durationSeconds, seed, aspectRatio, resolution, loop, ...rest } = others;
  if (typeof model !== "string")
    throw new InputError("No model is set: give llm.video() one, like amazon.nova-reel-v1:1.");
  const { bareId } = nameModel(model);
  const family = FAMILIES.find(({ pattern }) => pattern.test(bareId));
  if (!family) {
    throw new CapabilityError(
      `${model} is no model that makes videos here: give amazon.nova-reel-v1:1 or luma.ray-v2:0, ` +
        "or its own input to llm.asyncInvocations.start().",
    );
  }
  const missing = SPECIFIC.find((name) => options[name] !== undefined && !family.takes.includes(name));
  if (missing) {
    const takes = family.takes.join(", ");
    throw new CapabilityError(`${model} has no ${missing}: it takes ${takes}, and params for the rest.`);
  }
  checkPlain(params, "params");
  checkList(images, "images");
  if (shots !== undefined) checkList(shots, "shots");
  const read = (source: MediaSource, where: string): Promise<Frame> => readFrame(source, where, load, options.signal);
  const scene: Scene = {
    prompt,
    durationSeconds,
    seed,
    aspectRatio,
    resolution,
    loop,
    images: await Promise.all(Array.from(images, (source, index) => read(source, `images[${index}]`))),
    shots: shots && (await readShots(shots, read)),
  };
  const input = mergeDeep(family.render(scene, bareId), params);
  return startAsyncInvocation(client, model, input, rest);
}

function readShots(
  shots: readonly VideoShot[],
  read: (source: MediaSource, where: string) => Promise<Frame>,
): Promise<NonNullable<Scene["shots"]>> {
  const readShot = async (shot: VideoShot, index: number): Promise<NonNullable<Scene["shots"]>[number]> => {
    const where = `shots[${index}]`;
    checkPlain(shot, where);
    checkNames(shot, ["text", "image"], where);
    const { text, image }: VideoShot = shot;
    return {
      text: checkText(text, `${where}.text`, 512),
      image: image === undefined ? undefined : await read(image, `${where}.image`),
    };
  };
  return Promise.all(Array.from(shots, readShot));
}

function checkList(list: unknown, name: string): void {
  if (!Array.isArray(list)) throw new InputError(`${name} is ${typeof list}: give a list.`);
}

function renderReel({ prompt, durationSeconds, seed, images, shots }: Scene, bareId: string): JsonObject {
  checkSeed(seed, 2_147_483_646);
  const config = { ...REEL_FORMAT, ...compact({ seed }) };
  if (shots) {
    const other = Object.entries({ "a prompt": prompt, durationSeconds, images: images[0] }).find(([, value]) => value);
    if (other) throw new InputError(`Both ${other[0]} and shots are given: give one of them.`);
    if (shots.length < 2 || shots.length > 20) throw new InputError(`shots has ${shots.length} scenes: give 2 to 20.`);
    return {
      taskType: needNewer(bareId, "MULTI_SHOT_MANUAL"),
      multiShotManualParams: {
        shots: shots.map(({ text, image }) => ({ text, ...(image && { image: renderReelImage(image) }) })),
      },
      videoGenerationConfig: config,
    };
  }
  if (durationSeconds === undefined || durationSeconds === 6) {
    if (images.length > 1) throw new InputError(`images has ${images.length} images: Nova Reel takes one.`);
    return {
      taskType: "TEXT_VIDEO",
      textToVideoParams: {
        text: checkText(prompt, "The prompt", 512),
        ...(images.length > 0 && { images: images.map(renderReelImage) }),
      },
      videoGenerationConfig: { ...config, durationSeconds: 6 },
    };
  }
  if (durationSeconds % 6 !== 0 || durationSeconds < 12 || durationSeconds > 120) {
    throw new InputError(`durationSeconds is ${durationSeconds}: give 6, or 12 to 120 in steps of 6.`);
  }
  if (images.length > 0) throw new InputError("A video of several scenes takes images in shots only: give shots.");
  return {
    taskType: needNewer(bareId, "MULTI_SHOT_AUTOMATED"),
    multiShotAutomatedParams: { text: checkText(prompt, "The prompt", 4000) },
    videoGenerationConfig: { ...config, durationSeconds },
  };
}

/** The only one that Nova Reel makes. */
const REEL_FORMAT = { fps: 24, dimension: "1280x720" };

function needNewer(bareId: string, taskType: string): string {
  if (!bareId.endsWith("v1:0")) return taskType;
  throw new CapabilityError(`${bareId} makes one scene of 6 seconds only: give amazon.nova-reel-v1:1.`);
}

function renderReelImage({ format, base64, uri }: Frame): JsonObject {
  return { format, source: uri === undefined ? { bytes: base64 } : { s3Location: { uri } } };
}

function renderRay({ prompt, durationSeconds, images, aspectRatio, resolution, loop }: Scene): JsonObject {
  if (durationSeconds !== undefined && durationSeconds !== 5 && durationSeconds !== 9) {
    throw new InputError(`durationSeconds is ${durationSeconds}: Ray 2 makes 5 or 9.`);
  }
  if (images.length > 2)
    throw new InputError(`images has ${images.length} images: Ray 2 takes a first and a last one.`);
  for (const [name, value, rule] of [
    ["aspectRatio", aspectRatio, oneOf("1:1 16:9 9:16 4:3 3:4 21:9 9:21")],
    ["resolution", resolution, oneOf("540p 720p")],
    ["loop", loop, flag],
  ] as const) {
    if (value === undefined || rule.toWire(value) !== undefined) continue;
    throw new InputError(`${name} is ${JSON.stringify(value)}: give ${rule.allowed}.`);
  }
  const keyframes = images.map(({ format, base64, uri }, index) => {
    if (base64 === undefined) throw new InputError(`images[${index}] is ${String(uri)}: Ray 2 takes bytes, not S3.`);
    return { type: "image", source: { type: "base64", media_type: `image/${format}`, data: base64 } };
  });
  return compact({
    prompt: checkText(prompt, "The prompt", 5000),
    aspect_ratio: aspectRatio,
    resolution,
    loop,
    duration: durationSeconds && `${durationSeconds}s`,
    keyframes: keyframes.length > 0 ? compact({ frame0: keyframes[0], frame1: keyframes[1] }) : undefined,
  });
}

function checkText(text: string | undefined, what: string, max: number): string {
  if (typeof text === "string" && text.trim() !== "" && countCharacters(text) <= max) return text;
  const received = typeof text === "string" ? `${countCharacters(text)} characters long` : String(text);
  throw new InputError(`${what} is ${received}: give a text of 1 to ${max} characters.`);
}

function checkSeed(seed: number | undefined, max: number): void {
  if (seed === undefined || (Number.isInteger(seed) && seed >= 0 && seed <= max)) return;
  throw new InputError(`seed is ${seed}: give a whole number from 0 to ${max}.`);
}

async function readFrame(...image: Parameters<typeof readImagePart>): Promise<Frame> {
  const part = await readImagePart(...image);
  if (part?.type === "image" && (part.format === "png" || part.format === "jpeg") && typeof part.source === "object") {
    const { format } = part;
    if ("base64" in part.source) return { format, base64: part.source.base64 };
    if ("uri" in part.source) return { format, uri: part.source.uri };
  }
  throw new InputError(`${image[1]} is ${part && "format" in part ? part.format : "no image"}: give a PNG or JPEG.`);
}
