import { describe, expect, test } from "vitest";
import { ChatResponse } from "../../src/chat/response.ts";
import type { ChatResult } from "../../src/provider.ts";
import type { ContentPart } from "../../src/types/content.ts";

const result = (parts: readonly ContentPart[], more: Partial<ChatResult> = {}): ChatResult => ({
  parts,
  finishReason: "end_turn",
  model: "m",
  warnings: [],
  metadata: {},
  raw: { secret: "raw" },
  ...more,
});
const call = { type: "tool_call", id: "a", name: "weather", arguments: {} } as const;

describe("an answer", () => {
  test("is its text wherever a string is wanted", () => {
    const response = new ChatResponse(
      result([
        { type: "thinking", text: "Hm." },
        { type: "text", text: "Hel" },
        { type: "text", text: "lo" },
      ]),
    );
    expect([response.content, String(response)]).toEqual(["Hello", "Hello"]);
  });

  test("tells what the model thought, if it showed any", () => {
    const thoughts: ContentPart[] = [
      { type: "thinking", text: "One. " },
      { type: "text", text: "Yes." },
      { type: "thinking", text: "Two." },
    ];
    expect(new ChatResponse(result(thoughts)).thinking).toEqual({ text: "One. Two." });
    expect(new ChatResponse(result([{ type: "thinking", text: "" }])).thinking).toEqual({ text: "" });
    expect(new ChatResponse(result([{ type: "text", text: "Yes." }])).thinking).toBeUndefined();
  });

  test("tells the calls that are still to be made", () => {
    const parts: ContentPart[] = [
      { type: "text", text: "Let me see." },
      call,
      { ...call, id: "b", kind: "server_tool_use" },
      { ...call, id: "c", invalidArguments: "{" },
      { ...call, id: "d", invalidArguments: "" },
    ];
    expect(new ChatResponse(result(parts)).toolCalls).toEqual([call]);
  });

  test("tells its sources, in order", () => {
    const parts: ContentPart[] = [
      { type: "text", text: "a", citations: [{ title: "A" }, { title: "B" }] },
      call,
      { type: "text", text: "b" },
      { type: "text", text: "c", citations: [{ title: "C" }] },
    ];
    expect(new ChatResponse(result(parts)).citations).toEqual([{ title: "A" }, { title: "B" }, { title: "C" }]);
    expect(new ChatResponse(result([])).citations).toEqual([]);
  });

  test("has itself as its only step, or those of its turn", () => {
    const response = new ChatResponse(result([{ type: "text", text: "b" }]));
    expect(response.steps).toEqual([response]);
    expect(response.messages).toEqual([]);
    const first = result([{ type: "text", text: "a" }]);
    const messages = [{ role: "user", content: "Hi" }] as const;
    const turn = new ChatResponse({ ...result([{ type: "text", text: "b" }]), steps: [first, first] }, messages);
    expect(turn.steps.map(String)).toEqual(["a", "a"]);
    expect(turn.messages).toBe(messages);
  });

  test("is JSON but for what was received", () => {
    const given = result([{ type: "text", text: "Hi" }], { requestId: "r" });
    const response = new ChatResponse({ ...given, data: { n: 1 } });
    expect(JSON.parse(JSON.stringify(response))).toEqual({
      content: "Hi",
      parts: [{ type: "text", text: "Hi" }],
      model: "m",
      finishReason: "end_turn",
      data: { n: 1 },
      requestId: "r",
      warnings: [],
      metadata: {},
    });
    expect(response.raw).toEqual({ secret: "raw" });
  });
});
