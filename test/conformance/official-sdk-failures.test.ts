import type { ScriptedReply, StreamStep } from "@node-llm/bedrock-local";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { OFFICIAL, OURS, renderOfficial, startBoth, WAYS } from "../support/both-clients.ts";
import { type HttpVersion, rejection } from "../support/official-sdk.ts";

// A whole property, or the first request of a cold SDK, takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const BEGINNING: readonly StreamStep[] = [
  { event: "messageStart", payload: { role: "assistant" } },
  { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Half" } } },
];

describe("a failure inside a stream", () => {
  it.each([
    ["internalServerException", "InternalServerException"],
    ["modelStreamErrorException", "ModelStreamErrorException"],
    ["validationException", "ValidationException"],
    ["throttlingException", "ThrottlingException"],
    ["serviceUnavailableException", "ServiceUnavailableException"],
  ])("%s has the official SDK's name and message", async (exception, name) => {
    const { server, official, ours } = await startBoth("2.0");
    const message = `Because of ${exception}.`;
    const reply = { events: [...BEGINNING, { exception, payload: { message } }] };
    server.enqueue(reply, reply);
    expect(await rejection(OFFICIAL.stream(official, renderOfficial({})))).toMatchObject({ name, message });
    const error = await rejection(OURS.stream(ours, {}));
    expect(error).toMatchObject({ exception: name, partial: { content: "Half" } });
    expect(error.message).toContain(message);
  });

  it("that only has a code has the official SDK's name and message", async () => {
    const { server, official, ours } = await startBoth("2.0");
    const reply = { events: [...BEGINNING, { error: { code: "InternalFailure", message: "Broken." } }] };
    server.enqueue(reply, reply);
    const theirs = await rejection(OFFICIAL.stream(official, renderOfficial({})));
    expect(theirs).toMatchObject({ name: "InternalFailure", message: "Broken." });
    const error = await rejection(OURS.stream(ours, {}));
    expect(error).toMatchObject({ exception: "InternalFailure", partial: { content: "Half" } });
    expect(error.message).toContain("Broken.");
  });

  it.each([
    ["modelTimeoutException", "ModelTimeoutException"],
    ["somethingNewException", "SomethingNewException"],
  ])("%s, which the SDK has no class for, gets its class name and its message from us", async (exception, name) => {
    const { server, official, ours } = await startBoth("2.0");
    const reply = { events: [...BEGINNING, { exception, payload: { message: "Why it failed." } }] };
    server.enqueue(reply, reply);
    // The SDK gives the name of the member, and the payload as text.
    expect(await rejection(OFFICIAL.stream(official, renderOfficial({})))).toMatchObject({
      name: exception,
      message: '{"message":"Why it failed."}',
    });
    const error = await rejection(OURS.stream(ours, {}));
    expect(error).toMatchObject({ exception: name, partial: { content: "Half" } });
    expect(error.message).toContain("Why it failed.");
  });

  it("that is only an early end passes for an answer in the official SDK, and not in ours", async () => {
    const { server, official, ours } = await startBoth("2.0");
    server.enqueue({ events: BEGINNING }, { events: BEGINNING });
    const theirs = await OFFICIAL.stream(official, renderOfficial({}));
    expect(theirs).toMatchObject({ parts: [{ text: "Half" }], finishReason: undefined });
    expect(await rejection(OURS.stream(ours, {}))).toMatchObject({
      code: "ERR_STREAM_INCOMPLETE",
      partial: { content: "Half" },
    });
  });
});

/** Faults after which both make as many attempts, out of 3. */
const ALIKE: readonly [fault: string, attempts: number, reply: ScriptedReply][] = [
  ["AccessDeniedException", 1, { error: "AccessDeniedException" }],
  ["ExpiredTokenException", 1, { error: "ExpiredTokenException" }],
  ["InternalServerException", 3, { error: "InternalServerException" }],
  ["ModelErrorException", 1, { error: "ModelErrorException" }],
  ["ModelNotReadyException", 3, { error: "ModelNotReadyException" }],
  ["ModelTimeoutException", 1, { error: "ModelTimeoutException" }],
  ["ResourceNotFoundException", 1, { error: "ResourceNotFoundException" }],
  ["ServiceQuotaExceededException", 1, { error: "ServiceQuotaExceededException" }],
  ["ServiceUnavailableException", 3, { error: "ServiceUnavailableException" }],
  ["ThrottlingException", 3, { error: "ThrottlingException" }],
  ["ValidationException", 1, { error: "ValidationException" }],
  ["429 without a name", 3, { status: 429, body: "{}" }],
  ["500 without a name", 3, { status: 500, body: "{}" }],
  ["502 without a name", 3, { status: 502, body: "{}" }],
  ["503 without a name", 3, { status: 503, body: "{}" }],
  ["504 without a name", 3, { status: 504, body: "{}" }],
];

/** Faults that we try again and the SDK does not: the next attempt may well succeed, and nothing was handed over yet. */
const ONLY_OURS: readonly [fault: string, reply: ScriptedReply][] = [
  ["a model that broke off (ModelStreamErrorException)", { error: "ModelStreamErrorException" }],
  ["a proxy's request timeout (408 without a name)", { status: 408, body: "{}" }],
  ["a proxy's own 5xx (529)", { status: 529, body: "{}" }],
];

/** How often each client asked until it gave up; neither waits, as no chance adds to a delay. */
async function countAttempts(
  way: (typeof WAYS)[number],
  version: HttpVersion,
  reply: ScriptedReply,
): Promise<number[]> {
  vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  // As many attempts as each makes when it is not told otherwise.
  const { server, official, ours } = await startBoth(version, { attempts: "default" });
  const calls = [() => OFFICIAL[way](official, renderOfficial({})), () => OURS[way](ours, {})];
  const counts: number[] = [];
  for (const call of calls) {
    const before = server.requests.length;
    server.enqueue(...Array.from({ length: 4 - server.pending }, () => reply));
    await call().catch((error: unknown) => error);
    counts.push(server.requests.length - before);
  }
  return counts;
}

describe.each(WAYS)("the attempts of %s", (way) => {
  it.each(ALIKE)("after %s are %i for both", async (_fault, attempts, reply) => {
    expect(await countAttempts(way, "2.0", reply)).toEqual([attempts, attempts]);
  });

  it.each(ONLY_OURS)("after %s are 1 for the SDK and 3 for us", async (_fault, reply) => {
    expect(await countAttempts(way, "2.0", reply)).toEqual([1, 3]);
  });

  it.each(["2.0", "1.1"] as const)("after a broken connection are 3 for both (SDK over HTTP/%s)", async (version) => {
    expect(await countAttempts(way, version, { reset: true })).toEqual([3, 3]);
    expect(await countAttempts(way, version, { close: true })).toEqual([3, 3]);
  });
});

describe("the attempts of a stream", () => {
  it("after a throttle as its first frame are 3 for both", async () => {
    const reply = { events: [{ exception: "throttlingException" }] };
    expect(await countAttempts("stream", "2.0", reply)).toEqual([3, 3]);
  });

  it("after an exception behind output are 1 for both", async () => {
    const reply = { events: [...BEGINNING, { exception: "throttlingException" }] };
    expect(await countAttempts("stream", "2.0", reply)).toEqual([1, 1]);
  });

  it("that ends without a single event are 3 for us; the SDK takes it for an answer", async () => {
    expect(await countAttempts("stream", "2.0", { events: [] })).toEqual([1, 3]);
  });
});
