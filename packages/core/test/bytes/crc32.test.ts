import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { crc32 as nodeCrc32 } from "../../src/bytes/node.ts";
import { crc32 as webCrc32 } from "../../src/bytes/web.ts";

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

describe.each([
  ["node", nodeCrc32],
  ["web", webCrc32],
])("crc32 (%s)", (_name, crc32) => {
  it("gives the check value of CRC-32/ISO-HDLC", () => {
    const digits = new TextEncoder().encode("123456789");
    expect(crc32(viewOf(digits), 0, 9, 0)).toBe(0xcbf43926);
  });

  it("is zero for no bytes, and leaves the previous CRC as it is", () => {
    const view = viewOf(new Uint8Array(4));
    expect(crc32(view, 2, 2, 0)).toBe(0);
    expect(crc32(view, 2, 2, 0xdeadbeef)).toBe(0xdeadbeef);
  });

  it("equals zlib's on any range of any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), fc.nat(300), (bytes, a, b) => {
        const start = Math.min(a, b, bytes.length);
        const end = Math.min(Math.max(a, b), bytes.length);
        expect(crc32(viewOf(bytes), start, end, 0)).toBe(zlibCrc32(bytes.subarray(start, end)));
      }),
    );
  });

  it("goes on from the CRC of the bytes before", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const middle = Math.min(cut, bytes.length);
        const view = viewOf(bytes);
        expect(crc32(view, middle, bytes.length, crc32(view, 0, middle, 0))).toBe(zlibCrc32(bytes));
      }),
    );
  });

  it("stays within a view that begins inside its buffer", () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) & 255);
    const view = new DataView(bytes.buffer, 7, 150_000);
    expect(crc32(view, 5, 149_999, 0)).toBe(zlibCrc32(bytes.subarray(12, 150_006)));
  });
});

describe("crc32 (node) without process.getBuiltinModule, as on Node 20.15", () => {
  const original = Object.getOwnPropertyDescriptor(process, "getBuiltinModule");
  afterEach(() => {
    if (original) Object.defineProperty(process, "getBuiltinModule", original);
  });

  it("gives the same for a large range", () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) & 255);
    Reflect.deleteProperty(process, "getBuiltinModule");
    expect(process).not.toHaveProperty("getBuiltinModule");
    expect(nodeCrc32(viewOf(bytes), 0, bytes.length, 0)).toBe(zlibCrc32(bytes));
  });
});
