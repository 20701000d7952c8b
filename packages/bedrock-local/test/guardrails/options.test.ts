import { describe, expect, it } from "vitest";
import { parseGuardrails } from "../../src/guardrails/options.ts";

describe("guardrails from outside", () => {
  it("are taken as they are when they make sense", () => {
    const guardrails = [
      { id: "gr1", version: "1", words: ["a"], profanity: true, contextualGrounding: { grounding: 0.5 } },
      { id: "gr2", automatedReasoning: [{ name: "Rule", keywords: ["k"], result: "invalid" }] },
      { id: "gr1", version: "2", topics: [{ name: "T", keywords: ["k"] }], contentFilters: [{ type: "HATE" }] },
    ];
    expect(parseGuardrails(guardrails)).toEqual(guardrails);
  });

  it.each([
    [{}, "Guardrails must be given as a list."],
    [["gr1"], "Guardrail number 1 is not an object."],
    [[{}], "Guardrail number 1 has no id."],
    [[{ id: "GR-1" }], 'Guardrail number 1 has a wrong id: "GR-1".'],
    [[{ id: "gr1" }, { id: "gr2", word: [] }], "Guardrail number 2 has an unknown member word: give id, version, name"],
    [[{ id: "gr1", toString: 1 }], "unknown member toString"],
    [[{ id: "gr1", version: "0" }], 'has a wrong version: "0".'],
    [[{ id: "gr1", words: [""] }], "has a wrong words"],
    [[{ id: "gr1", regexes: [{ name: "x", pattern: "(", action: "BLOCK" }] }], "has a wrong regexes"],
    [[{ id: "gr1", piiEntities: [{ type: "MAIL", action: "BLOCK" }] }], "has a wrong piiEntities"],
    [[{ id: "gr1", piiEntities: [{ type: "EMAIL", action: "MASK" }] }], "has a wrong piiEntities"],
    [[{ id: "gr1", topics: [{ name: "x" }] }], "has a wrong topics"],
    [[{ id: "gr1", contentFilters: [{ type: "HATE", strength: "MAX" }] }], "has a wrong contentFilters"],
    [[{ id: "gr1", contextualGrounding: { grounding: 1 } }], "has a wrong contextualGrounding"],
    [[{ id: "gr1", automatedReasoning: [{ name: "x", keywords: ["k"], result: "no" }] }], "wrong automatedReasoning"],
    [[{ id: "gr1" }, { id: "gr1", version: "DRAFT" }], "Guardrail gr1 is given twice in one version."],
  ])("are refused: %j", (value, text) => {
    expect(() => parseGuardrails(value)).toThrow(text);
  });
});
