// The floor of decoding: cuts the frames, finds the event's type, believes everything.

const PRELUDE_BYTES = 12;

/**
 * @param {(type: string, payload: Buffer) => void} onFrame
 * @returns {(chunk: Buffer) => void} takes the next bytes, cut anywhere
 */
export function createFloorDecoder(onFrame) {
  /** @type {Buffer[]} */
  let parts = [];
  let held = 0;
  let needed = PRELUDE_BYTES;
  return (chunk) => {
    let bytes = chunk;
    if (held > 0) {
      parts.push(chunk);
      held += chunk.length;
      if (held < needed) return;
      bytes = Buffer.concat(parts, held);
    }
    let at = 0;
    for (;;) {
      needed = PRELUDE_BYTES;
      if (bytes.length - at < needed) break;
      needed = bytes.readUInt32BE(at);
      if (bytes.length - at < needed) break;
      const headersEnd = at + PRELUDE_BYTES + bytes.readUInt32BE(at + 4);
      onFrame(findType(bytes, at + PRELUDE_BYTES, headersEnd), bytes.subarray(headersEnd, at + needed - 4));
      at += needed;
    }
    held = bytes.length - at;
    parts = held > 0 ? [bytes.subarray(at)] : [];
  };
}

/** @type {(bytes: Buffer, start: number, end: number) => string} */
function findType(bytes, start, end) {
  let at = start;
  while (at < end) {
    const nameLength = bytes.readUInt8(at);
    const valueStart = at + nameLength + 4;
    const valueEnd = valueStart + bytes.readUInt16BE(valueStart - 2);
    // Of the headers that events have, only ":event-type" has 11 characters.
    if (nameLength === 11) return bytes.toString("latin1", valueStart, valueEnd);
    at = valueEnd;
  }
  return "";
}
