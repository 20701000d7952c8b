import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLines, readStream } from "../../../src/bedrock/jobs/streams.ts";

/** A stream of these bytes, cut at these places. */
async function* cut(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const place of places.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b)) {
    yield await Promise.resolve(bytes.subarray(from, place));
    from = place;
  }
  yield bytes.subarray(from);
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

describe("readLines", () => {
  it("gives the same lines, however the bytes are cut", async () => {
    const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, ""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(fc.nat()),
        fc.constantFrom("\n", "\r\n"),
        async (lines, places, end) => {
          const bytes = new TextEncoder().encode(lines.join(end));
          const expected = lines.map((each) => each.trim()).filter((each) => each !== "");
          expect(await collect(readLines(cut(bytes, places)))).toEqual(expected);
        },
      ),
    );
  });
});

describe("readStream", () => {
  it("joins the pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.array(fc.nat()), async (bytes, places) => {
        expect(await readStream(cut(bytes, places))).toEqual(bytes);
      }),
    );
  });
});
