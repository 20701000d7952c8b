/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. A member that is `undefined` is left out when it is sent. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Whether a parsed JSON value is an object, not an array and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is an object. */
export function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** The value if it is a string. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value if it is a number. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The objects in an array; none if it is no array. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Parses JSON text; `undefined` when it is not JSON. */
export function tryParse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** A copy without the members that are `undefined`, and without `__proto__`, which would become its prototype. */
export function compact<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const copy: Record<string, unknown> = {};
  const entries: [string, unknown][] = Object.entries(object);
  for (const [key, value] of entries) if (value !== undefined && key !== "__proto__") copy[key] = value;
  return copy as { [K in keyof T]?: Exclude<T[K], undefined> };
}
