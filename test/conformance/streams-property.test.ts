import { Readable } from "node:stream";

import { ConverseStreamCommand, type ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { encodeEvent, encodeException } from "@node-llm/bedrock-local";
import { type ChatResponse, LLMError } from "@node-llm/core";
import { HttpResponse } from "@smithy/protocol-http";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { foldEvents, readOfficial, readOurs } from "../support/answer.ts";
import { MODEL_ID } from "../support/both-clients.ts";
import { answerEvents, type StreamEvent } from "../support/event-arbitraries.ts";
import { createOfficialClient, rejection } from "../support/official-sdk.ts";
import { createOurClient, cutAt, replayFetch } from "../support/our-client.ts";

// A whole property, or the first request of a cold SDK, takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const HEADERS = { "content-type": "application/vnd.amazon.eventstream", "x-amzn-requestid": "request-1" };
const RUNS = 300;

function encode(events: readonly StreamEvent[]): Uint8Array {
  return Buffer.concat(events.map(({ event, payload }) => encodeEvent(event, payload)));
}

function streamOurs(pieces: readonly Uint8Array[]): Promise<ChatResponse> {
  const fetch = replayFetch(200, HEADERS, pieces);
  const llm = createOurClient("http://127.0.0.1:1", { fetch, bedrockAuth: "none", maxRetries: 0 });
  return llm.chat(MODEL_ID).stream("Hi").response();
}

type Reader = (pieces: readonly Uint8Array[], onEvent: (event: ConverseStreamOutput) => void) => Promise<void>;

/** Reads bytes with the official SDK's own deserializer; `onEvent` is told what it makes of them. */
function createOfficialReader(): Reader {
  let body = Readable.from([]);
  const handle = (): Promise<{ response: HttpResponse }> =>
    Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers: HEADERS, body }) });
  const client = createOfficialClient("http://127.0.0.1:1", "2.0", { maxAttempts: 1, requestHandler: { handle } });
  return async (pieces, onEvent) => {
    body = Readable.from(pieces);
    const answer = await client.send(new ConverseStreamCommand({ modelId: MODEL_ID }));
    for await (const event of answer.stream ?? []) onEvent(event);
  };
}

const cuts = fc.array(fc.nat(20_000), { maxLength: 30 });

describe("any ConverseStream answer, cut anywhere", () => {
  const readOfficially = createOfficialReader();

  it("is put together as the official SDK reads it", async () => {
    await fc.assert(
      fc.asyncProperty(answerEvents, cuts, async (events, offsets) => {
        const bytes = encode(events);
        const pieces = cutAt(bytes, offsets);
        const read: ConverseStreamOutput[] = [];
        await readOfficially(pieces, (event) => read.push(event));
        expect(readOurs(await streamOurs(pieces))).toEqual(readOfficial(foldEvents(read)));
      }),
      { numRuns: RUNS },
    );
  });

  it("that breaks off with an exception gives the same text before it and the same name as the official SDK", async () => {
    const exception = fc.constantFrom(
      "internalServerException",
      "modelStreamErrorException",
      "validationException",
      "throttlingException",
      "serviceUnavailableException",
    );
    await fc.assert(
      fc.asyncProperty(answerEvents, fc.nat(), exception, cuts, async (events, position, kind, offsets) => {
        const stop = events.findIndex(({ event }) => event === "messageStop");
        const before = events.slice(0, position % (stop + 1));
        const bytes = Buffer.concat([encode(before), encodeException(kind, { message: "Because." })]);
        const pieces = cutAt(bytes, offsets);
        const read: ConverseStreamOutput[] = [];
        const theirs = await rejection(readOfficially(pieces, (event) => read.push(event)));
        const error = await rejection(streamOurs(pieces));
        expect(error).toBeInstanceOf(LLMError);
        const texts = read.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.text ?? "");
        expect(error).toMatchObject({ exception: theirs.name, partial: { content: texts.join("") } });
      }),
      { numRuns: RUNS / 3 },
    );
  });
});
