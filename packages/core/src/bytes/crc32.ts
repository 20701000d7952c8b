/** CRC-32/ISO-HDLC's polynomial, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** Eight tables of 256 entries, so that eight bytes are folded in one step ("slicing by 8"). */
const TABLES: Int32Array = /* @__PURE__ */ createTables();

function createTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  // A CRC is linear: the entry of a sum of bits is the sum of their entries.
  for (let bit = 128, crc = 1; bit > 0; bit >>= 1) {
    crc = (crc >>> 1) ^ (crc & 1 && POLYNOMIAL);
    for (let i = 0; i < 256; i += 2 * bit) tables[i + bit] = crc ^ (tables[i] ?? 0);
  }
  for (let i = 256; i < tables.length; i++) {
    const previous = tables[i - 256] ?? 0;
    tables[i] = (previous >>> 8) ^ (tables[previous & 255] ?? 0);
  }
  return tables;
}

function entry(table: number, byte: number): number {
  return TABLES[(table << 8) | (byte & 255)] ?? 0;
}

/**
 * CRC-32 (as in gzip, PNG and Amazon's event stream) of the bytes in [start, end).
 *
 * @param previous the CRC of the bytes before `start`, to go on from; 0 to begin
 * @returns an unsigned 32-bit number
 * @see https://www.w3.org/TR/png-3/#D-CRCAppendix
 */
export function crc32(view: DataView, start: number, end: number, previous: number): number {
  let crc = ~previous;
  let at = start;
  for (; at <= end - 8; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ entry(0, crc ^ view.getUint8(at));
  return ~crc >>> 0;
}
