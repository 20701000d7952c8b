/** Vectors of whole numbers: what Cohere and Titan make of floats. */

/** Numbers of a vector, as they travel. */
export type EmbeddingType = "float" | "int8" | "uint8" | "binary" | "ubinary";

const MAX_INT8 = 127;
const OFFSET_INT8 = 128;
const BITS_PER_BYTE = 8;

/** From -127 to 127: the largest part becomes one of the two. */
export function quantizeInt8(vector: Float64Array): number[] {
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  // The sum with 0 makes -0 into 0.
  return Array.from(vector, (value) => Math.round((value / largest) * MAX_INT8) + 0);
}

/** From 1 to 255: the signed numbers and 128. */
export function quantizeUint8(vector: Float64Array): number[] {
  return quantizeInt8(vector).map((value) => value + OFFSET_INT8);
}

/** A 1 for each part above 0, else a 0. */
export function quantizeBits(vector: Float64Array): number[] {
  return Array.from(vector, (value) => (value > 0 ? 1 : 0));
}

/** The bits eight to a byte, first bit highest, bytes from 0 to 255. */
export function packBits(vector: Float64Array): number[] {
  const bits = quantizeBits(vector);
  return Array.from({ length: Math.ceil(bits.length / BITS_PER_BYTE) }, (_, index) =>
    bits.slice(index * BITS_PER_BYTE, (index + 1) * BITS_PER_BYTE).reduce((byte, bit) => byte * 2 + bit, 0),
  );
}

/** The packed bytes less 128, so that they lie between -128 and 127. */
export function packSignedBits(vector: Float64Array): number[] {
  return packBits(vector).map((byte) => byte - OFFSET_INT8);
}
