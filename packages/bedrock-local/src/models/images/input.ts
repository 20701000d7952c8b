import { createRefusal } from "../../validations/refusal.ts";
import type { Canvas } from "./canvas.ts";
import { decodeImage } from "./codec.ts";

/**
 * The picture of a base64 text.
 *
 * @param at where the text stands in the body, for the error.
 * @throws AwsError `ValidationException` when it is no PNG and no JPEG file.
 */
export function readImage(text: string, at: string): Canvas {
  const canvas = decodeImage(Buffer.from(text, "base64"));
  if (canvas !== undefined) return canvas;
  throw createRefusal(
    `Unable to process the image in ${at}. Provide a PNG or JPEG file as base64 text, without "data:" before it.`,
  );
}

/** The file of a picture, as base64 text. */
export function renderBase64(file: Uint8Array): string {
  return Buffer.from(file).toString("base64");
}

/** The seed of a request; Stability's models take 0 for one of their own choice. */
export function readSeed(seed: number | undefined, choose: () => number): number {
  return seed === undefined || seed === 0 ? choose() : seed;
}
