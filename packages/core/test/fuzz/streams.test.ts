import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { encodeEvent, encodeRawFrame, officialCodec } from "../support/event-stream-frames.ts";
import { createAnswered, hostileValue, mutatedJson, outcomeOf, renderHostile, TIMEOUT_MS, tries } from "./support.ts";

const MODEL = "us.anthropic.claude-sonnet-4-6";
const folder = fileURLToPath(new URL("../../../../../shared/samples/", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("converse-stream.")) : [];

type Event = readonly [type: string, payload: object];
const at = (delta: object, contentBlockIndex = 0): Event => [
  "contentBlockDelta",
  { contentBlockIndex, delta, p: "ab" },
];
const end = (contentBlockIndex = 0): Event => ["contentBlockStop", { contentBlockIndex }];
const EVENTS: readonly Event[] = [
  ["messageStart", { role: "assistant" }],
  at({ reasoningContent: { text: "Hm" } }),
  at({ reasoningContent: { signature: "c2ln" } }),
  at({ reasoningContent: { redactedContent: "cmVk" } }, 1),
  end(),
  at({ text: "One " }, 2),
  at({ text: "two." }, 2),
  at({ citation: { title: "T", sourceContent: [{ text: "2" }], location: { web: { url: "http://x/" } } } }, 2),
  end(2),
  ["contentBlockStart", { contentBlockIndex: 3, start: { toolUse: { toolUseId: "t1", name: "add" } } }],
  at({ toolUse: { input: '{"a":[1,' } }, 3),
  at({ toolUse: { input: "2]}" } }, 3),
  end(3),
  ["contentBlockStart", { contentBlockIndex: 4, start: { toolResult: { toolUseId: "t2", status: "success" } } }],
  at({ toolResult: [{ text: "x" }] }, 4),
  at({ image: { source: { bytes: "AA==" } } }, 5),
  ["messageStop", { stopReason: "end_turn", additionalModelResponseFields: { a: 1 } }],
  ["metadata", { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 4 } }],
];

/** An exception or error of any name and with any payload. */
const failure = fc
  .tuple(
    fc.constantFrom("exception", "error", "unheard of", "\ud800"),
    fc.constantFrom("throttlingException", "modelStreamErrorException", "Error".repeat(2000), "__proto__", ""),
    hostileValue,
  )
  .map(([kind, name, message]) => {
    const string = (value: string): { type: "string"; value: string } => ({ type: "string", value });
    const names = kind === "error" ? [":error-code", ":error-message"] : [":exception-type", ":content-type"];
    const headers = Object.fromEntries(
      [":message-type", ...names].map((key, index) => [key, string([kind, name, "m"][index] ?? "")]),
    );
    return new Uint8Array(
      officialCodec.encode({ headers, body: Buffer.from(renderHostile({ message, code: message })) }),
    );
  });

/** One event, as it should be or not. */
const frame = ([type, payload]: Event): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(encodeEvent(type, JSON.stringify(payload))) },
    { weight: 2, arbitrary: mutatedJson(payload).map((text) => encodeEvent(type, text)) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("__proto__", "newEvent", "messageStop")
        .map((name) => encodeEvent(name, JSON.stringify(payload))),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => encodeEvent(type, bytes)) },
  );
const frames = fc
  .tuple(
    fc.tuple(...EVENTS.map(frame)),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(2)), { maxLength: 2 }),
    fc.option(failure, { freq: 5, nil: undefined }),
  )
  .map(([list, moves, failed]) => {
    const all: Uint8Array[] = [...list];
    for (const [from, to, kind] of moves) {
      const [moved = new Uint8Array()] = all.splice(from % all.length, kind === 0 ? 1 : 0);
      if (kind > 0) all.splice(to % all.length, 0, kind === 1 ? encodeRawFrame(Buffer.from("x")) : moved);
    }
    if (failed) all.splice(all.length - (moves.length % 3), 0, failed);
    return Buffer.concat(all);
  });
/** Bytes as they come: whole, cut, or with one of them changed. */
const damaged = (whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(whole, fc.nat(), fc.nat(11), fc.nat(255)).map(([all, place, kind, to]) => {
    if (kind === 0) return all.slice(0, place % (all.length + 1));
    return kind === 1 ? all.map((byte, index) => (index === place % all.length ? to : byte)) : all;
  });

const respond = (body: Uint8Array): Response =>
  new Response(Buffer.from(body), { headers: { "content-type": "application/vnd.amazon.eventstream" } });

/** Reads a stream to its end; what it gave before a failure must be in the failure. */
async function checkStream(body: Uint8Array): Promise<void> {
  let seen = "";
  const outcome = await outcomeOf(async () => {
    const stream = createAnswered(() => respond(body))
      .chat(MODEL)
      .stream("Hi");
    for await (const chunk of stream) {
      expect(typeof chunk.content).toBe("string");
      seen += chunk.content;
    }
    return stream.response();
  });
  if ("value" in outcome) {
    expect(outcome.value.content).toBe(seen);
    expect(outcome.value.finishReason).toEqual(expect.any(String));
  } else if (outcome.error.partial) {
    expect(outcome.error.partial.content).toBe(seen);
  }
}

describe("a stream", { timeout: TIMEOUT_MS }, () => {
  test("of any events, however damaged, ends in an answer or a typed error, and what came is in both", async () => {
    await fc.assert(fc.asyncProperty(damaged(frames), checkStream), tries(150));
  });

  test("of a model's own pieces ends in its metrics or a typed error", async () => {
    const piece = (value: object): object => ({ bytes: Buffer.from(JSON.stringify(value)).toString("base64"), p: "a" });
    const metrics = { "amazon-bedrock-invocationMetrics": { inputTokenCount: 1, outputTokenCount: 2 } };
    const chunk = fc.oneof(
      fc.constantFrom(piece({ completion: "Hi" }), piece(metrics)).map((value) => JSON.stringify(value)),
      mutatedJson(metrics).map((text) => JSON.stringify({ bytes: Buffer.from(text).toString("base64") })),
      mutatedJson(piece(metrics)),
    );
    const body = fc
      .array(
        chunk.map((text) => encodeEvent("chunk", text)),
        { maxLength: 6 },
      )
      .map((all) => Buffer.concat(all));
    await fc.assert(
      fc.asyncProperty(damaged(body), async (bytes) => {
        await outcomeOf(async () => {
          const pieces = await createAnswered(() => respond(bytes)).invoke(MODEL, { a: 1 }, { stream: true });
          for await (const { bytes: content } of pieces) expect(content).toBeInstanceOf(Uint8Array);
          for (const count of Object.values(pieces.usage ?? {})) expect(count).toSatisfy(Number.isFinite);
        });
      }),
      tries(60),
    );
  });

  test.skipIf(files.length === 0)("that was recorded, with bytes changed or cut off, does so, too", async () => {
    const recorded = files.flatMap((name) => {
      const { exchange } = JSON.parse(readFileSync(`${folder}${name}`, "utf8")) as Sample;
      const { bodyBase64 } = exchange.response;
      return bodyBase64 === undefined ? [] : new Uint8Array(Buffer.from(bodyBase64, "base64"));
    });
    for (const body of recorded) await checkStream(body);
    await fc.assert(fc.asyncProperty(damaged(fc.constantFrom(...recorded)), checkStream), tries(60));
  });
});

interface Sample {
  readonly exchange: { readonly response: { readonly bodyBase64?: string } };
}
