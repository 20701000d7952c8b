import { encodeEvent } from "@node-llm/bedrock-local";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConverse } from "../../../src/bedrock/converse/parse.ts";
import { LLMError } from "../../../src/errors.ts";
import type { Chunk } from "../../../src/types/chunk.ts";
import type { JsonObject } from "../../../src/types/json.ts";
import { openConverse } from "../../support/converse-body.ts";

/** A content block of a response, and the events that stream it at an index. */
interface Streamed {
  readonly block: JsonObject;
  events(index: number): [name: string, payload: object][];
}

/** Cuts a text at the given shares of its length. */
function cut(text: string, shares: readonly number[]): string[] {
  const characters = Array.from(text);
  const ends = [
    ...shares.map((share) => Math.floor(share * characters.length)).sort((a, b) => a - b),
    characters.length,
  ];
  return ends.map((end, i) => characters.slice(ends[i - 1] ?? 0, end).join(""));
}

function deltas(index: number, list: readonly object[]): [string, object][] {
  return list.map((delta) => ["contentBlockDelta", { contentBlockIndex: index, delta, p: "abc" }]);
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
const text = fc.string({ unit: "grapheme", maxLength: 30 });
const json = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => {
  const copy: JsonObject = JSON.parse(JSON.stringify(value));
  return copy;
});
const citation = fc.constantFrom<JsonObject>(
  { location: { web: { url: "u" } } },
  { title: "T", sourceContent: [{ text: "q" }] },
);

const textBlock = fc.tuple(text, shares).map(([value, at]): Streamed => ({
  block: { text: value },
  events: (index) =>
    deltas(
      index,
      cut(value, at).map((piece) => ({ text: piece })),
    ),
}));
const citedBlock = fc
  .tuple(text, shares, fc.array(citation, { minLength: 1, maxLength: 3 }))
  .map(([value, at, citations]): Streamed => ({
    block: { citationsContent: { content: [{ text: value }], citations } },
    events: (index) => {
      const pieces: object[] = cut(value, at).map((piece) => ({ text: piece }));
      return deltas(index, [...pieces.slice(0, 1), ...citations.map((one) => ({ citation: one })), ...pieces.slice(1)]);
    },
  }));
const thinkingBlock = fc
  .tuple(text, shares, fc.option(text, { nil: undefined }))
  .map(([value, at, signature]): Streamed => ({
    block: { reasoningContent: { reasoningText: { text: value, ...(signature !== undefined && { signature }) } } },
    events: (index) => {
      const pieces: object[] = cut(value, at).map((piece) => ({ reasoningContent: { text: piece } }));
      if (signature !== undefined) pieces.push({ reasoningContent: { signature } });
      return deltas(index, pieces);
    },
  }));
const redactedBlock = fc
  .tuple(fc.string({ maxLength: 30, unit: "binary-ascii" }), shares)
  .map(([value, at]): Streamed => ({
    block: { reasoningContent: { redactedContent: btoa(value) } },
    events: (index) =>
      deltas(
        index,
        cut(value, at).map((piece) => ({ reasoningContent: { redactedContent: btoa(piece) } })),
      ),
  }));
const toolBlock = fc
  .tuple(json, shares, fc.option(fc.constant("server_tool_use"), { nil: undefined }))
  .map(([input, at, type]): Streamed => {
    const toolUse = { toolUseId: "tooluse_1", name: "f", ...(type && { type }) };
    return {
      block: { toolUse: { ...toolUse, input } },
      events: (index) => [
        ["contentBlockStart", { contentBlockIndex: index, start: { toolUse } }],
        ...deltas(
          index,
          cut(JSON.stringify(input), at).map((piece) => ({ toolUse: { input: piece } })),
        ),
      ],
    };
  });

interface Answer {
  readonly response: JsonObject;
  readonly frames: readonly Uint8Array[];
}

const answer: fc.Arbitrary<Answer> = fc
  .record({
    blocks: fc.array(fc.oneof(textBlock, citedBlock, thinkingBlock, redactedBlock, toolBlock), { maxLength: 5 }),
    stopReason: fc.constantFrom("end_turn", "tool_use", "brand_new"),
    gap: fc.integer({ min: 1, max: 3 }),
    metadata: fc.constantFrom<JsonObject>(
      { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 }, metrics: { latencyMs: 5 } },
      { metrics: { latencyMs: 5 }, trace: { guardrail: {} }, serviceTier: { type: "flex" } },
    ),
  })
  .map(({ blocks, stopReason, gap, metadata }) => {
    const events: [string, object][] = [["messageStart", { role: "assistant" }]];
    blocks.forEach((streamed, position) => {
      const index = position * gap;
      events.push(...streamed.events(index), ["contentBlockStop", { contentBlockIndex: index }]);
    });
    events.push(["messageStop", { stopReason }], ["metadata", metadata]);
    const content = blocks.map(({ block }) => block);
    return {
      response: { output: { message: { role: "assistant", content } }, stopReason, ...metadata },
      frames: events.map(([name, payload]) => encodeEvent(name, { ...payload, p: "abcdef" })),
    };
  });

/** Reads a body that comes in these slices to its end. */
async function read(slices: Iterable<Uint8Array>): Promise<{ chunks: Chunk[]; response: JsonObject }> {
  const { events } = openConverse(slices);
  const chunks: Chunk[] = [];
  for (let chunk = await events.next(); chunk; chunk = await events.next()) chunks.push(chunk);
  return { chunks, response: events.assembly.response };
}

function slice(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

describe("any valid stream", { timeout: 60_000 }, () => {
  test("is read as the response that Converse would have sent, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.integer({ min: 1, max: 500 }), async ({ response, frames }, size) => {
        const streamed = await read(slice(Buffer.concat(frames), size));
        expect(streamed.response).toEqual(response);
        expect(parseConverse(streamed.response)).toEqual(parseConverse(response));
        expect(streamed.chunks.map(({ content }) => content).join("")).toBe(textOf(response));
      }),
      { numRuns: 200 },
    );
  });

  test("is an error when it ends too early, at whatever byte", async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async ({ frames }, share) => {
          const bytes = Buffer.concat(frames);
          const end = Math.floor(share * bytes.length);
          // Only the metadata may be missing.
          const complete = bytes.length - (frames.at(-1)?.length ?? 0);
          const result = await read([bytes.subarray(0, end)]).then(() => "complete", codeOf);
          expect(result).toBe(end === complete ? "complete" : "ERR_STREAM_INCOMPLETE");
        },
      ),
      { numRuns: 300 },
    );
  });

  test("is an error when one byte is changed", async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ frames }, position, flip) => {
        const bytes = Buffer.concat(frames);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        await expect(read([bytes])).rejects.toBeInstanceOf(LLMError);
      }),
      { numRuns: 200 },
    );
  });

  test("is an error when one frame but the metadata is missing at its end", async () => {
    await fc.assert(
      fc.asyncProperty(answer, async ({ frames }) => {
        await expect(read(frames.slice(0, -2))).rejects.toMatchObject({ code: "ERR_STREAM_INCOMPLETE" });
        await expect(read(frames.slice(0, -1))).resolves.toBeDefined();
      }),
      { numRuns: 50 },
    );
  });
});

/** The code of an error of ours. */
function codeOf(error: unknown): string {
  return error instanceof LLMError ? error.code : `no LLMError: ${String(error)}`;
}

function textOf(response: JsonObject): string {
  const parts = parseConverse(response)?.parts ?? [];
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
