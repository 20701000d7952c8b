import fc from "fast-check";

import { text } from "./arbitraries.ts";

/** One event of a ConverseStream answer. */
export interface StreamEvent {
  readonly event: string;
  readonly payload: object;
}

/** The events of one content block, at an index that is still to be given. */
type Block = (contentBlockIndex: number) => readonly StreamEvent[];

const pieces = fc.array(fc.oneof(text, fc.constant("")), { maxLength: 5 });
const name = fc.string({ unit: fc.constantFrom(..."abcXYZ019_-".split("")), minLength: 1, maxLength: 20 });
/** Any JSON but a member `__proto__`, which the official SDK loses. */
const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes("__proto__"));
const object = fc.dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 3 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((value) => Buffer.from(value).toString("base64"));
const count = fc.nat(100_000);

const event = (kind: string, payload: object): StreamEvent => ({ event: kind, payload });
const renderDeltas =
  (deltas: readonly object[]): Block =>
  (contentBlockIndex) =>
    deltas.map((delta) => event("contentBlockDelta", { contentBlockIndex, delta }));
const renderStarted =
  (start: object, deltas: readonly object[]): Block =>
  (contentBlockIndex) => [
    event("contentBlockStart", { contentBlockIndex, start }),
    ...renderDeltas(deltas)(contentBlockIndex),
  ];

const textBlock = pieces.map((texts) => renderDeltas(texts.map((piece) => ({ text: piece }))));

const citation = fc.record(
  {
    title: text,
    source: text,
    sourceContent: fc.array(fc.record({ text }), { maxLength: 2 }),
    location: fc.oneof(
      fc.record({ web: fc.record({ url: text, domain: text }) }),
      fc.record({ documentChar: fc.record({ documentIndex: count, start: count, end: count }) }),
      fc.record({ searchResultLocation: fc.record({ searchResultIndex: count, start: count, end: count }) }),
    ),
  },
  { requiredKeys: [] },
);
const citedBlock = fc
  .array(fc.oneof(fc.record({ text }), fc.record({ citation })), { minLength: 1, maxLength: 6 })
  .map(renderDeltas);

const thinkingBlock = fc
  .tuple(fc.array(text, { minLength: 1, maxLength: 4 }), fc.option(fc.array(text, { minLength: 1, maxLength: 2 })))
  .map(([texts, signatures]) =>
    renderDeltas([
      ...texts.map((piece) => ({ reasoningContent: { text: piece } })),
      ...(signatures ?? []).map((signature) => ({ reasoningContent: { signature } })),
    ]),
  );
const redactedBlock = fc
  .array(bytes, { minLength: 1, maxLength: 3 })
  .map((values) => renderDeltas(values.map((redactedContent) => ({ reasoningContent: { redactedContent } }))));

const toolBlock = fc
  .tuple(
    fc.record(
      { toolUseId: name, name, type: fc.constantFrom("tool_use", "server_tool_use") },
      { requiredKeys: ["toolUseId", "name"] },
    ),
    fc.option(object),
    fc.array(fc.nat(60), { maxLength: 4 }),
  )
  .map(([toolUse, input, cuts]) => {
    // A call without arguments may come without a single delta.
    const inputs = input ? cutText(JSON.stringify(input), cuts) : [];
    return renderStarted(
      { toolUse },
      inputs.map((piece) => ({ toolUse: { input: piece } })),
    );
  });

const resultBlock = fc
  .tuple(
    fc.record({ toolUseId: name, type: name, status: fc.constantFrom("success", "error") }),
    fc.array(fc.array(fc.oneof(fc.record({ text }), fc.record({ json: object })), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([toolResult, contents]) =>
    renderStarted(
      { toolResult },
      contents.map((content) => ({ toolResult: content })),
    ),
  );

const block: fc.Arbitrary<Block> = fc
  .tuple(fc.oneof(textBlock, citedBlock, thinkingBlock, redactedBlock), fc.boolean())
  // A guardrail that masks in mid-stream leaves out the end of blocks.
  .map(([render, isClosed]) => (isClosed ? closed(render) : render));
const startedBlock: fc.Arbitrary<Block> = fc.oneof(toolBlock, resultBlock).map(closed);

function closed(render: Block): Block {
  return (contentBlockIndex) => [...render(contentBlockIndex), event("contentBlockStop", { contentBlockIndex })];
}

const messageStop = fc.record(
  {
    stopReason: fc.constantFrom(
      "end_turn",
      "tool_use",
      "max_tokens",
      "stop_sequence",
      "content_filtered",
      "new_reason",
    ),
    additionalModelResponseFields: object,
  },
  { requiredKeys: ["stopReason"] },
);

const usage = fc.record(
  {
    inputTokens: count,
    outputTokens: count,
    totalTokens: count,
    cacheReadInputTokens: count,
    cacheWriteInputTokens: count,
    cacheDetails: fc.array(fc.record({ ttl: fc.constantFrom("5m", "1h"), inputTokens: count }), { maxLength: 3 }),
  },
  { requiredKeys: ["inputTokens", "outputTokens", "totalTokens"] },
);
const metadata = fc.record(
  {
    usage,
    metrics: fc.record({ latencyMs: count }),
    trace: fc.record({ promptRouter: fc.record({ invokedModelId: text }) }),
    performanceConfig: fc.record({ latency: fc.constantFrom("standard", "optimized") }),
    serviceTier: fc.record({ type: fc.constantFrom("default", "flex") }),
  },
  { requiredKeys: ["usage", "metrics"] },
);

/** What every client must pass over: padding, members and events that are new to it. */
const noise = fc.record(
  { p: fc.constantFrom("ab", "abcdefghij"), newMember: json, isFollowed: fc.boolean() },
  { requiredKeys: ["p", "isFollowed"] },
);

/** The events of any complete answer, with block indexes that may skip and with what is new to a client among them. */
export const answerEvents: fc.Arbitrary<readonly StreamEvent[]> = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(block, startedBlock), fc.integer({ min: 1, max: 3 })), { maxLength: 6 }),
    messageStop,
    fc.option(metadata),
    fc.array(noise, { minLength: 1, maxLength: 12 }),
  )
  .map(([blocks, stop, end, noises]) => {
    let index = -1;
    const content = blocks.flatMap(([render, step]) => render((index += step)));
    const events = [
      event("messageStart", { role: "assistant" }),
      ...content,
      event("messageStop", stop),
      ...(end ? [event("metadata", end)] : []),
    ];
    return events.flatMap(({ event: kind, payload }, position) => {
      const { isFollowed = false, ...members } = noises[position % noises.length] ?? {};
      const known = event(kind, { ...payload, ...members });
      return isFollowed ? [known, event("newEvent", members)] : [known];
    });
  });

/** A text cut into pieces, some of them empty. */
function cutText(value: string, cuts: readonly number[]): string[] {
  const edges = [0, ...cuts.map((cut) => Math.min(cut, value.length)).toSorted((a, b) => a - b), value.length];
  return edges.slice(1).map((end, index) => value.slice(edges[index], end));
}
