/** A picture: four bytes for each pixel (red, green, blue, alpha), row by row from the top left. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Red, green, blue: 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** How much of each pixel is meant, from 0 (nothing) to 255 (all), row by row. */
export type Mask = Uint8Array;

/** A picture in one colour. */
export function createCanvas(width: number, height: number, [red, green, blue]: Rgb = [0, 0, 0]): Canvas {
  const data = new Uint8Array(width * height * 4);
  new Uint32Array(data.buffer).fill(packRgb(red, green, blue));
  return { width, height, data };
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** An opaque pixel as one 32-bit number, in the order that memory has. */
export function packRgb(red: number, green: number, blue: number): number {
  const packed = IS_LITTLE_ENDIAN
    ? red | (green << 8) | (blue << 16) | (255 << 24)
    : (red << 24) | (green << 16) | (blue << 8) | 255;
  return packed >>> 0;
}

/** The inverse of `packRgb`. */
export function unpackRgb(pixel: number): Rgb {
  return IS_LITTLE_ENDIAN
    ? [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]
    : [pixel >>> 24, (pixel >> 16) & 255, (pixel >> 8) & 255];
}

/** Another size of a picture, between the pixels mixed. */
export function resize(source: Canvas, width: number, height: number): Canvas {
  if (source.width === width && source.height === height) return source;
  const target = createCanvas(width, height);
  const columns = findNeighbours(source.width, width);
  const rows = findNeighbours(source.height, height);
  const from = source.data;
  for (let y = 0, at = 0; y < height; y += 1) {
    const top = (rows.low[y] ?? 0) * source.width;
    const bottom = (rows.high[y] ?? 0) * source.width;
    const down = rows.share[y] ?? 0;
    for (let x = 0; x < width; x += 1) {
      const left = columns.low[x] ?? 0;
      const right = columns.high[x] ?? 0;
      const across = columns.share[x] ?? 0;
      const corners = [(top + left) * 4, (top + right) * 4, (bottom + left) * 4, (bottom + right) * 4] as const;
      for (let channel = 0; channel < 4; channel += 1, at += 1) {
        const upper = mix(from[corners[0] + channel] ?? 0, from[corners[1] + channel] ?? 0, across);
        const lower = mix(from[corners[2] + channel] ?? 0, from[corners[3] + channel] ?? 0, across);
        target.data[at] = mix(upper, lower, down) + 0.5;
      }
    }
  }
  return target;
}

interface Neighbours {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float32Array;
}

function findNeighbours(from: number, to: number): Neighbours {
  const found = { low: new Int32Array(to), high: new Int32Array(to), share: new Float32Array(to) };
  for (let i = 0; i < to; i += 1) {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    found.low[i] = Math.floor(place);
    found.high[i] = Math.min(from - 1, Math.floor(place) + 1);
    found.share[i] = place - Math.floor(place);
  }
  return found;
}

/** `a` with `share` (0 to 1) of `b`; `b` is brought to the size of `a`. */
export function blend(a: Canvas, b: Canvas, share: number): Canvas {
  return composite(a, b, new Uint8Array(a.width * a.height).fill(Math.round(share * 255)));
}

/** `base` with `top` where `mask` is; `top` is brought to the size of `base`. */
export function composite(base: Canvas, top: Canvas, mask: Mask): Canvas {
  const { width, height } = base;
  const over = resize(top, width, height).data;
  const data = new Uint8Array(base.data);
  for (let pixel = 0; pixel < mask.length; pixel += 1) {
    const share = mask[pixel] ?? 0;
    if (share === 0) continue;
    for (let at = pixel * 4; at < pixel * 4 + 4; at += 1) {
      data[at] = mix(data[at] ?? 0, over[at] ?? 0, share / 255) + 0.5;
    }
  }
  return { width, height, data };
}

/** A copy of `source` laid upon `base`, its top left corner at `left`, `top`. What does not fit is cut off. */
export function paste(base: Canvas, source: Canvas, left: number, top: number): Canvas {
  const data = new Uint8Array(base.data);
  const from = Math.max(0, -left);
  const until = Math.min(source.width, base.width - left);
  for (let y = Math.max(0, -top); y < source.height && y + top < base.height; y += 1) {
    if (until <= from) break;
    const row = source.data.subarray((y * source.width + from) * 4, (y * source.width + until) * 4);
    data.set(row, ((y + top) * base.width + left + from) * 4);
  }
  return { ...base, data };
}

/** A picture in which each pixel is made from the old one. `change` writes the colour into `pixel`, alpha at the end. */
export function mapPixels(
  source: Canvas,
  change: (pixel: [number, number, number, number], index: number) => void,
): Canvas {
  const data = new Uint8ClampedArray(source.data);
  const pixel: [number, number, number, number] = [0, 0, 0, 0];
  for (let at = 0, index = 0; at < data.length; at += 4, index += 1) {
    pixel[0] = data[at] ?? 0;
    pixel[1] = data[at + 1] ?? 0;
    pixel[2] = data[at + 2] ?? 0;
    pixel[3] = data[at + 3] ?? 0;
    change(pixel, index);
    data.set(pixel, at);
  }
  return { ...source, data: new Uint8Array(data.buffer) };
}

/** How bright each pixel is, 0 to 255. */
export function measureLight({ data }: Canvas): Uint8Array {
  const light = new Uint8Array(data.length / 4);
  for (let i = 0; i < light.length; i += 1) {
    light[i] = 0.299 * (data[i * 4] ?? 0) + 0.587 * (data[i * 4 + 1] ?? 0) + 0.114 * (data[i * 4 + 2] ?? 0);
  }
  return light;
}

/** From `a` to `b`: `share` 0 is `a`, 1 is `b`. */
export function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** From one colour to another. */
export function mixRgb(a: Rgb, b: Rgb, share: number): Rgb {
  return [mix(a[0], b[0], share), mix(a[1], b[1], share), mix(a[2], b[2], share)];
}
