/** What stands in a scene. Sizes go with the picture's shorter side. */
import { type Random, randomInteger } from "../../random.ts";
import { mixRgb, packRgb, type Rgb, unpackRgb } from "./canvas.ts";
import type { Palette } from "./palette.ts";

/** A picture in the making. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** One number for each pixel, as `packRgb` gives it. */
  readonly pixels: Uint32Array;
  /** Row in which the sky ends. */
  readonly horizon: number;
  readonly palette: Palette;
  readonly random: Random;
}

type Board = Pick<Scene, "width" | "height" | "pixels">;

/** Stars in the upper sky. */
export function paintStars(scene: Scene): void {
  const { width, horizon, random, palette } = scene;
  const size = Math.max(1, Math.round(findUnit(scene) / 512));
  for (let count = 0; count < 160; count += 1) {
    const color = mixRgb(palette.skyTop, [255, 255, 255], 0.3 + random() * 0.7);
    const left = randomInteger(random, 0, width - 1);
    fillBox(scene, left, Math.floor(random() ** 1.5 * horizon), size, size, color);
  }
}

/** A sun or moon with a glow around it. */
export function paintDisc(scene: Scene): void {
  const { width, height, pixels, horizon, palette, random } = scene;
  const radius = findUnit(scene) * (0.06 + random() * 0.06);
  const centerX = width * (0.2 + random() * 0.6);
  const centerY = horizon * (0.25 + random() * 0.45);
  const reach = radius * 3;
  const top = Math.max(0, Math.floor(centerY - reach));
  for (let y = top; y < Math.min(height, centerY + reach); y += 1) {
    const sky = pixels[y * width] ?? 0;
    const under = unpackRgb(sky);
    for (let x = Math.max(0, Math.floor(centerX - reach)); x < Math.min(width, centerX + reach); x += 1) {
      // Many times faster than Math.hypot.
      const distance = Math.sqrt((x - centerX) ** 2 + (y - centerY) ** 2);
      if (distance > reach || pixels[y * width + x] !== sky) continue;
      const glow = distance < radius ? 1 : 0.5 * (1 - (distance - radius) / (reach - radius)) ** 2;
      const [red, green, blue] = mixRgb(under, palette.sun, glow);
      pixels[y * width + x] = packRgb(red, green, blue);
    }
  }
}

/** A ridge of hills. `nearness` (0 to 1) decides the colour, `rise` how high above the horizon it may reach. */
export function paintHills(scene: Scene, nearness: number, rise: number): void {
  const { width, height, horizon, palette, random } = scene;
  const waves = [1, 2, 5, 11, 23].map((frequency) => ({
    step: (frequency * (0.7 + random() * 0.6) * Math.PI * 2) / Math.max(width, height),
    phase: random() * Math.PI * 2,
    reach: (rise * height) / (2 * frequency ** 0.9),
  }));
  const base = horizon + height * 0.16 * nearness - rise * height * 0.3;
  const color = mixRgb(palette.skyBottom, palette.ground, nearness);
  for (let x = 0; x < width; x += 1) {
    let top = base;
    for (const { step, phase, reach } of waves) top -= Math.sin(x * step + phase) * reach;
    fillBox(scene, x, Math.round(top), 1, height, color);
  }
}

/** A row of towers with lit windows. */
export function paintTowers(scene: Scene, nearness: number, reach: number): void {
  const { width, height, horizon, palette, random } = scene;
  const unit = findUnit(scene);
  const wall = mixRgb(mixRgb(palette.skyBottom, palette.ground, nearness), [12, 12, 22], nearness * 0.55);
  const light = mixRgb(wall, palette.sun, 0.35 + nearness * 0.5);
  const base = horizon + Math.round(height * 0.2 * nearness);
  for (let left = -unit * 0.02; left < width;) {
    const breadth = unit * (0.03 + random() * 0.06);
    const top = Math.round(base - unit * (0.06 + random() ** 2 * 0.5) * reach);
    const x = Math.round(left);
    fillBox(scene, x, top, Math.round(breadth), height, wall);
    if (random() < 0.35)
      fillBox(scene, Math.round(left + breadth / 2), top - Math.round(breadth), 2, Math.round(breadth), wall);
    paintWindows(scene, x, top, Math.round(breadth), base, light);
    left += breadth * (random() < 0.6 ? 1 : 1.6);
  }
}

function paintWindows(scene: Scene, left: number, top: number, breadth: number, base: number, light: Rgb): void {
  const size = Math.max(1, Math.round(findUnit(scene) / 200));
  for (let y = top + size * 2; y < base; y += size * 3) {
    for (let x = left + size; x + size * 2 <= left + breadth; x += size * 3) {
      if (scene.random() < 0.4) fillBox(scene, x, y, size, size * 2, light);
    }
  }
}

/** Firs in front. */
export function paintTrees(scene: Scene): void {
  const { width, height, palette, random } = scene;
  const unit = findUnit(scene);
  for (let count = 0; count < 70; count += 1) {
    const nearness = count / 70;
    const tall = unit * (0.06 + nearness * 0.16) * (0.7 + random() * 0.6);
    const center = random() * width;
    const base = height * (0.76 + nearness * 0.22);
    const color = mixRgb(palette.ground, [8, 30, 16], 0.2 + nearness * 0.5);
    for (let y = 0; y < tall; y += 1) {
      const half = (tall * 0.22 * y) / tall + (((y * 4) / tall) % 1) * tall * 0.06;
      fillBox(scene, Math.round(center - half), Math.round(base - tall + y), Math.ceil(half * 2), 1, color);
    }
  }
}

/** Water up to the lower edge, in which the scene above is mirrored. */
export function paintWater(scene: Scene): void {
  const { width, height, pixels, horizon, palette, random } = scene;
  const shore = Math.round(horizon + (height - horizon) * 0.3);
  const deep = mixRgb(palette.ground, palette.skyBottom, 0.15);
  const phase = random() * 6;
  for (let y = shore; y < height; y += 1) {
    const mirror = Math.max(0, shore - Math.round((y - shore) * 1.4));
    const shift = Math.round(Math.sin(y * 0.6 + phase) * (2 + ((y - shore) * 12) / height));
    for (let x = 0; x < width; x += 1) {
      const from = Math.min(width - 1, Math.max(0, x + shift));
      const [red, green, blue] = mixRgb(unpackRgb(pixels[mirror * width + from] ?? 0), deep, 0.45);
      pixels[y * width + x] = packRgb(red, green, blue);
    }
  }
}

function findUnit({ width, height }: Board): number {
  return Math.min(width, height);
}

function fillBox(
  board: Board,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Rgb,
): void {
  const from = Math.max(0, left);
  const until = Math.min(board.width, left + width);
  if (from >= until) return;
  const color = packRgb(red, green, blue);
  const bottom = Math.min(board.height, top + height);
  for (let y = Math.max(0, top); y < bottom; y += 1) {
    const at = y * board.width;
    // A call costs more than what it does to a single pixel; hills are columns of those.
    if (until - from === 1) board.pixels[at + from] = color;
    else board.pixels.fill(color, at + from, at + until);
  }
}
