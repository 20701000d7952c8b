import fc from "fast-check";
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import * as node from "../../src/bytes/node.ts";
import * as web from "../../src/bytes/web.ts";

const text = fc.string({ unit: "binary" });
const bytesOrText = fc.oneof(fc.uint8Array({ maxLength: 200 }), text);
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe.each([
  ["node", node],
  ["web", web],
])("hashes (%s)", (_name, bytes) => {
  it("gives FIPS 180's SHA-256 of strings and bytes", async () => {
    const ofAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await bytes.sha256Hex("abc")).toBe(ofAbc);
    expect(await bytes.sha256Hex(Uint8Array.of(97, 98, 99))).toBe(ofAbc);
    expect(await bytes.sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("hashes only the bytes that a view covers, in shared memory too", async () => {
    const ofAbc = await bytes.sha256Hex("abc");
    expect(await bytes.sha256Hex(Uint8Array.of(0, 97, 98, 99, 0).subarray(1, 4))).toBe(ofAbc);
    const shared = new Uint8Array(new SharedArrayBuffer(5), 1, 3);
    shared.set([97, 98, 99]);
    expect(await bytes.sha256Hex(shared)).toBe(ofAbc);
  });

  it("gives RFC 4231's HMAC-SHA-256 (test case 2)", async () => {
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const data = "what do ya want for nothing?";
    expect(toHex(await bytes.hmacSha256("Jefe", data))).toBe(expected);
    expect(toHex(await bytes.hmacSha256(bytes.encodeUtf8("Jefe"), data))).toBe(expected);
    const sign = bytes.createHmacSha256Hex(bytes.encodeUtf8("Jefe"));
    expect([await sign(data), await sign(data)]).toEqual([expected, expected]);
  });

  it("gives RFC 4231's HMAC-SHA-256 for a key longer than a block (test case 6), and for one as long", async () => {
    const data = "Test Using Larger Than Block-Size Key - Hash Key First";
    const long = new Uint8Array(131).fill(0xaa);
    const expected = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
    expect(await bytes.createHmacSha256Hex(long)(data)).toBe(expected);
    const block = long.subarray(0, 64);
    const ofBlock = createHmac("sha256", block).update(data).digest("hex");
    expect(await bytes.createHmacSha256Hex(block)(data)).toBe(ofBlock);
  });
});

describe.each([
  ["node", node],
  ["web", web],
])("base64 (%s)", (_name, { encodeBase64, writeBase64 }) => {
  it("is written where it is wanted", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(5), (data, start) => {
        const target = new Uint8Array(200).fill(1);
        const written = writeBase64(data, target.subarray(start));
        const expected = Buffer.from(Buffer.from(data).toString("base64"));
        expect(written).toBe(expected.length);
        expect(Buffer.from(target.subarray(start, start + written))).toEqual(expected);
        const around = [...target.subarray(0, start), ...target.subarray(start + written)];
        expect(around.every((byte) => byte === 1)).toBe(true);
      }),
    );
  });

  it("is RFC 4648's, of the bytes that a view covers", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (data, start) => {
        const view = data.subarray(start);
        expect(encodeBase64(view)).toBe(Buffer.from(view).toString("base64"));
      }),
    );
  });

  it("has no padding in the middle of a large one", () => {
    const data = Uint8Array.from({ length: 100_001 }, (_, index) => index * 7);
    expect(encodeBase64(data)).toBe(Buffer.from(data).toString("base64"));
  });
});

describe.each([
  ["node", node],
  ["web", web],
])("UTF-8 (%s)", (_name, { encodeUtf8, decodeUtf8 }) => {
  it("reads what it wrote", () => {
    fc.assert(
      fc.property(text, (original) => {
        expect(decodeUtf8(encodeUtf8(original))).toBe(original);
      }),
    );
  });

  it("keeps a byte order mark", () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 97))).toBe("\ufeffa");
  });

  it("puts U+FFFD for what is not UTF-8, and for a lone surrogate", () => {
    expect(decodeUtf8(Uint8Array.of(97, 0xff, 98))).toBe("a\ufffdb");
    expect(encodeUtf8("\ud800")).toEqual(Uint8Array.of(0xef, 0xbf, 0xbd));
  });
});

describe("the web's hashes", () => {
  it("equal Node's for any data and key", async () => {
    await fc.assert(
      fc.asyncProperty(bytesOrText, fc.oneof(fc.uint8Array({ minLength: 1 }), fc.string({ minLength: 1 })), text, same),
    );
  });

  async function same(data: Uint8Array | string, key: Uint8Array | string, message: string): Promise<void> {
    expect(await web.sha256Hex(data)).toBe(await node.sha256Hex(data));
    expect(toHex(await web.hmacSha256(key, message))).toBe(toHex(await node.hmacSha256(key, message)));
    const keyBytes = node.encodeUtf8(String(key));
    expect(await web.createHmacSha256Hex(keyBytes)(message)).toBe(await node.createHmacSha256Hex(keyBytes)(message));
  }
});
