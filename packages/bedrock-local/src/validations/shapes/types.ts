/** The vocabulary of shape tables: what a JSON value must look like. Bounds include both ends. */

/** Limits of a string. `pattern` must match the whole value; `values` is an enumeration. */
export interface StringShape {
  readonly kind: "string";
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly values?: readonly string[];
}

/** Limits of a number. */
export interface NumberShape {
  readonly kind: "integer" | "float";
  readonly min?: number;
  readonly max?: number;
}

/** Base64 text. `min` counts decoded bytes. */
export interface BlobShape {
  readonly kind: "blob";
  readonly min?: number;
}

/** A single value. */
export type ScalarShape = StringShape | NumberShape | BlobShape | { readonly kind: "boolean" };

/** A structure. A union is a structure of which exactly one member is set; `name` is its name in AWS's model. */
export interface StructureShape {
  readonly kind: "structure" | "union";
  readonly name: string;
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

/** A list with bounds on its length. */
export interface ListShape {
  readonly kind: "list";
  readonly of: Shape;
  readonly min?: number;
  readonly max?: number;
}

/** A map with bounds on its size. */
export interface MapShape {
  readonly kind: "map";
  readonly key: StringShape;
  readonly value: Shape;
  readonly min?: number;
  readonly max?: number;
}

/** One entry of a shape table. A document is any JSON value. */
export type Shape = ScalarShape | StructureShape | ListShape | MapShape | { readonly kind: "document" };
