/** Short spellings for shape tables. Bounds are inclusive; `members` with a trailing `*` in their name are required. */
import type { BlobShape, ListShape, MapShape, NumberShape, Shape, StringShape, StructureShape } from "./types.ts";

/** Bounds of a length or a value. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A string, with length bounds and a pattern for the whole value. */
export function string(limits: Bounds & { readonly pattern?: string } = {}): StringShape {
  return { kind: "string", ...limits };
}

/** A string out of a fixed set. */
export function oneOf(...values: readonly string[]): StringShape {
  return { kind: "string", values };
}

/** A whole number. */
export function integer(limits: Bounds = {}): NumberShape {
  return { kind: "integer", ...limits };
}

/** Any number. */
export function float(limits: Bounds = {}): NumberShape {
  return { kind: "float", ...limits };
}

/** Base64 text of at least `min` decoded bytes. */
export function blob(limits: { readonly min?: number } = {}): BlobShape {
  return { kind: "blob", ...limits };
}

/** `true` or `false`. */
export const boolean: Shape = { kind: "boolean" };

/** Any JSON value. */
export const document: Shape = { kind: "document" };

/** A list. */
export function list(of: Shape, limits: Bounds = {}): ListShape {
  return { kind: "list", of, ...limits };
}

/** A map from strings. */
export function map(key: StringShape, value: Shape, limits: Bounds = {}): MapShape {
  return { kind: "map", key, value, ...limits };
}

/** A structure. A member named `role*` is the required member `role`. */
export function structure(name: string, members: Readonly<Record<string, Shape>>): StructureShape {
  const entries = Object.entries(members).map(([key, shape]) => ({
    key: key.replace(/\*$/, ""),
    required: key.endsWith("*"),
    shape,
  }));
  return {
    kind: "structure",
    name,
    members: Object.fromEntries(entries.map(({ key, shape }) => [key, shape])),
    required: entries.filter(({ required }) => required).map(({ key }) => key),
  };
}

/** A structure of which exactly one member is set. */
export function union(name: string, members: Readonly<Record<string, Shape>>): StructureShape {
  return { kind: "union", name, members, required: [] };
}
