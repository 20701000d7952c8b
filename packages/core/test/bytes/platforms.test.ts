import fc from "fast-check";
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
