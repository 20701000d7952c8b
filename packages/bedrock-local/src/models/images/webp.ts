import type { Canvas } from "./canvas.ts";

/** Symbols of the green code: 256 values and 24 lengths of repetitions, which are not used. */
const GREEN_SYMBOLS = 280;
const CODE_LENGTH_CODES = 19;
/** Places of the code lengths 0 and 8 in the order in which the format lists them. */
const ORDER_OF_ZERO = 2;
const ORDER_OF_EIGHT = 11;

/**
 * Encodes a picture as lossless WebP: valid, but not made smaller than three bytes for each pixel (four with alpha).
 *
 * Specification: https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification
 */
export function encodeWebp({ width, height, data }: Canvas): Uint8Array {
  const isOpaque = data.every((value, index) => index % 4 !== 3 || value === 255);
  const bits = createBitWriter(64 + GREEN_SYMBOLS + width * height * 4);
  bits.write(0x2f, 8);
  bits.write(width - 1, 14);
  bits.write(height - 1, 14);
  bits.write(isOpaque ? 0 : 1, 1);
  bits.write(0, 3 + 1 + 1 + 1); // version; no transform, no colour cache, one set of codes
  writeByteCode(bits, GREEN_SYMBOLS);
  writeByteCode(bits, 256);
  writeByteCode(bits, 256);
  if (isOpaque) writeSingleCode(bits, 255);
  else writeByteCode(bits, 256);
  writeSingleCode(bits, 0);
  for (let at = 0; at < data.length; at += 4) {
    bits.write(reverse(data[at + 1] ?? 0), 8);
    bits.write(reverse(data[at] ?? 0), 8);
    bits.write(reverse(data[at + 2] ?? 0), 8);
    if (!isOpaque) bits.write(reverse(data[at + 3] ?? 0), 8);
  }
  return wrapChunk(bits.finish());
}

/** A code in which each of the first 256 symbols has 8 bits, and is its own code. */
function writeByteCode(bits: BitWriter, symbols: number): void {
  bits.write(0, 1);
  bits.write(ORDER_OF_EIGHT + 1 - 4, 4);
  for (let i = 0; i <= Math.min(ORDER_OF_EIGHT, CODE_LENGTH_CODES - 1); i += 1) {
    bits.write(i === ORDER_OF_ZERO || i === ORDER_OF_EIGHT ? 1 : 0, 3);
  }
  bits.write(0, 1);
  for (let symbol = 0; symbol < symbols; symbol += 1) bits.write(symbol < 256 ? 1 : 0, 1);
}

/** A code of one symbol, which then takes no bits. */
function writeSingleCode(bits: BitWriter, symbol: number): void {
  bits.write(1, 1);
  bits.write(0, 1);
  bits.write(1, 1);
  bits.write(symbol, 8);
}

/** Codes are written with their highest bit first, all else with the lowest. */
function reverse(byte: number): number {
  let bits = ((byte & 0x55) << 1) | ((byte >> 1) & 0x55);
  bits = ((bits & 0x33) << 2) | ((bits >> 2) & 0x33);
  return ((bits & 0x0f) << 4) | (bits >> 4);
}

function wrapChunk(payload: Uint8Array): Uint8Array {
  const padded = payload.byteLength + (payload.byteLength % 2);
  const file = Buffer.alloc(20 + padded);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(12 + padded, 4);
  file.write("WEBPVP8L", 8, "latin1");
  file.writeUInt32LE(payload.byteLength, 16);
  file.set(payload, 20);
  return file;
}

interface BitWriter {
  write(value: number, count: number): void;
  finish(): Uint8Array;
}

function createBitWriter(maxBytes: number): BitWriter {
  const bytes = new Uint8Array(maxBytes);
  let size = 0;
  let pending = 0;
  let held = 0;
  return {
    write(value, count): void {
      pending |= value << held;
      held += count;
      for (; held >= 8; held -= 8) {
        bytes[size] = pending;
        size += 1;
        pending >>>= 8;
      }
    },
    finish(): Uint8Array {
      if (held > 0) bytes[size] = pending;
      return bytes.subarray(0, size + (held > 0 ? 1 : 0));
    },
  };
}
