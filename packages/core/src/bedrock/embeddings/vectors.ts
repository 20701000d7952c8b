import type { OutputType, Vector } from "../../types/vector.ts";

const ARRAYS = {
  float: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  binary: Int8Array,
  ubinary: Uint8Array,
} as const;

/**
 * A vector as a typed array; nothing when it is no list of numbers, or the numbers do not fit the type.
 *
 * @param isBits whether there is one number, 0 or 1, for each bit
 */
export function createVector(values: unknown, type: OutputType, isBits: boolean): Vector | undefined {
  if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === "number")) {
    return undefined;
  }
  const numbers: readonly number[] = values;
  if (type === "float") {
    const floats = Float32Array.from(numbers);
    return floats.every(Number.isFinite) ? floats : undefined;
  }
  const packed = isBits ? packBits(numbers, type === "binary" ? 128 : 0) : numbers;
  const vector = ARRAYS[type].from(packed);
  // A typed array bends what it cannot hold.
  return vector.every((value, at) => value === packed[at]) ? vector : undefined;
}

/** Eight bits a byte, the first highest. What is no bit makes no whole number. */
function packBits(bits: readonly number[], offset: number): number[] {
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, byte) => {
    let sum = -offset;
    for (let at = 0; at < 8; at++) {
      const bit = bits[byte * 8 + at] ?? 0;
      sum += bit === 0 || bit === 1 ? bit << (7 - at) : NaN;
    }
    return sum;
  });
}

/** The vector with the length 1; one of zeros, or of whole numbers, stays as it is. */
export function normalize(vector: Vector): Vector {
  if (!(vector instanceof Float32Array)) return vector;
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}
