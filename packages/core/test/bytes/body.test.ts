import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createBody, lengthOfBase64, updateHash, type Piece } from "../../src/bytes/body.ts";
import { createSha256 } from "../../src/bytes/node.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const piece: fc.Arbitrary<Piece> = fc.oneof(
  bytes,
  bytes.map((base64Of) => ({ base64Of })),
);

/** What pieces stand for. */
const wholeOf = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(
    pieces.map((one) => ("base64Of" in one ? Buffer.from(Buffer.from(one.base64Of).toString("base64")) : one)),
  );

const sha256 = (whole: Uint8Array): string => createHash("sha256").update(whole).digest("hex");

/** The bytes as they are read, each copied before the next is asked for. */
const readAll = (read: Iterable<Uint8Array>): Buffer => Buffer.concat(Array.from(read, (each) => Buffer.from(each)));

describe("a body in pieces", () => {
  test("is what its pieces are, as a whole, as it is read, by its length and by its hash", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const whole = wholeOf(pieces);
        const body = createBody(pieces);
        expect(Buffer.from(body.join())).toEqual(whole);
        expect(readAll(body.read())).toEqual(whole);
        expect(body.length).toBe(whole.length);
        expect(await body.sha256()).toBe(sha256(whole));
      }),
    );
  });

  test("can be read and hashed again, in between as well", async () => {
    const pieces: Piece[] = [Buffer.from("a"), { base64Of: Buffer.alloc(1_000_000, "image") }];
    const body = createBody(pieces);
    const reading = body.read()[Symbol.iterator]();
    reading.next();
    reading.next();
    const hash = await body.sha256();
    expect(readAll(body.read()).equals(wholeOf(pieces))).toBe(true);
    expect([await body.sha256(), hash]).toEqual([sha256(wholeOf(pieces)), sha256(wholeOf(pieces))]);
  });

  test("goes on from a hash that has its first pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.nat(10), async (pieces, most) => {
        const count = Math.min(most, pieces.length);
        const hash = createSha256();
        if (!hash) throw new Error("Node hashes bit by bit.");
        updateHash(hash, pieces.slice(0, count));
        const copy = hash.copy();
        expect(await createBody(pieces, { count, hash: copy }).sha256()).toBe(sha256(wholeOf(pieces)));
        expect(hash.digest("hex")).toBe(sha256(wholeOf(pieces.slice(0, count))));
      }),
    );
  });

  test.each([0, 1, 2, 3, 49_151, 49_152, 49_153, 393_215, 393_216, 393_217, 1_000_000])(
    "has base64 of %i bytes without padding inside, in pieces of bounded size",
    (length) => {
      const pieces = [{ base64Of: Uint8Array.from({ length }, (_, index) => index * 7) }];
      const body = createBody(pieces);
      expect(readAll(body.read()).equals(wholeOf(pieces))).toBe(true);
      expect(body.length).toBe(lengthOfBase64(length));
      expect(Math.max(0, ...Array.from(body.read(), (each) => each.length))).toBeLessThanOrEqual(524_288);
    },
  );

  test("takes one array for all the base64 that it makes, and says so", () => {
    const body = createBody([{ base64Of: new Uint8Array(2_000_000) }]);
    expect(new Set(Array.from(body.read(), ({ buffer }) => buffer)).size).toBe(1);
    expect([body.isMade, createBody([new Uint8Array(3)]).isMade]).toEqual([true, false]);
  });
});
