/** Embeds what a model is given: texts, images, and both together, in one space. */
import { splitTokens } from "../tokens.ts";
import { listByteFeatures, listImageFeatures } from "./image-features.ts";
import { type Features, listTextFeatures } from "./text-features.ts";
import { createVector, normalize } from "./vectors.ts";

/** A piece of content. `medium` is a sound, a video, or something in S3: known by its bytes or its address alone. */
export type EmbeddingPart =
  { readonly text: string } | { readonly image: Uint8Array } | { readonly medium: Uint8Array | string };

/** Which end of a text that is too long is cut off; `none` leaves it as it is. */
export type Truncation = "start" | "end" | "none";

/** A vector of length 1. Each part has the same say in it, whatever its size. */
export function embedParts(parts: readonly EmbeddingPart[], dimension: number): Float64Array {
  const [first, ...others] = parts.map((part) => createVector(listFeatures(part), dimension));
  if (first === undefined) return new Float64Array(dimension);
  const sum = normalize(first);
  for (const other of others.map(normalize)) other.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value));
  return others.length === 0 ? sum : normalize(sum);
}

/** The vector of a text, as long as the text has to say: the longer, the more. */
export function embedRawText(text: string, dimension: number): Float64Array {
  return createVector(listTextFeatures(text), dimension);
}

/** Cuts a text to `maxTokens`. */
export function truncateText(text: string, maxTokens: number, truncation: Truncation): string {
  if (truncation === "none") return text;
  const tokens = splitTokens(text);
  if (tokens.length <= maxTokens) return text;
  return (truncation === "end" ? tokens.slice(0, maxTokens) : tokens.slice(-maxTokens)).join("");
}

function listFeatures(part: EmbeddingPart): Features {
  if ("text" in part) return listTextFeatures(part.text);
  if ("image" in part) return listImageFeatures(part.image);
  const { medium } = part;
  return listByteFeatures(typeof medium === "string" ? Buffer.from(medium) : medium);
}
