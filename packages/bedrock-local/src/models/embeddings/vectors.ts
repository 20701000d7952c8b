/** Turns features into vectors: every feature has a direction of its own, and a vector is the sum of its features. */
import type { Features } from "./text-features.ts";

/** Of so many dimensions in a row, a feature has a part in one. */
const SPREAD = 8;
const FIELDS_PER_NUMBER = 4;
const BITS_PER_FIELD = 4;

/**
 * The vector of some features: feature hashing with signs. The same features give the same vector, and the first numbers
 * of a longer vector are those of a shorter one, but for a factor.
 *
 * @param dimension a multiple of 32.
 */
export function createVector(features: Features, dimension: number): Float64Array {
  const vector = new Float64Array(dimension);
  for (const [name, weight] of features) addDirection(vector, name, weight);
  return scaleVector(vector, Math.sqrt(SPREAD / dimension));
}

/** Of length 1. A vector of zeros stays as it is. */
export function normalize(vector: Float64Array): Float64Array {
  const length = Math.sqrt(measureCosine(vector, vector));
  return length === 0 ? vector : scaleVector(vector.slice(), 1 / length);
}

/** The cosine of the angle between two vectors that are normalised: 1 is the same direction. */
export function measureCosine(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** As numbers for JSON, which a float of 32 bits holds exactly. */
export function renderFloats(vector: Float64Array): number[] {
  return Array.from(Float32Array.from(vector));
}

/** Loops, as a callback for each of some thousand numbers takes ten times as long. */
function scaleVector(vector: Float64Array, factor: number): Float64Array {
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) * factor;
  return vector;
}

/**
 * The direction of a name: signs at places that a xorshift generator picks, which begins with the name's hash. Of each
 * number, four bits make a field: three for the place and one for the sign.
 */
function addDirection(vector: Float64Array, name: string, weight: number): void {
  let state = hash(name) || 1;
  for (let start = 0; start < vector.length; start += SPREAD * FIELDS_PER_NUMBER) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    for (let field = 0; field < FIELDS_PER_NUMBER; field += 1) {
      const bits = state >>> (field * BITS_PER_FIELD);
      const at = start + field * SPREAD + (bits & 7);
      vector[at] = (vector[at] ?? 0) + ((bits & 8) === 0 ? weight : -weight);
    }
  }
}

/** FNV-1a over UTF-16 units, mixed, so that names that differ in one letter begin far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
