import { crc32, encodeUtf8 } from "#bytes";

const MAX_LENGTH = 64;

/**
 * The name or id to send in place of `own`: itself where it is legal and free, else what of it is legal and a checksum,
 * so that it stays the same in every turn.
 *
 * @param illegal matches (globally) the characters that may not stand in it
 * @param counts by `own`: how many labels it has already, so that they need not be tried again
 */
export function createLabel(
  own: string,
  illegal: RegExp,
  taken: ReadonlySet<string>,
  counts: Map<string, number> = new Map(),
): string {
  if (isLabel(own, illegal) && !taken.has(own)) return own;
  const readable = own.replace(illegal, "_").slice(0, MAX_LENGTH - 8);
  for (let count = counts.get(own) ?? 0; ; count++) {
    const bytes = encodeUtf8(count > 0 ? `${own} ${count}` : own);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const label = `${readable}_${crc32(view, 0, bytes.length, 0).toString(36)}`;
    counts.set(own, count + 1);
    if (!taken.has(label)) return label;
  }
}

/** Whether it may be sent as it is. */
export function isLabel(own: string, illegal: RegExp): boolean {
  return own !== "" && own.length <= MAX_LENGTH && own.replace(illegal, "_") === own;
}
