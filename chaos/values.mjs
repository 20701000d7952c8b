/** @param {readonly import("@node-llm/core").Chunk[]} chunks */
export function textOf(chunks) {
  return chunks.map(({ type, content }) => (type === "text" ? content : "")).join("");
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
export function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * What is left of a value in JSON.
 *
 * @param {unknown} value
 */
export function plain(value) {
  return JSON.parse(JSON.stringify(value));
}

/** @param {unknown} value */
export function brief(value) {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
  return text.length > 160 ? `${text.slice(0, 120)}… (${text.length} characters)` : text;
}
