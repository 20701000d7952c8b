/**
 * Renders JSON with the members of every object in alphabetical order, as Bedrock does in answers and stream events.
 * Lists keep their order; members that are `undefined` are left out.
 */
export function renderSortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isPlainObject(member) ? sortMembers(member) : member));
}

/** Whether `value` is an object with members: not `null`, not a list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortMembers(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
