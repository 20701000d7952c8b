import { describe, expect, it } from "vitest";
import { createGuardrailRegistry } from "../../src/guardrails/registry.ts";

const REGION = "eu-west-1";
const MISSING = "The guardrail identifier or version provided in the request does not exist.";

describe("the guardrails of a server", () => {
  const registry = createGuardrailRegistry([
    { id: "any" },
    { id: "any", version: "4", name: "Four" },
    { id: "gr1", version: "10", name: "Ten" },
    { id: "gr1", version: "2", name: "Two" },
  ]);

  it("are found by id or ARN and version", () => {
    expect(registry.find("gr1", "2", REGION).name).toBe("Two");
    expect(registry.find("arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1", "10", REGION).name).toBe("Ten");
    expect(() => registry.find("gr1", "1", REGION)).toThrow(MISSING);
    expect(() => registry.find("gr3", "2", REGION)).toThrow(MISSING);
  });

  it("answer to every version when they have none, except those that have their own", () => {
    expect(registry.find("any", "7", REGION)).toMatchObject({ id: "any", version: "7", name: "any" });
    expect(registry.find("any", "DRAFT", REGION).version).toBe("DRAFT");
    expect(registry.find("any", "4", REGION).name).toBe("Four");
    expect(registry.find("any", "7", REGION)).toBe(registry.find("any", "7", REGION));
  });

  it("are named after the region of the request", () => {
    expect(registry.find("gr1", "2", REGION).arn).toBe("arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1");
    expect(registry.find("gr1", "2", "us-west-2").arn).toBe("arn:aws:bedrock:us-west-2:123456789012:guardrail/gr1");
  });

  it("are got without a version in their draft, or else in the newest version", () => {
    expect(registry.get("any", undefined, REGION)?.version).toBe("DRAFT");
    expect(registry.get("gr1", undefined, REGION)?.version).toBe("10");
    expect(registry.get("gr1", "DRAFT", REGION)).toBeUndefined();
    expect(registry.get("gr3", undefined, REGION)).toBeUndefined();
  });

  it("are listed once each, or one in all its versions, by number", () => {
    const show = (identifier?: string): string[] =>
      registry.list(identifier, REGION).map(({ id, version }) => `${id} ${version}`);
    expect(show()).toEqual(["any DRAFT", "gr1 10"]);
    expect(show("gr1")).toEqual(["gr1 2", "gr1 10"]);
    expect(show("any")).toEqual(["any DRAFT", "any 4"]);
    expect(show("gr3")).toEqual([]);
  });

  it("that are listed can be found", () => {
    const listed = [undefined, "any", "gr1"].flatMap((identifier) => registry.list(identifier, REGION));
    for (const guardrail of listed) expect(registry.find(guardrail.arn, guardrail.version, REGION)).toBe(guardrail);
  });

  it("are a sample policy for every id until some are given", () => {
    const sample = createGuardrailRegistry(undefined);
    expect(sample.isSample).toBe(true);
    expect(sample.find("my-policy-id", "1", REGION)).toMatchObject({
      id: "my-policy-id",
      version: "1",
      name: "sample-policy",
    });
    expect(sample.list(undefined, REGION)).toEqual([]);
    expect(() => createGuardrailRegistry([]).find("gr1", "1", REGION)).toThrow(MISSING);
  });
});
