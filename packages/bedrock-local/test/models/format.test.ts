import { describe, expect, it } from "vitest";
import { answerConverse } from "../../src/models/answer.ts";
import type { ConverseRequest } from "../../src/wire.ts";

const SCHEMA = JSON.stringify({
  type: "object",
  properties: { city: { type: "string" }, country: { type: "string" }, population: { type: "integer" } },
  required: ["city", "country", "population"],
  additionalProperties: false,
});

function ask(question: string, more: ConverseRequest = {}): string {
  const messages = more.messages ?? [{ role: "user" as const, content: [{ text: question }] }];
  const { content } = answerConverse({ ...more, messages }, "minimax.minimax-m2", { random: () => 0 }).message;
  return content.flatMap((block) => ("text" in block ? [block.text] : [])).join("");
}

const format = (schema: string): ConverseRequest => ({
  outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema, name: "out" } } } },
});

describe("an answer in JSON", () => {
  it("is valid for the schema of the output format, values taken from the question and from tools", () => {
    expect(JSON.parse(ask("What is the capital of France?", format(SCHEMA)))).toEqual({
      city: "Paris",
      country: "France",
      population: 1,
    });
    const messages: ConverseRequest["messages"] = [
      { role: "user", content: [{ text: "Describe Rome, Italy" }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "a", name: "count", input: {} } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "a", content: [{ text: '{"population": 2800000}' }] } }] },
    ];
    expect(JSON.parse(ask("", { ...format(SCHEMA), messages }))).toEqual({
      city: "Rome",
      country: "Italy",
      population: 2_800_000,
    });
  });

  it("wraps the plain answer when the schema says nothing", () => {
    expect(ask("Say hi", format("{}"))).toBe('{"answer":"hi"}');
  });

  it("comes in a fenced block when only the instructions ask for it, bare when they want that", () => {
    const system = [{ text: `Answer with JSON that fits this schema: ${SCHEMA}` }];
    const fenced = ask("What is the capital of Peru?", { system });
    expect(fenced).toMatch(/^```json\n.*\n```$/s);
    expect(JSON.parse(fenced.slice(8, -4))).toMatchObject({ city: "Lima", country: "Peru" });
    const bare = ask(`Extract the capital of Peru. Reply with only JSON for the schema\n${SCHEMA}`);
    expect(JSON.parse(bare)).toMatchObject({ city: "Lima", country: "Peru" });
  });

  it("is not made where braces are no schema", () => {
    expect(ask('Say {"a": {"b": "}"}} in json')).not.toContain("```");
    expect(ask(`What is ${"{".repeat(5_000)} json?`)).not.toContain("```");
  });
});
