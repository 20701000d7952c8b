import { describe, expect, it } from "vitest";
import { MODELS, refusalText, text, user } from "./support.ts";

const document = (name: string, enabled?: boolean): object => ({
  document: { name, source: { text: "x" }, ...(enabled === undefined ? {} : { citations: { enabled } }) },
});
const result = (enabled: boolean): object => ({
  searchResult: { source: "s", title: "t", content: [text("x")], citations: { enabled } },
});
const ask = (...content: object[]): object => ({ messages: [user(text("q"), ...content)] });

describe("citations (our words)", () => {
  it.each([
    [[document("a", true), document("b")], "Citations must be enabled for all documents of a request"],
    [[result(true), result(false)], "Citations must be enabled for all search results of a request"],
  ])("are for all sources of a kind or for none: %j", (content, words) => {
    expect(refusalText(ask(...content))).toContain(words);
    expect(refusalText(ask(...content), MODELS.nova)).toBeUndefined();
  });

  it("are asked for in tool results as well", () => {
    const messages = [
      user(text("q"), document("a", true)),
      { role: "assistant", content: [{ toolUse: { toolUseId: "x", name: "t", input: {} } }] },
      user({ toolResult: { toolUseId: "x", content: [document("b")] } }),
    ];
    const toolConfig = { tools: [{ toolSpec: { name: "t", inputSchema: { json: { type: "object" } } } }] };
    expect(refusalText({ messages, toolConfig })).toContain("for all documents");
  });

  it("cannot stand beside an answer by a schema", () => {
    const schema = '{"type":"string"}';
    const outputConfig = { textFormat: { type: "json_schema", structure: { jsonSchema: { schema } } } };
    expect(refusalText({ ...ask(document("a", true)), outputConfig })).toContain(
      "Citations cannot be used together with output_config.format.",
    );
    expect(refusalText({ ...ask(document("a", false)), outputConfig })).toBeUndefined();
  });

  it("are fine for all documents, and for documents without search results", () => {
    expect(refusalText(ask(document("a", true), document("b", true), result(false)))).toBeUndefined();
  });
});
