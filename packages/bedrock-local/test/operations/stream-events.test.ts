import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { renderBlockEvents } from "../../src/operations/stream-events.ts";
import { createRandom } from "../../src/random.ts";
import type { ContentBlock, ContentBlockDelta, StreamEvent } from "../../src/wire.ts";

function render(block: ContentBlock, pieces: string[] = [], seed = 1): StreamEvent[] {
  return [...renderBlockEvents(block, 3, pieces, createRandom(seed))];
}

/** The deltas of a block, without their wrapping. */
function deltas(block: ContentBlock, seed = 1): ContentBlockDelta[] {
  return render(block, [], seed).flatMap((event) =>
    "contentBlockDelta" in event ? [event.contentBlockDelta.delta] : [],
  );
}

const STOP = { contentBlockStop: { contentBlockIndex: 3 } };

describe("renderBlockEvents", () => {
  it("streams text in the given pieces, without a start event", () => {
    expect(render({ text: "Hi there" }, ["Hi", " there"])).toEqual([
      { contentBlockDelta: { contentBlockIndex: 3, delta: { text: "Hi" } } },
      { contentBlockDelta: { contentBlockIndex: 3, delta: { text: " there" } } },
      STOP,
    ]);
  });

  it("starts a tool call and streams its input as JSON text", () => {
    const toolUse = { toolUseId: "tooluse_1", name: "weather", input: { city: "Zürich 🏔️", days: [1, 2, 3] } };
    const events = render({ toolUse });
    expect(events[0]).toEqual({
      contentBlockStart: { contentBlockIndex: 3, start: { toolUse: { toolUseId: "tooluse_1", name: "weather" } } },
    });
    expect(events.at(-1)).toEqual(STOP);
    expect(deltas({ toolUse }).length).toBeGreaterThan(1);
    const inputs = events.flatMap((event) =>
      "contentBlockDelta" in event && "toolUse" in event.contentBlockDelta.delta
        ? [event.contentBlockDelta.delta.toolUse.input]
        : [],
    );
    expect(JSON.parse(inputs.join(""))).toEqual(toolUse.input);
  });

  it("streams a call without arguments as a single {}", () => {
    const seeds = Array.from({ length: 50 }, (_, seed) => seed);
    const inputs = seeds.map((seed) => deltas({ toolUse: { toolUseId: "t", name: "n", input: {} } }, seed));
    expect(inputs).toEqual(seeds.map(() => [{ toolUse: { input: "{}" } }]));
  });

  it("streams reasoning as text and then its signature", () => {
    const reasoningText = { text: "Let me think about that for a moment.", signature: "sig" };
    const found = deltas({ reasoningContent: { reasoningText } });
    expect(found.at(-1)).toEqual({ reasoningContent: { signature: "sig" } });
    const pieces = found.map((delta) =>
      "reasoningContent" in delta && "text" in delta.reasoningContent ? delta.reasoningContent.text : "",
    );
    expect(pieces.join("")).toBe(reasoningText.text);
  });

  it("streams a signature without text, text without a signature, and redacted content", () => {
    expect(deltas({ reasoningContent: { reasoningText: { text: "", signature: "sig" } } })).toEqual([
      { reasoningContent: { signature: "sig" } },
    ]);
    expect(deltas({ reasoningContent: { reasoningText: { text: "A" } } })).toEqual([
      { reasoningContent: { text: "A" } },
    ]);
    expect(deltas({ reasoningContent: { redactedContent: "AAEC" } })).toEqual([
      { reasoningContent: { redactedContent: "AAEC" } },
    ]);
  });

  it("mixes text and citations in one block", () => {
    const citation = { title: "Policy", location: { documentChar: { documentIndex: 0, start: 1, end: 2 } } };
    expect(deltas({ citationsContent: { content: [{ text: "A" }], citations: [citation] } })).toEqual([
      { citation },
      { text: "A" },
    ]);
  });

  it("starts server tool results and images", () => {
    const toolResult = {
      toolUseId: "t",
      status: "success",
      type: "nova_code_interpreter_result",
      content: [{ json: 1 }],
    };
    expect(render({ toolResult })).toEqual([
      {
        contentBlockStart: {
          contentBlockIndex: 3,
          start: { toolResult: { toolUseId: "t", status: "success", type: "nova_code_interpreter_result" } },
        },
      },
      { contentBlockDelta: { contentBlockIndex: 3, delta: { toolResult: [{ json: 1 }] } } },
      STOP,
    ]);
    const image = { format: "png", source: { bytes: "AAEC" } };
    expect(render({ image })).toEqual([
      { contentBlockStart: { contentBlockIndex: 3, start: { image: { format: "png" } } } },
      { contentBlockDelta: { contentBlockIndex: 3, delta: { image: { source: { bytes: "AAEC" } } } } },
      STOP,
    ]);
  });

  it("refuses a block that no assistant streams", () => {
    expect(() => render({ cachePoint: { type: "default" } })).toThrow("A block with the member cachePoint");
  });

  it("cuts any text into pieces that join to it and never hold half a character", () => {
    const anyText = fc
      .array(fc.constantFrom("a", "é", "語", "👍", "𝔘", " ", "\n"))
      .map((characters) => characters.join(""));
    fc.assert(
      fc.property(anyText, fc.integer(), (text, seed) => {
        const pieces = deltas({ citationsContent: { content: [{ text }] } }, seed).map((delta) =>
          "text" in delta ? delta.text : "",
        );
        expect(pieces.join("")).toBe(text);
        expect(pieces.every((piece) => piece !== "" && Buffer.from(piece).toString() === piece)).toBe(true);
      }),
    );
  });
});
