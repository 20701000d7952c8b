import { createRandom } from "../../random.ts";
import { mixRgb, type Rgb } from "./canvas.ts";

/** The colours of a scene. */
export interface Palette {
  readonly skyTop: Rgb;
  readonly skyBottom: Rgb;
  readonly sun: Rgb;
  readonly ground: Rgb;
}

/** Names of colours and what they look like. */
const COLORS: Readonly<Record<string, number>> = {
  red: 0xd62828,
  crimson: 0xb1122f,
  scarlet: 0xe22b1d,
  orange: 0xf2801e,
  amber: 0xffb000,
  yellow: 0xf7d02c,
  gold: 0xe0aa1a,
  golden: 0xe0aa1a,
  green: 0x2f9e44,
  emerald: 0x0f9d6a,
  olive: 0x7a8030,
  turquoise: 0x30c5b8,
  teal: 0x117a7a,
  cyan: 0x22c3e6,
  blue: 0x2563d9,
  navy: 0x14285e,
  indigo: 0x4430a0,
  violet: 0x7a3fd0,
  purple: 0x8031a7,
  magenta: 0xd32fa0,
  pink: 0xf28bb5,
  brown: 0x7a4a2a,
  black: 0x17171b,
  white: 0xf3f3ee,
  gray: 0x868a90,
  grey: 0x868a90,
  silver: 0xb9bec6,
};

type ThemeRow = readonly [words: RegExp, skyTop: number, skyBottom: number, sun: number, ground: number];

/** The first row with a word of the prompt is the scene's. */
const THEMES: readonly ThemeRow[] = [
  [/^(mars|martian)$/, 0x5a2133, 0xe39255, 0xfff1d6, 0x8c3b22],
  [/^(space|galaxy|nebula|cosmos|universe|planet|planets)$/, 0x070716, 0x3b2470, 0xf6d9ff, 0x171229],
  [/^(night|midnight|moon|stars|starry)$/, 0x060b1f, 0x274472, 0xf5f3d7, 0x0c1524],
  [/^(sunset|sunrise|dawn|dusk|evening)$/, 0x47306f, 0xff9a55, 0xffe9a8, 0x2c1f3a],
  [/^(desert|dune|dunes|sahara|sand)$/, 0x5fb0d9, 0xf6e0b0, 0xfff6cf, 0xd39a4d],
  [/^(sea|ocean|beach|lake|coast|harbor|harbour)$/, 0x3e8ed0, 0xcdeaf7, 0xfffbe0, 0x1d5f8a],
  [/^(snow|snowy|winter|ice|arctic|glacier)$/, 0x88aecb, 0xe9f3fa, 0xffffff, 0xdfe9f1],
  [/^(forest|jungle|trees|tree|woods|garden|meadow)$/, 0x7cc3d8, 0xe8f3d1, 0xfff7c9, 0x2f6b3a],
];

/** The colour of `#rrggbb`. */
export function parseHexColor(text: string): Rgb {
  return toRgb(Number.parseInt(text.slice(1), 16));
}

/** The colours that are named among `words`, in their order. */
export function findColors(words: readonly string[]): Rgb[] {
  return words.flatMap((word) => {
    const color = Object.hasOwn(COLORS, word) ? COLORS[word] : undefined;
    return color === undefined ? [] : [toRgb(color)];
  });
}

/**
 * The colours of a scene: those that are given, else those that the words name, else those of what they tell of, else some
 * that go with `seed`.
 */
export function choosePalette(words: readonly string[], colors: readonly Rgb[], seed: number): Palette {
  const theme = THEMES.find(([pattern]) => words.some((word) => pattern.test(word)));
  const base = theme === undefined ? createPalette(seed) : createThemePalette(theme);
  const [first, second, third] = colors.length > 0 ? colors : findColors(words);
  if (first === undefined) return base;
  return {
    skyTop: mixRgb(first, [0, 0, 0], 0.25),
    skyBottom: mixRgb(first, [255, 255, 255], 0.2),
    sun: third ?? mixRgb(first, [255, 255, 255], 0.8),
    ground: second ?? mixRgb(first, [10, 10, 20], 0.55),
  };
}

function createThemePalette([, skyTop, skyBottom, sun, ground]: ThemeRow): Palette {
  return { skyTop: toRgb(skyTop), skyBottom: toRgb(skyBottom), sun: toRgb(sun), ground: toRgb(ground) };
}

function createPalette(seed: number): Palette {
  const hue = createRandom(seed, 7)() * 360;
  return {
    skyTop: fromHue(hue, 0.45, 0.4),
    skyBottom: fromHue(hue + 40, 0.6, 0.78),
    sun: fromHue(hue + 50, 0.9, 0.92),
    ground: fromHue(hue + 190, 0.35, 0.25),
  };
}

function toRgb(color: number): Rgb {
  return [(color >> 16) & 255, (color >> 8) & 255, color & 255];
}

function fromHue(hue: number, saturation: number, lightness: number): Rgb {
  const part = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [part(0), part(8), part(4)];
}
