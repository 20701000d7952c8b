// Images as large as Bedrock takes them: 3.75 MB each, and a request of 25 MB, which base64 fills with 18.75 MB.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @typedef {{ path: string }} ImageFile */

const IMAGE_BYTES = 3_700_000;
const COUNT = 5;

/** All of them together. */
export const IMAGES_BYTES = IMAGE_BYTES * COUNT;

/**
 * @returns {{ files: ImageFile[], small: ImageFile, remove: () => void }} in a folder of their own; `small` has 1 KB
 */
export function writeImages() {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const write = (/** @type {string} */ name, /** @type {number} */ bytes, /** @type {number} */ seed) => {
    const path = join(folder, `${name}.png`);
    writeFileSync(path, createPng(bytes, seed));
    return { path };
  };
  const files = Array.from({ length: COUNT }, (_, n) => write(`image-${n}`, IMAGE_BYTES, n + 1));
  return { files, small: write("small", 1000, 99), remove: () => rmSync(folder, { recursive: true }) };
}

/** @type {(file: ImageFile) => import("./target.mjs").Image} */
export function readImage({ path }) {
  return { path, bytes: readFileSync(path) };
}

/**
 * @param {number} length
 * @param {number} seed
 * @returns {Buffer} what a PNG of 1,000 × 1,000 pixels begins with, and noise
 */
function createPng(length, seed) {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  Buffer.from("89504e470d0a1a0a0000000d49484452000003e8000003e80802000000", "hex").copy(bytes);
  return bytes;
}
