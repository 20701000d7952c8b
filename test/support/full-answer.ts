/**
 * One answer with every kind of block and every member beside it, as Converse sends it and as ConverseStream does. Written
 * from the service's documentation; all values are made up.
 */
const CITATION = {
  title: "Atlas",
  source: "https://example.com/atlas",
  sourceContent: [{ text: "Mars is red." }],
  location: { documentChunk: { documentIndex: 0, start: 1, end: 2 } },
};

const METADATA = {
  usage: {
    inputTokens: 10,
    outputTokens: 20,
    totalTokens: 330,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 200,
    cacheDetails: [
      { ttl: "5m", inputTokens: 150 },
      { ttl: "1h", inputTokens: 50 },
    ],
    serverToolUsage: {},
  },
  metrics: { latencyMs: 1234 },
  trace: {
    guardrail: {
      actionReason: "No action.",
      modelOutput: ["Mars"],
      inputAssessment: {
        gr1: { topicPolicy: { topics: [{ name: "Finance", type: "DENY", action: "BLOCKED", detected: true }] } },
      },
    },
    promptRouter: { invokedModelId: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0" },
  },
  performanceConfig: { latency: "optimized" },
  serviceTier: { type: "flex" },
};

const STOP = { stopReason: "tool_use", additionalModelResponseFields: { stop_sequence: null, deep: [1, { a: "b" }] } };
const TOOL = { toolUseId: "tooluse_1", name: "look_up", type: "server_tool_use" };
const RESULT = { toolUseId: "tooluse_1", status: "success", type: "look_up_result" };

/** The body of a Converse answer. */
export const FULL_ANSWER = {
  output: {
    message: {
      role: "assistant",
      content: [
        { reasoningContent: { reasoningText: { text: "Red or blue?", signature: "c2lnbmF0dXJl" } } },
        { reasoningContent: { redactedContent: "c2VjcmV0IHRob3VnaHQ=" } },
        { text: "It is " },
        { citationsContent: { content: [{ text: "red" }], citations: [CITATION] } },
        { toolUse: { ...TOOL, input: { place: "Mars", depth: [1, 2.5, null] } } },
        { toolResult: { ...RESULT, content: [{ json: { ok: true } }, { text: "done" }] } },
      ],
    },
  },
  ...STOP,
  ...METADATA,
};

const delta = (contentBlockIndex: number, value: object): { event: string; payload: object } => ({
  event: "contentBlockDelta",
  payload: { contentBlockIndex, delta: value, p: "abcdef" },
});
const begin = (contentBlockIndex: number, start: object): { event: string; payload: object } => ({
  event: "contentBlockStart",
  payload: { contentBlockIndex, start, p: "ab" },
});
const end = (contentBlockIndex: number): { event: string; payload: object } => ({
  event: "contentBlockStop",
  payload: { contentBlockIndex, p: "abc" },
});

/** The events of the same answer from ConverseStream. */
export const FULL_EVENTS: readonly { event: string; payload: object }[] = [
  { event: "messageStart", payload: { role: "assistant", p: "abcd" } },
  delta(0, { reasoningContent: { text: "Red or " } }),
  delta(0, { reasoningContent: { text: "blue?" } }),
  delta(0, { reasoningContent: { signature: "c2lnbmF0dXJl" } }),
  end(0),
  delta(1, { reasoningContent: { redactedContent: "c2VjcmU=" } }),
  delta(1, { reasoningContent: { redactedContent: "dCB0aG91Z2h0" } }),
  end(1),
  delta(2, { text: "It " }),
  delta(2, { text: "" }),
  delta(2, { text: "is " }),
  end(2),
  delta(3, { citation: CITATION }),
  delta(3, { text: "red" }),
  end(3),
  begin(4, { toolUse: TOOL }),
  delta(4, { toolUse: { input: "" } }),
  delta(4, { toolUse: { input: '{"place":"Mars","dep' } }),
  delta(4, { toolUse: { input: 'th":[1,2.5,null]}' } }),
  end(4),
  begin(5, { toolResult: RESULT }),
  delta(5, { toolResult: [{ json: { ok: true } }] }),
  delta(5, { toolResult: [{ text: "done" }] }),
  end(5),
  { event: "messageStop", payload: { ...STOP, p: "a" } },
  { event: "metadata", payload: { ...METADATA, p: "abcdefgh" } },
];
