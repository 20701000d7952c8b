/**
 * What holds a vector, by the type of its numbers. `int8` and `uint8` are whole numbers, one for each dimension. `binary`
 * and `ubinary` are bits, eight dimensions in a byte, the first highest; `binary` is the byte less 128.
 */
export interface VectorTypes {
  readonly float: Float32Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly binary: Int8Array;
  readonly ubinary: Uint8Array;
}

/** The type of a vector's numbers. */
export type OutputType = keyof VectorTypes;

/** A vector of any type. */
export type Vector = VectorTypes[OutputType];
