import type { Json } from "./wire.ts";

/**
 * Renders JSON with the members of every object in alphabetical order, as Bedrock does in answers and stream events.
 * Lists keep their order; members that are `undefined` are left out.
 */
export function renderSortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isPlainObject(member) ? sortMembers(member) : member));
}

/** The value of a JSON text; `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a parsed JSON value is an object with members. */
export function isJsonObject(value: unknown): value is Record<string, Json> {
  return isPlainObject(value);
}

/** Whether `value` is an object with members: not `null`, not a list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortMembers(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
