import { isObject, type JsonObject } from "../types/json.ts";

/** One object over another; objects within are merged, everything else is replaced. Any key is a key, also `__proto__`. */
export function mergeDeep(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const old = merged.get(name);
    merged.set(name, isObject(old) && isObject(value) ? mergeDeep(old, value) : value);
  }
  return Object.fromEntries(merged);
}
