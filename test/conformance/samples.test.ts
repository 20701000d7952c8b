import { type BedrockLocal, startBedrockLocal } from "@node-llm/bedrock-local";
import {
  type Chat,
  type ChatResponse,
  type ContentPart,
  type JsonObject,
  LLMError,
  type SystemTool,
  type ToolChoice,
  type ToolSpec,
} from "@node-llm/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { foldEvents, readOfficial, readOurs } from "../support/answer.ts";
import { rejection } from "../support/official-sdk.ts";
import { createOurClient, cutAt, replayFetch } from "../support/our-client.ts";
import { hasSamples, readSamples, type Sample } from "../support/samples.ts";

// A whole property, or the first request of a cold SDK, takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const SEED = 20_260_807;
/** Streams up to this many bytes are cut at every byte, longer ones at a sample of them. */
const EVERY_PREFIX_BYTES = 1500;
const SAMPLES_PER_STREAM = 200;

function named(samples: readonly Sample[]): [name: string, sample: Sample][] {
  return samples.map((sample) => [sample.name, sample]);
}

/** Seeded numbers from 0 up to (not including) `length`, in no order. */
function pickOffsets(length: number, count: number): number[] {
  return fc.sample(fc.nat(length - 1), { seed: SEED, numRuns: count });
}

function openReplay({ model, status, headers }: Sample, pieces: readonly Uint8Array[]): Chat {
  const fetch = replayFetch(status, headers, pieces);
  return createOurClient("http://127.0.0.1:1", { fetch, bedrockAuth: "none", maxRetries: 0 }).chat(model);
}

function streamReplay(sample: Sample, pieces: readonly Uint8Array[]): Promise<ChatResponse> {
  return openReplay(sample, pieces).stream("Hi").response();
}

describe.skipIf(!hasSamples)("recorded exchanges, replayed to our client", () => {
  const samples = readSamples();
  const answers = samples.filter(({ sdk }) => sdk.ok);
  const streams = answers.filter(({ isStream }) => isStream);
  const refusals = samples.filter(({ sdk }) => !sdk.ok);

  let server: BedrockLocal;
  beforeAll(async () => {
    server = await startBedrockLocal({ auth: "none" });
  });
  afterAll(() => server.close());

  /** Sends one question and has it answered with the recorded bytes, over a socket. */
  function replay({ model, isStream, status, headers, body }: Sample): Promise<ChatResponse> {
    server.enqueue({ status, headers, body });
    const chat = createOurClient(server.url, { bedrockAuth: "none", maxRetries: 0 }).chat(model);
    return isStream ? chat.stream("Hi").response() : chat.ask("Hi");
  }

  it("are all there", () => {
    expect(answers.length).toBeGreaterThanOrEqual(25);
    expect(streams.length).toBeGreaterThanOrEqual(12);
    expect(refusals.length).toBeGreaterThanOrEqual(7);
  });

  it.each(named(answers))("%s reads as the official SDK reads it", async (_name, sample) => {
    const answer = await replay(sample);
    const { output, events } = sample.sdk;
    expect(readOurs(answer)).toEqual(readOfficial(sample.isStream ? foldEvents(events ?? []) : (output ?? {})));
    expect(answer.requestId).toBe(sample.headers["x-amzn-requestid"] ?? server.requests.at(-1)?.id);
  });

  it.each(named(refusals))("%s fails as the official SDK says", async (_name, sample) => {
    const error = await rejection(replay(sample));
    const { name = "", message = "", metadata } = sample.sdk.error ?? {};
    expect(error).toBeInstanceOf(LLMError);
    // "Unknown" is the SDK's word for an answer that names no exception.
    expect(error).toMatchObject({
      status: metadata?.httpStatusCode,
      ...(name !== "Unknown" && { exception: name }),
    });
    expect("exception" in error).toBe(name !== "Unknown");
    expect(error.message).toContain(message);
  });

  it.each(named(streams))("%s reads the same however its bytes are cut", async (_name, sample) => {
    const whole = await streamReplay(sample, [sample.body]);
    const offsets = fc.array(fc.nat(sample.body.length), { maxLength: 40 });
    const slicings = fc.sample(offsets, { seed: SEED, numRuns: 25 });
    const everyByte = Array.from({ length: sample.body.length }, (_, index) => index);
    for (const cuts of [...slicings, everyByte]) {
      expect(await streamReplay(sample, cutAt(sample.body, cuts))).toEqual(whole);
    }
  });

  it.each(named(streams))("%s never passes for complete when it ends early", async (_name, sample) => {
    const whole = await streamReplay(sample, [sample.body]);
    const { length } = sample.body;
    const ends = length <= EVERY_PREFIX_BYTES ? [...Array(length).keys()] : pickOffsets(length, SAMPLES_PER_STREAM);
    // Where the last frame, the metadata, is missing as a whole, the answer itself is complete.
    const lastFrame = length - (sample.sdk.wire?.at(-1)?.len ?? 0);
    for (const end of new Set(ends)) {
      if (end === lastFrame) continue;
      const error = await failure(sample, [sample.body.subarray(0, end)]);
      expect(whole.content.startsWith(error.partial?.content ?? ""), `cut at byte ${end}`).toBe(true);
    }
  });

  it.each(named(streams))("%s is complete without its last frame, and then has no usage", async (_name, sample) => {
    const whole = await streamReplay(sample, [sample.body]);
    const metadata = sample.sdk.wire?.at(-1);
    expect(metadata?.name).toBe("metadata");
    const answer = await streamReplay(sample, [sample.body.subarray(0, sample.body.length - (metadata?.len ?? 0))]);
    expect(readOurs(answer)).toEqual({ ...readOurs(whole), usage: undefined, metadata: expect.any(Object) });
    expect(answer.metadata.latencyMs).toBeUndefined();
  });

  it.each(named(streams))("%s never passes for good with one byte flipped", async (_name, sample) => {
    const whole = await streamReplay(sample, [sample.body]);
    const flips = fc.tuple(fc.nat(sample.body.length - 1), fc.integer({ min: 1, max: 255 }));
    for (const [offset, mask] of fc.sample(flips, { seed: SEED, numRuns: SAMPLES_PER_STREAM })) {
      const damaged = sample.body.map((byte, index) => (index === offset ? byte ^ mask : byte));
      const error = await failure(sample, [damaged]);
      expect(whole.content.startsWith(error.partial?.content ?? ""), `flipped byte ${offset}`).toBe(true);
    }
  });

  it.each(named(samples))("%s: its conversation leaves our client as it was recorded", async (_name, sample) => {
    const { messages, system = [], toolConfig, inferenceConfig = {}, ...members } = sample.requestBody;
    const chat = createOurClient(server.url, { bedrockAuth: "none", maxRetries: 0 }).chat(sample.model, {
      messages: [
        { role: "system", content: system.map(toPart) },
        ...messages.map(({ role, content }) => ({ role, content: content.map(toPart) })),
      ],
      params: { ...inferenceConfig, ...members },
    });
    if (toolConfig) chat.withTools(toolsOf(toolConfig), choiceOf(toolConfig));
    server.enqueue({ error: "ValidationException" });
    await rejection(sample.isStream ? chat.stream().response() : chat.ask());
    const received = server.requests.at(-1);
    expect(received?.path).toBe(sample.path.replaceAll(":", "%3A"));
    // What says nothing is not sent, and blank text is dropped or given words: all that legalize changes here.
    expect(received?.json).toEqual({
      messages: messages.map(({ role, content }) => ({ role, content: content.flatMap(renderLegal) })),
      ...(system.length > 0 && { system }),
      ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
      ...(toolConfig && { toolConfig: withoutAuto(toolConfig) }),
      ...members,
    });
  });
});

/** The typed error that a damaged stream ends in. */
async function failure(sample: Sample, pieces: readonly Uint8Array[]): Promise<LLMError> {
  const error = await rejection(streamReplay(sample, pieces));
  if (error instanceof LLMError && error.code.startsWith("ERR_STREAM")) return error;
  throw error;
}

/** A recorded block as it leaves our client: blank text only where a cache point needs one, and then with words. */
function renderLegal(block: JsonObject, index: number, content: readonly JsonObject[]): JsonObject[] {
  const { text } = block;
  if (typeof text !== "string" || text.trim() !== "") return [block];
  const isNeeded = content[index - 1]?.["document"] !== undefined && content[index + 1]?.["cachePoint"] !== undefined;
  return isNeeded ? [{ text: "(End of the document.)" }] : [];
}

/** A recorded block as a part of a message. */
function toPart(block: JsonObject): ContentPart {
  const { text } = block;
  return typeof text === "string" ? { type: "text", text } : { type: "raw", block };
}

/** The recorded tools, as our client takes them. */
function toolsOf({ tools }: JsonObject): (ToolSpec | SystemTool)[] {
  const list: readonly JsonObject[] = Array.isArray(tools) ? tools : [];
  return list.flatMap(({ toolSpec, systemTool, cachePoint }, index): (ToolSpec | SystemTool)[] => {
    if (isRecord(systemTool)) return [{ systemTool: String(systemTool["name"]) }];
    if (cachePoint !== undefined || !isRecord(toolSpec)) return [];
    const { name, description, inputSchema, strict } = toolSpec;
    const schema = isRecord(inputSchema) && isRecord(inputSchema["json"]) ? inputSchema["json"] : {};
    return [
      {
        name: String(name),
        ...(typeof description === "string" && { description }),
        schema,
        execute: () => "",
        ...(typeof strict === "boolean" && { strict }),
        ...(list[index + 1]?.["cachePoint"] !== undefined && { cache_control: { type: "ephemeral" } }),
      },
    ];
  });
}

function choiceOf({ toolChoice }: JsonObject): { choice: ToolChoice } {
  if (!isRecord(toolChoice)) return { choice: "auto" };
  const { any, tool } = toolChoice;
  if (isRecord(tool)) return { choice: { name: String(tool["name"]) } };
  return { choice: any === undefined ? "auto" : "required" };
}

/** Bedrock's default choice says nothing, so our client does not send it. */
function withoutAuto({ toolChoice, ...config }: JsonObject): JsonObject {
  return isRecord(toolChoice) && toolChoice["auto"] === undefined ? { ...config, toolChoice } : config;
}

function isRecord(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
