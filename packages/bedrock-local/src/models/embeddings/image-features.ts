/** What an image shows, as the same kind of features as a text: the names of its colours, and where they are. */
import { createHash } from "node:crypto";

import type { Canvas } from "../images/canvas.ts";
import { decodeImage } from "../images/codec.ts";
import { addFeature, addMeaning, type Features } from "./text-features.ts";

type Colour = readonly [name: string, red: number, green: number, blue: number];

const COLOURS: readonly Colour[] = [
  ["red", 220, 20, 30],
  ["orange", 250, 140, 20],
  ["yellow", 250, 230, 40],
  ["green", 40, 160, 50],
  ["cyan", 40, 210, 210],
  ["blue", 40, 60, 220],
  ["purple", 140, 40, 180],
  ["pink", 250, 150, 190],
  ["brown", 120, 75, 35],
  ["white", 250, 250, 250],
  ["black", 10, 10, 10],
  ["grey", 128, 128, 128],
];

const WEIGHTS = { colour: 2, place: 0.5, shape: 0.2 } as const;
/** An image is looked at in so many places across and down. */
const SAMPLES = 48;
/** And is divided into so many fields across and down. */
const FIELDS = 3;

/**
 * The features of a PNG or JPEG image. Other formats, and images that cannot be decoded, are known by their bytes alone:
 * equal ones are equal, and that is all.
 */
export function listImageFeatures(bytes: Uint8Array): Features {
  const features: Features = new Map();
  const pixels = decodeImage(bytes);
  if (pixels === undefined) {
    return addBytes(features, bytes);
  }
  for (const [name, share] of measureColours(pixels)) addMeaning(features, name, WEIGHTS.colour * share);
  for (const [place, share] of measurePlaces(pixels)) addFeature(features, `place:${place}`, WEIGHTS.place * share);
  addFeature(features, `shape:${Math.round(2 * Math.log2(pixels.width / pixels.height))}`, WEIGHTS.shape);
  return features;
}

/** The one feature of bytes that nothing is known about. */
export function listByteFeatures(bytes: Uint8Array): Features {
  return addBytes(new Map(), bytes);
}

function addBytes(features: Features, bytes: Uint8Array): Features {
  addFeature(features, `bytes:${createHash("sha256").update(bytes).digest("base64")}`, 1);
  return features;
}

function measureColours(pixels: Canvas): Map<string, number> {
  return measureShares(pixels, (colour) => colour);
}

function measurePlaces(pixels: Canvas): Map<string, number> {
  return measureShares(pixels, (colour, column, row) => `${colour} ${column} ${row}`);
}

/** How much of the image each key takes, as a share of 1. */
function measureShares(
  pixels: Canvas,
  createKey: (colour: string, column: number, row: number) => string,
): Map<string, number> {
  const shares = new Map<string, number>();
  for (let row = 0; row < SAMPLES; row += 1) {
    for (let column = 0; column < SAMPLES; column += 1) {
      const colour = nameColour(pixels, (column + 0.5) / SAMPLES, (row + 0.5) / SAMPLES);
      const key = createKey(colour, Math.floor((column * FIELDS) / SAMPLES), Math.floor((row * FIELDS) / SAMPLES));
      shares.set(key, (shares.get(key) ?? 0) + 1 / SAMPLES ** 2);
    }
  }
  return shares;
}

/** The nearest named colour at a place (each from 0 to 1). What is see-through is white. */
function nameColour({ width, height, data }: Canvas, x: number, y: number): string {
  const at = 4 * (Math.floor(y * height) * width + Math.floor(x * width));
  const [red = 0, green = 0, blue = 0, alpha = 255] = data.subarray(at, at + 4);
  if (alpha < 128) return "white";
  const distances = COLOURS.map(([name, r, g, b]) => ({
    name,
    distance: (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2,
  }));
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best)).name;
}
