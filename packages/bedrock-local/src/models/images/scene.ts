import { createRandom } from "../../random.ts";
import { type Canvas, createCanvas, mixRgb, packRgb, type Rgb } from "./canvas.ts";
import { choosePalette } from "./palette.ts";
import { paintDisc, paintHills, paintStars, paintTowers, paintTrees, paintWater, type Scene } from "./scenery.ts";

/** What a picture is to show. */
export interface SceneRequest {
  readonly prompt: string;
  /** Its words are taken out of the prompt. */
  readonly negativePrompt?: string | undefined;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  /** Colours to paint with, before those that the prompt names. */
  readonly colors?: readonly Rgb[] | undefined;
}

const CITY =
  /^(city|cities|town|tower|towers|skyline|skyscraper|skyscrapers|building|buildings|street|castle|metropolis)$/;
const WATER = /^(sea|ocean|beach|lake|river|coast|harbor|harbour|water|island|boat|ship)$/;
const WOOD = /^(forest|jungle|trees|tree|woods|garden|park|pine|pines)$/;
const DARK = /^(night|midnight|stars|starry|space|galaxy|nebula|cosmos|universe|mars|martian|moon|planet|planets)$/;

/**
 * Paints a landscape that the words and colours of the prompt decide: sky, sun, hills, towers, trees, water. The same
 * request gives the same picture, another seed another one.
 */
export function paintScene(request: SceneRequest): Canvas {
  const { prompt, negativePrompt = "", seed, width, height, colors = [] } = request;
  const unwanted = new Set(splitWords(negativePrompt));
  const words = splitWords(prompt).filter((word) => !unwanted.has(word));
  const shows = (what: RegExp): boolean => words.some((word) => what.test(word));
  const key = hashText(words.join(" "));
  const canvas = createCanvas(width, height);
  const random = createRandom(key, seed);
  const scene: Scene = {
    width,
    height,
    pixels: new Uint32Array(canvas.data.buffer),
    horizon: Math.round(height * (0.58 + random() * 0.14)),
    palette: choosePalette(words, colors, key ^ seed),
    random,
  };
  paintSky(scene);
  if (shows(DARK)) paintStars(scene);
  paintDisc(scene);
  paintHills(scene, 0.45, 0.2);
  if (shows(CITY)) paintTowers(scene, 0.4, 0.9);
  paintHills(scene, 0.75, 0.1);
  if (shows(CITY)) paintTowers(scene, 0.85, 0.6);
  if (shows(WATER)) paintWater(scene);
  if (shows(WOOD)) paintTrees(scene);
  return canvas;
}

/** The words, numbers and signs of a text, in lower case. */
export function splitWords(text: string): string[] {
  return text.toLowerCase().match(/[^\s\p{P}]+/gu) ?? [];
}

/** A number for a text: the same for the same text, most likely another for another one. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function paintSky({ width, height, pixels, horizon, palette }: Scene): void {
  for (let y = 0; y < height; y += 1) {
    const share = Math.min(1, y / horizon);
    const [red, green, blue] = mixRgb(palette.skyTop, palette.skyBottom, share * share * (3 - 2 * share));
    pixels.fill(packRgb(red, green, blue), y * width, (y + 1) * width);
  }
}
