import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LLMError } from "../../../src/errors.ts";
import type { Chunk } from "../../../src/types/chunk.ts";
import { isObject, tryParse } from "../../../src/types/json.ts";
import { openConverse } from "../../support/converse-body.ts";
import { encodeEvent } from "../../support/event-stream-frames.ts";

const delta = (text: string): Uint8Array =>
  encodeEvent("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":${JSON.stringify(text)}},"p":"abc"}`);
const toolStart = encodeEvent(
  "contentBlockStart",
  '{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t","name":"f"}}}',
);
const stop = encodeEvent("messageStop", '{"stopReason":"end_turn"}');
const joined = (...frames: Uint8Array[]): Uint8Array => Buffer.concat(frames);

describe("the text of an event", { timeout: 60_000 }, () => {
  /** What JSON.parse says that an event holds. */
  function expected(payload: string): readonly Chunk[] | string {
    const parsed = tryParse(payload);
    if (!isObject(parsed)) return "ERR_STREAM_PAYLOAD";
    const { contentBlockIndex: index, delta: inner } = parsed;
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0) return "ERR_STREAM_PROTOCOL";
    const text = isObject(inner) && typeof inner["text"] === "string" ? inner["text"] : "";
    return text === "" ? [] : [{ type: "text", content: text }];
  }

  const literal = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    // Raw characters in quotes: a backslash, a quote or a control character among them may make it no JSON.
    fc
      .string({ unit: fc.constantFrom("a", "é", "\u2028", "\\", "n", '"', "\n", "\t", "\0", "}", ",") })
      .map((s) => `"${s}"`),
    fc.constantFrom('"\\ud800"', '"\\u0041"', '"a\\qb"', '""'),
  );
  const payload = fc
    .record({
      index: fc.constantFrom("0", "9", "10", "00", "1.5", "-1", "1e0", '"0"'),
      text: literal,
      padding: fc.constantFrom("", ',"p":"abcAB01"', ',"p":""', ',"p":"a-b"', ',"p":"\\u0041"', ',"p":1', ',"p":"a'),
      before: fc.constantFrom("", "", " ", "x", "\ufeff"),
      after: fc.constantFrom("", "", "\n", "}", "x"),
      twice: fc.boolean(),
    })
    .map(({ index, text, padding, before, after, twice }) => {
      const member = `"delta":{"text":${text}}`;
      return `${before}{"contentBlockIndex":${index},${member}${twice ? `,${member}` : ""}${padding}}${after}`;
    });

  test("is what JSON.parse makes of it, in whatever way it is written", async () => {
    await fc.assert(
      fc.asyncProperty(payload, async (written) => {
        // A lone surrogate cannot stand in UTF-8.
        const sent = Buffer.from(written).toString();
        const { events } = openConverse([joined(encodeEvent("contentBlockDelta", sent), stop)]);
        const chunks: Chunk[] = [];
        const read = async (): Promise<readonly Chunk[]> => {
          for (let chunk = await events.next(); chunk; chunk = await events.next()) chunks.push(chunk);
          return chunks;
        };
        const wanted = expected(sent);
        const got = await read().catch((error: unknown) => (error instanceof LLMError ? error.code : String(error)));
        expect(got).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  test("may be as long as it likes, with and without an escape", async () => {
    for (const text of ["x".repeat(2_000_000), `${"x".repeat(2_000_000)}\n`, `\n${"é".repeat(1_000_000)}`]) {
      const { events } = openConverse([joined(delta(text), stop)]);
      expect((await events.next())?.content === text).toBe(true);
    }
  });
});

describe("take", () => {
  test("gives the chunks that have arrived, and nothing before or after them", async () => {
    const { events } = openConverse([
      joined(delta("a"), delta("b"), delta("c").subarray(0, 40)),
      delta("c").subarray(40),
      stop,
    ]);
    expect(events.take()).toBeUndefined();
    expect((await events.next())?.content).toBe("a");
    expect(events.take()?.content).toBe("b");
    expect(events.take()).toBeUndefined();
    expect((await events.next())?.content).toBe("c");
    expect(await events.next()).toBeUndefined();
  });

  test("throws nothing: what is wrong comes from `next`, after all that came before it", async () => {
    const damaged = delta("c");
    damaged[50] = (damaged[50] ?? 0) ^ 1;
    const { events, cancelled } = openConverse([joined(delta("a"), delta("b"), damaged, delta("d"), stop)]);
    await events.next();
    expect(events.take()?.content).toBe("b");
    expect(events.take()).toBeUndefined();
    expect(cancelled()).toBe(0);
    await expect(events.next()).rejects.toMatchObject({ code: "ERR_STREAM_MESSAGE_CRC" });
    expect(cancelled()).toBe(1);
    expect(events.take()).toBeUndefined();
    expect(events.assembly.partial().content).toBe("ab");
  });

  test("gives nothing behind an event that is still to be handled", async () => {
    const wrong = encodeEvent("contentBlockDelta", "[]");
    const { events } = openConverse([joined(delta("a"), wrong, delta("b"), stop)]);
    await events.next();
    expect(events.take()).toBeUndefined();
    expect(events.take()).toBeUndefined();
    await expect(events.next()).rejects.toMatchObject({ code: "ERR_STREAM_PAYLOAD" });
  });

  test("leaves a block that is no text to `next`, which goes on behind it", async () => {
    const silent = encodeEvent("contentBlockDelta", '{"contentBlockIndex":1,"delta":{"toolUse":{"input":""}}}');
    const { events } = openConverse([joined(delta("a"), toolStart, silent, delta("b"), stop)]);
    await events.next();
    expect(events.take()).toBeUndefined();
    expect((await events.next())?.type).toBe("tool_call_start");
    expect(events.take()?.content).toBe("b");
  });

  test("goes on in the same bytes when the first block that is no text gives no chunk", async () => {
    const empty = encodeEvent("contentBlockDelta", '{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":""}}}');
    const { events } = openConverse([joined(empty, delta("b"), stop)]);
    expect((await events.next())?.content).toBe("b");
    expect(await events.next()).toBeUndefined();
  });
});

describe("a stream that has failed", () => {
  test("stays so: what stands behind the damage is no part of the answer", async () => {
    const orphan = encodeEvent("contentBlockDelta", '{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{}"}}}');
    const { events } = openConverse([joined(delta("a"), orphan, delta("b"), stop)]);
    await events.next();
    await expect(events.next()).rejects.toMatchObject({ code: "ERR_STREAM_PROTOCOL" });
    expect(events.take()).toBeUndefined();
    await expect(events.next()).rejects.toMatchObject({ code: "ERR_STREAM_PROTOCOL" });
    expect(events.assembly.partial().content).toBe("a");
  });
});

test("a stream without end is given up after 256 MiB, with what had arrived", async () => {
  const filler = encodeEvent("somethingNew", Buffer.alloc(16 * 1024 * 1024, " "));
  function* endless(): Generator<Uint8Array> {
    yield delta("a");
    for (;;) yield filler;
  }
  const { events, cancelled } = openConverse(endless());
  await events.next();
  await expect(events.next()).rejects.toMatchObject({ code: "ERR_STREAM_SIZE", retryable: false });
  expect(cancelled()).toBe(1);
  expect(events.assembly.partial().content).toBe("a");
});
