import { describe, expect, it } from "vitest";
import { parseGuardrails } from "../../src/guardrails/options.ts";
import { createGuardrailRegistry } from "../../src/guardrails/registry.ts";

describe("guardrails from outside", () => {
  it("are taken as they are when they make sense", () => {
    const guardrails = [
      { id: "gr1", version: "1", words: ["a"], profanity: true, contextualGrounding: { grounding: 0.5 } },
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
    [[{ id: "gr1" }, { id: "gr1", version: "DRAFT" }], "Guardrail gr1 is given twice in one version."],
  ])("are refused: %j", (value, text) => {
    expect(() => parseGuardrails(value)).toThrow(text);
  });
});

describe("the guardrails of a server", () => {
  const registry = createGuardrailRegistry([{ id: "any" }, { id: "gr1", version: "2", name: "Two" }], "us-east-1");
  const missing = "The guardrail identifier or version provided in the request does not exist.";

  it("are found by id or ARN and version", () => {
    expect(registry.find("gr1", "2").name).toBe("Two");
    expect(registry.find("arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1", "2").name).toBe("Two");
    expect(() => registry.find("gr1", "1")).toThrow(missing);
    expect(() => registry.find("gr3", "2")).toThrow(missing);
  });

  it("answer to every version when they have none", () => {
    expect(registry.find("any", "7")).toMatchObject({ id: "any", version: "7" });
    expect(registry.find("any", "DRAFT").version).toBe("DRAFT");
    expect(registry.find("any", "7")).toBe(registry.find("any", "7"));
  });

  it("are a sample policy for every id until some are given", () => {
    expect(createGuardrailRegistry(undefined, "us-east-1").find("mypolicyid", "1")).toMatchObject({
      id: "mypolicyid",
      name: "Sample policy",
    });
    expect(() => createGuardrailRegistry([], "us-east-1").find("gr1", "1")).toThrow(missing);
  });
});
