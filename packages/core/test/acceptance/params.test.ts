import { describe, expect, test } from "vitest";
import type { ChatParams } from "../../src/index.ts";
import { bodyOf, createClient, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { close, converseResponse, metadata, start, stop, text } from "../support/events.ts";
import { take, WAYS } from "../support/turns.ts";
import { reload } from "./reload.ts";

const server = useServer();

describe.each(WAYS)("withParams (%s)", (way) => {
  test.each<[string, ChatParams, object, string?]>([
    ["temperature", { temperature: 0.5 }, { inferenceConfig: { temperature: 0.5 } }],
    ["maxTokens", { maxTokens: 50 }, { inferenceConfig: { maxTokens: 50 } }],
    ["topP", { topP: 0.5 }, { inferenceConfig: { topP: 0.5 } }],
    ["stopSequences", { stopSequences: ["END"] }, { inferenceConfig: { stopSequences: ["END"] } }],
    ["serviceTier", { serviceTier: { type: "flex" } }, { serviceTier: { type: "flex" } }],
    [
      "performanceConfig",
      { performanceConfig: { latency: "optimized" } },
      { performanceConfig: { latency: "optimized" } },
    ],
    ["requestMetadata", { requestMetadata: { team: "search" } }, { requestMetadata: { team: "search" } }],
    [
      "additionalModelRequestFields",
      { additionalModelRequestFields: { top_k: 5 } },
      { additionalModelRequestFields: { top_k: 5 } },
    ],
    [
      "additionalModelResponseFieldPaths",
      { additionalModelResponseFieldPaths: ["/stop_sequence"] },
      { additionalModelResponseFieldPaths: ["/stop_sequence"] },
    ],
    ["outputConfig", { outputConfig: { effort: "low" } }, { outputConfig: { effort: "low" } }],
    [
      "promptVariables",
      { promptVariables: { topic: { text: "rivers" } } },
      { promptVariables: { topic: { text: "rivers" } } },
      "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1",
    ],
  ])("sends %s as Converse has it", async (_, params, body, model = MODEL) => {
    const chat = createClient(server()).chat(model).withParams(params);
    await take(way, chat, "Hi");
    expect(bodyOf(server())).toMatchObject(body);
    // What is not set is not sent, and a fork and a stored chat keep what is.
    const { messages: _messages, ...sent } = bodyOf(server());
    expect(sent).toEqual(body);
    const restored = createClient(server()).chat(model, reload(chat));
    await take(way, restored, "Hi");
    expect(bodyOf(server())).toMatchObject(body);
  });

  test("tells what Bedrock says of them", async () => {
    const told = {
      performanceConfig: { latency: "optimized" },
      serviceTier: { type: "flex" },
      trace: { promptRouter: { invokedModelId: "m" } },
    };
    const fields = { stop_sequence: "END" };
    server().enqueue(
      way === "ask"
        ? {
            status: 200,
            body: converseResponse([{ text: "Hi" }], { ...told, additionalModelResponseFields: fields }),
          }
        : {
            events: [
              start,
              text("Hi"),
              close(),
              stop("stop_sequence", { additionalModelResponseFields: fields }),
              metadata(told),
            ],
          },
    );
    const answer = await take(way, createClient(server()).chat(MODEL), "Hi");
    expect(answer.metadata).toMatchObject({ ...told, additionalModelResponseFields: fields });
    expect(answer.metadata.latencyMs).toBe(321);
  });

  test.each<[string, ChatParams]>([
    ["temperature", { temperature: 2 }],
    ["maxTokens", { maxTokens: 0 }],
    ["stopSequences", { stopSequences: [""] }],
    ["requestMetadata", { requestMetadata: {} }],
    ["additionalModelResponseFieldPaths", { additionalModelResponseFieldPaths: ["stop"] }],
  ])("refuses a %s that Bedrock refuses, and names it", async (name, params) => {
    const error = await failureOf(take(way, createClient(server()).chat(MODEL).withParams(params), "Hi"));
    expect(error.code).toBe("ERR_INPUT");
    expect(error.message).toContain(name);
    expect(server().requests).toHaveLength(0);
  });
});
