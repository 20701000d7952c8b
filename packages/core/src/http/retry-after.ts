const MAX_PARSED_MS = 86_400_000;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 *
 * @param nowMs wall-clock time, in milliseconds since 1970
 * @returns milliseconds to wait, from 0 to 24 hours; nothing when there is no header or it is neither
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  const isSeconds = /^\d+(\.\d+)?$/.test(text);
  const ms = isSeconds ? Number(text) * 1000 : text.endsWith(" GMT") ? Date.parse(text) - nowMs : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_PARSED_MS);
}
