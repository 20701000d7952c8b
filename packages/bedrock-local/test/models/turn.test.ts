import { describe, expect, it } from "vitest";
import { createTurn } from "../../src/models/turn.ts";
import type { ConverseRequest } from "../../src/wire.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const create = (request: ConverseRequest): ReturnType<typeof createTurn> => createTurn(request, "id", () => 0);

describe("a turn", () => {
  it("tells the last question from earlier ones, the system prompt and a begun answer", () => {
    const turn = create({
      system: [{ text: "Be kind." }, { cachePoint: { type: "default" } }, { text: "Be brief." }],
      messages: [
        { role: "user", content: [{ text: "one" }] },
        { role: "assistant", content: [{ text: "two" }] },
        { role: "user", content: [{ text: "three" }, { guardContent: { text: { text: "four" } } }] },
        { role: "assistant", content: [{ text: "fi" }] },
      ],
    });
    expect(turn).toMatchObject({
      question: "three\nfour",
      earlier: ["one"],
      system: "Be kind.\nBe brief.",
      prefill: "fi",
    });
  });

  it("collects text to answer from out of documents, search results and tool results", () => {
    const turn = create({
      messages: [
        {
          role: "user",
          content: [
            { document: { name: "a", source: { text: "A" } } },
            { document: { name: "b", source: { content: [{ text: "B" }, { text: "C" }] } } },
            { document: { name: "c", format: "txt", source: { bytes: base64("D") } } },
            { document: { name: "d", format: "pdf", source: { bytes: base64("never") } } },
            { searchResult: { source: "s", title: "t", content: [{ text: "E" }] } },
            { toolResult: { toolUseId: "a", content: [{ text: "F" }, { json: { g: 1 } }] } },
          ],
        },
      ],
    });
    expect(turn.sources).toBe('A\nB\nC\nD\nE\nF\n{"g":1}');
  });

  it("is empty when nothing was said", () => {
    expect(create({})).toMatchObject({ question: "", system: "", earlier: [], sources: "", prefill: "" });
  });
});
