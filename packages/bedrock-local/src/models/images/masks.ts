import { createRandom } from "../../random.ts";
import { type Canvas, type Mask, measureLight, resize, type Rgb } from "./canvas.ts";
import { findColors } from "./palette.ts";
import { hashText, splitWords } from "./scene.ts";

/** How far a colour may be from another to count as the same, as a distance of red, green and blue. */
const NEAR_COLOR = 120;
const SAME_BACKGROUND = 48;

/** A box of pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The mask of a mask image, which is brought to the size of the picture. `inside` is the colour of what is meant. */
export function readMaskImage(image: Canvas, { width, height }: Canvas, inside: "black" | "white"): Mask {
  const light = measureLight(resize(image, width, height));
  return light.map((value) => (value < 128 === (inside === "black") ? 255 : 0));
}

/** What is transparent in a picture. */
export function readAlpha({ data }: Canvas): Mask {
  return Uint8Array.from({ length: data.length / 4 }, (_, index) => 255 - (data[index * 4 + 3] ?? 255));
}

/**
 * What a text means in a picture: the pixels of the colours that it names, else an oval at a place that goes with the
 * words. A local model cannot see; it is only always the same place for the same words.
 */
export function selectByText(canvas: Canvas, text: string): Mask {
  const colors = findColors(splitWords(text));
  if (colors.length > 0) {
    const mask = selectColors(canvas, colors);
    if (mask.includes(255)) return mask;
  }
  const random = createRandom(hashText(text.toLowerCase()));
  const width = canvas.width * (0.35 + random() * 0.2);
  const height = canvas.height * (0.35 + random() * 0.2);
  const left = (canvas.width - width) * (0.3 + random() * 0.4);
  const top = (canvas.height - height) * (0.3 + random() * 0.4);
  return createOval(canvas, { left, top, width, height });
}

/** An oval that touches all sides of `box`. */
export function createOval({ width, height }: Canvas, box: Box): Mask {
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const down = (y + 0.5 - box.top) / box.height - 0.5;
    const half = Math.sqrt(Math.max(0, 0.25 - down * down)) * box.width;
    if (half === 0) continue;
    const center = box.left + box.width / 2;
    const from = Math.max(0, Math.round(center - half));
    mask.fill(255, y * width + from, y * width + Math.max(from, Math.min(width, Math.round(center + half))));
  }
  return mask;
}

/** Makes a mask wider by `reach` pixels to every side. */
export function growMask(mask: Mask, width: number, reach: number): Mask {
  if (reach === 0) return mask;
  return spread(spread(mask, width, 1, reach), width, width, reach);
}

/** All that is not in the mask. */
export function invertMask(mask: Mask): Mask {
  return mask.map((value) => 255 - value);
}

/** The smallest box around a mask; `undefined` when it is empty. */
export function findBox(mask: Mask, width: number): Box | undefined {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let index = 0; index < mask.length; index += 1) {
    if ((mask[index] ?? 0) < 128) continue;
    const x = index % width;
    bottom = Math.floor(index / width);
    if (top < 0) top = bottom;
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return top < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** All within a box. */
export function fillBoxMask({ width, height }: Canvas, box: Box): Mask {
  const mask = new Uint8Array(width * height);
  for (let y = box.top; y < box.top + box.height; y += 1) {
    mask.fill(255, y * width + box.left, y * width + box.left + box.width);
  }
  return mask;
}

/** What hangs together with the edge of the picture and has its colour. All around an oval when there is no such thing. */
export function findBackground(canvas: Canvas): Mask {
  const { width, height } = canvas;
  const mask = new Uint8Array(width * height);
  const waiting: number[] = [];
  const visit = (index: number, from: number): void => {
    if (mask[index] === 255 || distance(canvas, index, pixelAt(canvas, from)) > SAME_BACKGROUND) return;
    mask[index] = 255;
    waiting.push(index);
  };
  for (let x = 0; x < width; x += 1) visit(x, x);
  for (let y = 0; y < height; y += 1) {
    visit(y * width, y * width);
    visit(y * width + width - 1, y * width + width - 1);
  }
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const x = index % width;
    if (x > 0) visit(index - 1, index);
    if (x < width - 1) visit(index + 1, index);
    if (index >= width) visit(index - width, index);
    if (index + width < mask.length) visit(index + width, index);
  }
  const share = mask.reduce((sum, value) => sum + (value === 255 ? 1 : 0), 0) / mask.length;
  if (share > 0.05 && share < 0.95) return mask;
  const box = { left: width * 0.15, top: height * 0.1, width: width * 0.7, height: height * 0.8 };
  return invertMask(createOval(canvas, box));
}

function selectColors(canvas: Canvas, colors: readonly Rgb[]): Mask {
  const mask = new Uint8Array(canvas.width * canvas.height);
  for (let index = 0; index < mask.length; index += 1) {
    if (colors.some((color) => distance(canvas, index, color) < NEAR_COLOR)) mask[index] = 255;
  }
  return mask;
}

function distance({ data }: Canvas, index: number, [red, green, blue]: Rgb): number {
  const at = index * 4;
  return Math.hypot((data[at] ?? 0) - red, (data[at + 1] ?? 0) - green, (data[at + 2] ?? 0) - blue);
}

function pixelAt({ data }: Canvas, index: number): Rgb {
  return [data[index * 4] ?? 0, data[index * 4 + 1] ?? 0, data[index * 4 + 2] ?? 0];
}

/** Spreads along lines: `step` is 1 for rows and the width for columns. */
function spread(mask: Mask, width: number, step: number, reach: number): Mask {
  const grown = new Uint8Array(mask);
  for (let index = 0; index < mask.length; index += 1) {
    if (mask[index] === 0) continue;
    const place = step === 1 ? index % width : Math.floor(index / width);
    const length = step === 1 ? width : mask.length / width;
    const from = Math.max(0, place - reach);
    const until = Math.min(length - 1, place + reach);
    for (let other = from; other <= until; other += 1) grown[index + (other - place) * step] = 255;
  }
  return grown;
}
