/** What is done to given pictures. */
import { type Canvas, createCanvas, mapPixels, type Mask, measureLight, mix, resize, type Rgb } from "./canvas.ts";

/** Makes transparent what is in the mask. */
export function cutOut(canvas: Canvas, mask: Mask): Canvas {
  return mapPixels(canvas, (pixel, index) => {
    pixel[3] = Math.min(pixel[3], 255 - (mask[index] ?? 0));
  });
}

/** Fills what is in the mask with what stands left and right of it. */
export function erase(canvas: Canvas, mask: Mask): Canvas {
  const { width, height } = canvas;
  const data = new Uint8Array(canvas.data);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((mask[y * width + x] ?? 0) < 128) continue;
      const from = x;
      while (x < width && (mask[y * width + x] ?? 0) >= 128) x += 1;
      fillGap(data, y * width, { from, until: x, width });
    }
  }
  return { width, height, data };
}

/** Gives what is in the mask the hue of `color` and leaves it its light. */
export function recolor(canvas: Canvas, mask: Mask, color: Rgb): Canvas {
  const light = measureLight(canvas);
  return mapPixels(canvas, (pixel, index) => {
    const share = (mask[index] ?? 0) / 255;
    if (share > 0) tint(pixel, color, light[index] ?? 0, share);
  });
}

/** Lays the outlines of `guide` over a picture, the darker the greater `strength` (0 to 1). */
export function followEdges(canvas: Canvas, guide: Canvas, strength: number): Canvas {
  const edges = findEdges(resize(guide, canvas.width, canvas.height));
  return mapPixels(canvas, (pixel, index) => {
    const left = 1 - ((edges[index] ?? 0) / 255) * strength;
    for (let channel = 0; channel < 3; channel += 1) pixel[channel] = (pixel[channel] ?? 0) * left;
  });
}

/** Gives a picture the light and shade of `guide`, to the extent of `strength` (0 to 1). */
export function followLight(canvas: Canvas, guide: Canvas, strength: number): Canvas {
  const wanted = measureLight(resize(guide, canvas.width, canvas.height));
  const own = measureLight(canvas);
  return mapPixels(canvas, (pixel, index) => {
    const change = ((wanted[index] ?? 0) - (own[index] ?? 0)) * strength;
    for (let channel = 0; channel < 3; channel += 1) pixel[channel] = (pixel[channel] ?? 0) + change;
  });
}

/** Gives a picture the colours of `style`, from dark to light, to the extent of `strength` (0 to 1). */
export function followColors(canvas: Canvas, style: Canvas, strength: number): Canvas {
  const [dark, middle, bright] = listColors(style);
  const light = measureLight(canvas);
  return mapPixels(canvas, (pixel, index) => {
    const value = (light[index] ?? 0) / 127.5;
    const from = value < 1 ? dark : middle;
    const to = value < 1 ? middle : bright;
    const share = value < 1 ? value : value - 1;
    for (let channel = 0; channel < 3; channel += 1) {
      const target = mix(from[channel] ?? 0, to[channel] ?? 0, share);
      pixel[channel] = mix(pixel[channel] ?? 0, target, strength);
    }
  });
}

/** The mean colours of the darkest, the middle and the brightest third of a picture. */
export function listColors(canvas: Canvas): readonly [dark: Rgb, middle: Rgb, bright: Rgb] {
  const { data } = resize(canvas, Math.min(64, canvas.width), Math.min(64, canvas.height));
  const pixels: Rgb[] = [];
  for (let at = 0; at < data.length; at += 4) pixels.push([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]);
  pixels.sort((a, b) => a[0] + a[1] + a[2] - (b[0] + b[1] + b[2]));
  const third = Math.max(1, Math.floor(pixels.length / 3));
  return [averageOf(pixels.slice(0, third)), averageOf(pixels.slice(third, -third)), averageOf(pixels.slice(-third))];
}

/** A picture of a style: fewer, larger pixels for `pixel-art`, greys for drawings, stronger or weaker colours otherwise. */
export function applyStyle(canvas: Canvas, style: string | undefined): Canvas {
  const name = style?.toLowerCase().replaceAll("_", "-");
  if (name === undefined || /^(enhance|photographic|photorealism|cinematic)$/.test(name)) return canvas;
  if (/pixel|low-poly/.test(name)) {
    return enlarge(resize(canvas, Math.ceil(canvas.width / 12), Math.ceil(canvas.height / 12)), canvas);
  }
  const light = measureLight(canvas);
  if (/sketch|line-art/.test(name)) {
    const edges = findEdges(canvas);
    return mapPixels(canvas, (pixel, index) => pixel.fill(255 - Math.min(255, (edges[index] ?? 0) * 3), 0, 3));
  }
  const strength = /film|retro|watercolor|soft|origami/.test(name) ? 0.6 : 1.4;
  return mapPixels(canvas, (pixel, index) => {
    for (let channel = 0; channel < 3; channel += 1) {
      pixel[channel] = mix(light[index] ?? 0, pixel[channel] ?? 0, strength);
    }
  });
}

/** The colour that a mask or sketch is drawn in. */
export function renderMask(mask: Mask, width: number, inside: "black" | "white"): Canvas {
  const canvas = createCanvas(width, mask.length / width, [255, 255, 255]);
  return mapPixels(canvas, (pixel, index) => {
    const isInside = (mask[index] ?? 0) >= 128;
    pixel.fill(isInside === (inside === "white") ? 255 : 0, 0, 3);
  });
}

function findEdges(canvas: Canvas): Uint8Array {
  const { width, height } = canvas;
  const light = measureLight(canvas);
  const edges = new Uint8ClampedArray(light.length);
  for (let y = 1; y < height - 1; y += 1) {
    for (let index = y * width + 1; index < (y + 1) * width - 1; index += 1) {
      const across = (light[index + 1] ?? 0) - (light[index - 1] ?? 0);
      const down = (light[index + width] ?? 0) - (light[index - width] ?? 0);
      edges[index] = (Math.abs(across) + Math.abs(down)) * 2;
    }
  }
  return new Uint8Array(edges.buffer);
}

function enlarge(small: Canvas, { width, height }: Canvas): Canvas {
  return mapPixels(createCanvas(width, height), (pixel, index) => {
    const x = Math.floor(((index % width) * small.width) / width);
    const at = (Math.floor((Math.floor(index / width) * small.height) / height) * small.width + x) * 4;
    for (let channel = 0; channel < 3; channel += 1) pixel[channel] = small.data[at + channel] ?? 0;
  });
}

function tint(pixel: [number, number, number, number], color: Rgb, light: number, share: number): void {
  const scale = light / Math.max(1, 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]);
  for (let channel = 0; channel < 3; channel += 1) {
    pixel[channel] = mix(pixel[channel] ?? 0, Math.min(255, (color[channel] ?? 0) * scale), share);
  }
}

/** Fills a gap in one row from its two ends; a row that is all gap becomes grey. */
function fillGap(
  data: Uint8Array,
  row: number,
  { from, until, width }: { readonly from: number; readonly until: number; readonly width: number },
): void {
  const left = from > 0 ? (row + from - 1) * 4 : until < width ? (row + until) * 4 : undefined;
  const right = until < width ? (row + until) * 4 : left;
  for (let x = from; x < until; x += 1) {
    const share = (x - from + 1) / (until - from + 1);
    for (let channel = 0; channel < 3; channel += 1) {
      const a = left === undefined ? 128 : (data[left + channel] ?? 0);
      const b = right === undefined ? 128 : (data[right + channel] ?? 0);
      data[(row + x) * 4 + channel] = mix(a, b, share);
    }
    data[(row + x) * 4 + 3] = 255;
  }
}

function averageOf(pixels: readonly Rgb[]): Rgb {
  const sum = [0, 0, 0];
  for (const pixel of pixels) for (let i = 0; i < 3; i += 1) sum[i] = (sum[i] ?? 0) + (pixel[i] ?? 0);
  const [red = 0, green = 0, blue = 0] = sum.map((value) => value / Math.max(1, pixels.length));
  return [red, green, blue];
}
