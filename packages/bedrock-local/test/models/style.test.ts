import { describe, expect, it } from "vitest";
import { applyStyle } from "../../src/models/style.ts";
import { createQuestion } from "./support.ts";

const style = (system: string, text: string): string => applyStyle(text, createQuestion("?", { system }), {});

describe("styles", () => {
  it.each([
    ["Answer in upper case.", "Hello there.", "HELLO THERE."],
    ["Write lowercase only", "Hello THERE", "hello there"],
    ["Answer in one word.", "Paris, of course.", "Paris"],
    ["Be brief.", "It is 3.5 km. That is far.", "It is 3.5 km."],
    ["Answer in one sentence", "Yes! And no.", "Yes!"],
    ["Answer in one word, in capital letters.", "Paris is it.", "PARIS"],
    ["Reply in JSON.", "Hi", '{"answer":"Hi"}'],
    ["Be kind.", "Hi. There.", "Hi. There."],
  ])("%s", (system, text, expected) => {
    expect(style(system, text)).toBe(expected);
  });

  it("may be asked for in the question", () => {
    expect(applyStyle("Hello.", createQuestion("Say hello in uppercase"), {})).toBe("HELLO.");
  });

  it("gives JSON when the request has an output format", () => {
    const textFormat = { type: "json_schema", structure: { jsonSchema: { schema: "{}" } } };
    expect(applyStyle("Hi", createQuestion("?"), { outputConfig: { textFormat } })).toBe('{"answer":"Hi"}');
  });
});
