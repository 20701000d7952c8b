import { LUMA_SIZES, readLumaInput, readReelInput } from "../../validations/async-invoke.ts";
import { type Canvas, resize } from "../images/canvas.ts";
import { encodeImage } from "../images/codec.ts";
import { readImage } from "../images/input.ts";
import { hashText, paintScene } from "../images/scene.ts";
import { encodeMp4, type Frame, type Size } from "./mp4.ts";

/** A film to be made: its shots one after the other. */
export interface Film {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly shots: readonly Shot[];
}

/** A part of a film. `image` is what it begins with. */
export interface Shot {
  readonly prompt: string;
  readonly durationMs: number;
  readonly image?: Canvas | undefined;
}

const REEL = { width: 1280, height: 720, shotMs: 6000, seed: 42 };

/** The film that an input of Nova Reel asks for. Throws `AwsError` `ValidationException`. */
export function planReel(body: Readonly<Record<string, unknown>>, isV1: boolean): Film {
  const { textToVideoParams, multiShotAutomatedParams, multiShotManualParams, videoGenerationConfig } = readReelInput(
    body,
    isV1,
  );
  const { durationSeconds = 12, seed = REEL.seed } = videoGenerationConfig ?? {};
  const { width, height, shotMs: durationMs } = REEL;
  if (multiShotAutomatedParams) {
    const count = (durationSeconds * 1000) / durationMs;
    const shots = Array.from({ length: count }, () => ({ prompt: multiShotAutomatedParams.text, durationMs }));
    return { width, height, seed, shots };
  }
  if (multiShotManualParams) {
    const shots = multiShotManualParams.shots.map(({ text, image }, index) => ({
      prompt: text,
      durationMs,
      image: readStart(image?.source.bytes, `#/multiShotManualParams/shots/${index}/image`),
    }));
    return { width, height, seed, shots };
  }
  const bytes = textToVideoParams?.images?.[0]?.source.bytes;
  const image = readStart(bytes, "#/textToVideoParams/images/0");
  return { width, height, seed, shots: [{ prompt: textToVideoParams?.text ?? "", durationMs, image }] };
}

/** The film that an input of Luma Ray asks for. Throws `AwsError` `ValidationException`. */
export function planLuma(body: unknown): Film {
  const { prompt, aspect_ratio: ratio = "16:9", duration = "5s", resolution = "720p" } = readLumaInput(body);
  const [width, height] = LUMA_SIZES[ratio] ?? [1280, 720];
  const scale = resolution === "540p" ? 0.75 : 1;
  const durationMs = Number.parseInt(duration, 10) * 1000;
  return { width: width * scale, height: height * scale, seed: hashText(prompt), shots: [{ prompt, durationMs }] };
}

/** Frames are painted in half the size, and shown in the whole: a film of two minutes should not take as long. */
const FRAME_SCALE = 0.5;

/** The MP4 files of a film, in Motion JPEG with two pictures for each shot: all of it, and each of its shots. */
export function renderFilm({ width, height, seed, shots }: Film): { whole: Uint8Array; parts: Uint8Array[] } {
  const coded = { width: width * FRAME_SCALE, height: height * FRAME_SCALE };
  const frames = shots.map((shot, index) => paintFrames(shot, seed + index * 2, coded));
  const encode = (some: readonly Frame[]): Uint8Array => encodeMp4(some, coded, { width, height });
  return { whole: encode(frames.flat()), parts: frames.map(encode) };
}

function paintFrames({ prompt, durationMs, image }: Shot, seed: number, size: Size): Frame[] {
  const first = image === undefined ? paintScene({ prompt, seed, ...size }) : resize(image, size.width, size.height);
  const second = paintScene({ prompt, seed: seed + 1, ...size });
  return [first, second].map((picture) => ({ jpeg: encodeImage(picture, "jpeg"), durationMs: durationMs / 2 }));
}

function readStart(bytes: string | undefined, at: string): Canvas | undefined {
  return bytes === undefined ? undefined : readImage(bytes, at);
}
