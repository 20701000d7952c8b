/** The number of bytes that base64 stands for. */
export function sizeOf(base64: string): number {
  return Math.floor((base64.length * 3) / 4) - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);
}

/** Some bytes of base64 as characters 0 to 255; fewer at the end. Decodes only those, however large the whole is. */
export function bytesAt(base64: string, start: number, length: number): string {
  const from = Math.max(0, start);
  const end = Math.max(0, start + length);
  const group = Math.floor(from / 3);
  return atob(base64.slice(4 * group, 4 * Math.ceil(end / 3))).slice(from - 3 * group, end - 3 * group);
}

/** An unsigned integer in bytes that came as characters. Little-endian, unless `isBig`. */
export function uint(bytes: string, at: number, length: number, isBig = false): number {
  let value = 0;
  for (let i = 0; i < length; i++) {
    value = value * 256 + (bytes.charCodeAt(isBig ? at + i : at + length - 1 - i) || 0);
  }
  return value;
}
