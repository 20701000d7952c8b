import { describe, expect, test } from "vitest";
import { parseConverse } from "../../../src/bedrock/converse/parse.ts";
import type { JsonObject } from "../../../src/types/json.ts";
import { converseResponse } from "../../support/events.ts";

/** A response with members of the test's. */
const response = (more: JsonObject, content: readonly JsonObject[] = [{ text: "Hi" }]): JsonObject =>
  JSON.parse(JSON.stringify(converseResponse(content, more))) as JsonObject;

const raw = (block: JsonObject): object => ({ type: "raw", block });

describe("a block of an answer", () => {
  const png = { format: "png", source: { bytes: "iVBORw0KGgo=" } };
  const toolUse = { toolUseId: "t", name: "weather", input: { city: "Paris" } };

  test.each<[string, JsonObject, object]>([
    ["text", { text: "" }, { type: "text", text: "" }],
    [
      "thinking",
      { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
      { type: "thinking", text: "Hm.", signature: "c2ln" },
    ],
    ["thinking without a word", { reasoningContent: { reasoningText: {} } }, { type: "thinking", text: "" }],
    [
      "thinking that is not shown",
      { reasoningContent: { redactedContent: "cmVk" } },
      { type: "thinking", text: "", redacted: "cmVk" },
    ],
    ["a call", { toolUse }, { type: "tool_call", id: "t", name: "weather", arguments: { city: "Paris" } }],
    [
      "a call of a tool that Bedrock runs, without arguments",
      { toolUse: { toolUseId: "t", name: "search", type: "server_tool_use" } },
      { type: "tool_call", id: "t", name: "search", arguments: {}, kind: "server_tool_use" },
    ],
    [
      "a call whose arguments are no JSON",
      { toolUse: { ...toolUse, input: {}, invalidInput: '{"city' } },
      { type: "tool_call", id: "t", name: "weather", arguments: {}, invalidArguments: '{"city' },
    ],
    [
      "text with sources",
      { citationsContent: { content: [{ text: "a" }], citations: [{ title: "T", other: 1 }] } },
      { type: "text", text: "a", citations: [{ title: "T", other: 1 }] },
    ],
    [
      "text with sources, in pieces",
      { citationsContent: { content: [{ text: "a" }, {}, { text: "b" }] } },
      { type: "text", text: "ab", citations: [], pieces: ["a", "", "b"] },
    ],
    [
      "a source with members of other types",
      {
        citationsContent: {
          content: [],
          citations: [{ title: 1, source: null, location: "x", sourceContent: [{ text: 5, page: 1 }, "x"] }],
        },
      },
      { type: "text", text: "", citations: [{ sourceContent: [{ page: 1 }] }] },
    ],
    [
      "a source with all members",
      {
        citationsContent: {
          content: [{ text: "a" }],
          citations: [{ title: "T", source: "s", location: { web: { url: "u" } }, sourceContent: [{ text: "q" }] }],
        },
      },
      {
        type: "text",
        text: "a",
        citations: [{ title: "T", source: "s", location: { web: { url: "u" } }, sourceContent: [{ text: "q" }] }],
      },
    ],
    ["an image", { image: png }, { type: "image", format: "png", source: { base64: "iVBORw0KGgo=" } }],
  ])("is %s", (_, block, part) => {
    expect(parseConverse(response({}, [block]))?.parts).toEqual([part]);
  });

  test.each<[string, JsonObject]>([
    ["of a kind that is new", { hologram: { text: "x" } }],
    ["whose text is none", { text: 5 }],
    ["of thinking in a new form", { reasoningContent: { reasoningAudio: {} } }],
    ["of a call without id", { toolUse: { name: "weather", input: {} } }],
    ["of a call without name", { toolUse: { toolUseId: "t", input: {} } }],
    ["of an image in another format", { image: { ...png, format: "bmp" } }],
    ["of an image without bytes", { image: { format: "png", source: { s3Location: {} } } }],
    ["of an image that is no base64", { image: { format: "png", source: { bytes: "§" } } }],
    ["of an image that failed", { image: { ...png, error: { message: "no" } } }],
  ])("%s stays as it came", (_, block) => {
    expect(parseConverse(response({}, [block]))?.parts).toEqual([raw(block)]);
  });
});

describe("a response", () => {
  test("tells what Bedrock told of it, and nothing else", () => {
    const told = {
      trace: { guardrail: {} },
      performanceConfig: { latency: "optimized" },
      serviceTier: { type: "flex" },
      additionalModelResponseFields: { stop_sequence: "x" },
    };
    expect(parseConverse(response({ ...told, stopReason: "stop_sequence" }))).toMatchObject({
      finishReason: "stop_sequence",
      metadata: { latencyMs: 321, ...told },
    });
    const odd = { trace: "x", performanceConfig: [], serviceTier: 5, metrics: { latencyMs: "fast" } };
    expect(parseConverse(response(odd))?.metadata).toEqual({});
    expect(parseConverse(response({ metrics: null }))?.metadata).toEqual({});
  });

  test.each<[string, JsonObject]>([
    ["nothing", {}],
    ["no message", { output: {}, stopReason: "end_turn" }],
    ["no stop reason", { output: { message: { content: [] } } }],
    ["a stop reason that is no text", { output: { message: { content: [] } }, stopReason: 5 }],
  ])("is none with %s", (_, given) => {
    expect(parseConverse(given)).toBeUndefined();
  });

  test("may have a message without content", () => {
    expect(parseConverse({ output: { message: {} }, stopReason: "end_turn" })).toEqual({
      parts: [],
      finishReason: "end_turn",
      metadata: {},
    });
  });
});

describe("usage", () => {
  const counted = (usage: JsonObject): unknown => parseConverse(response({ usage }))?.usage;

  test("has all that was counted, by time to live, too", () => {
    expect(
      counted({
        inputTokens: 1,
        outputTokens: 2,
        totalTokens: 100,
        cacheReadInputTokens: 4,
        cacheWriteInputTokens: 8,
        cacheDetails: [
          { ttl: "5m", inputTokens: 3 },
          { ttl: "1h", inputTokens: 5 },
          { ttl: "5m", inputTokens: 1 },
          { ttl: "2h" },
          { inputTokens: 7 },
        ],
      }),
    ).toEqual({
      inputTokens: 1,
      outputTokens: 2,
      totalTokens: 100,
      cacheReadTokens: 4,
      cacheWriteTokens: 8,
      cacheWriteTokensByTtl: { "5m": 4, "1h": 5, "2h": 0 },
    });
  });

  test("is summed where no total came", () => {
    expect(
      counted({ inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 4, cacheWriteInputTokens: 8 }),
    ).toMatchObject({ totalTokens: 15 });
    expect(counted({ inputTokens: 0, outputTokens: 0 })).toEqual({
      inputTokens: 0,
      outputTokens: 0,
      totalTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    });
  });

  test.each<[JsonObject]>([[{}], [{ inputTokens: 1 }], [{ outputTokens: 1 }], [{ inputTokens: -1, outputTokens: 1 }]])(
    "is not known of %j",
    (usage) => {
      expect(parseConverse(response({ usage }))).not.toHaveProperty("usage");
    },
  );
});
