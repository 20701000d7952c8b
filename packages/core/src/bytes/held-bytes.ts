import { encodeBase64 } from "#bytes";

const BYTES: unique symbol = Symbol("bytes");

/**
 * Keeps bytes as what looks like `{ base64 }`, frozen. The base64 is made whenever it is read: bytes that are kept as they
 * are take less memory, and can go out in slices.
 *
 * @param bytes are kept themselves: nobody may change them
 */
export function holdBase64(bytes: Uint8Array): { readonly base64: string } {
  return hold(bytes, {
    get base64() {
      return encodeBase64(bytes);
    },
  });
}

/** The same as what looks like `{ bytes }`, as Bedrock names it. */
export function holdWireBytes(bytes: Uint8Array): { readonly bytes: string } {
  return hold(bytes, {
    get bytes() {
      return encodeBase64(bytes);
    },
  });
}

/** The bytes that a value keeps; `undefined` of any other value, also of a copy of one that does. */
export function heldBytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== "object" || value === null || !(BYTES in value)) return undefined;
  return value[BYTES] instanceof Uint8Array ? value[BYTES] : undefined;
}

/** Hidden from whoever lists the members. */
function hold<T extends object>(bytes: Uint8Array, holder: T): Readonly<T> {
  return Object.freeze(Object.defineProperty(holder, BYTES, { value: bytes }));
}

/** Whether there are such bytes in a value, at most so many levels deep. */
export function holdsBytes(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (heldBytes(value)) return true;
  return depth > 0 && Object.values(value).some((member) => holdsBytes(member, depth - 1));
}
