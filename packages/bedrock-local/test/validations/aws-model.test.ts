import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Shape } from "../../src/validations/shapes/types.ts";
import { applyGuardrailRequest, invokeGuardrailChecksRequest } from "../../src/validations/shapes/guardrails.ts";
import { converseRequest, converseStreamRequest, modelId } from "../../src/validations/shapes/converse.ts";
import { countTokensModelId, countTokensRequest } from "../../src/validations/shapes/count-tokens.ts";
import { rerankRequest } from "../../src/validations/shapes/rerank.ts";

const file = new URL("../../../../../shared/reference/aws-model/bedrock-runtime.json", import.meta.url);

interface ModelShape {
  type: string;
  union?: boolean;
  document?: boolean;
  required?: string[];
  members?: Record<string, { shape: string; location?: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  pattern?: string;
  min?: number;
  max?: number;
}

/** One line per fact, so that a difference shows which fact of which member differs. */
type Facts = Record<string, unknown>;

function describeModel(shapes: Record<string, ModelShape>, name: string, path: string, facts: Facts): Facts {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`The model has no shape ${name}`);
  const members = Object.entries(shape.members ?? {}).filter(([, member]) => member.location === undefined);
  if (shape.document) return { ...facts, [path]: "document" };
  if (shape.type === "structure") {
    const required = (shape.required ?? []).filter((member) => shape.members?.[member]?.location === undefined);
    const own: Facts = {
      ...facts,
      [path]: shape.union ? "union" : "structure",
      [`${path} members`]: members.map(([member]) => member).toSorted(),
      [`${path} required`]: required.toSorted(),
    };
    return members.reduce((all, [key, member]) => describeModel(shapes, member.shape, `${path}.${key}`, all), own);
  }
  const bounds: Facts = { ...facts, [`${path} bounds`]: [shape.min, shape.max] };
  if (shape.type === "list") return describeModel(shapes, shape.member?.shape ?? "", `${path}[]`, bounds);
  if (shape.type === "map") {
    const keys = describeModel(shapes, shape.key?.shape ?? "", `${path}{key}`, bounds);
    return describeModel(shapes, shape.value?.shape ?? "", `${path}{value}`, keys);
  }
  return { ...bounds, [path]: shape.type, [`${path} enum`]: shape.enum, [`${path} pattern`]: shape.pattern };
}

function describeOurs(shape: Shape, path: string, facts: Facts): Facts {
  if (shape.kind === "document") return { ...facts, [path]: "document" };
  if (shape.kind === "structure" || shape.kind === "union") {
    const own: Facts = {
      ...facts,
      [path]: shape.kind,
      [`${path} members`]: Object.keys(shape.members).toSorted(),
      [`${path} required`]: shape.required.toSorted(),
    };
    return Object.entries(shape.members).reduce(
      (all, [key, member]) => describeOurs(member, `${path}.${key}`, all),
      own,
    );
  }
  const min = "min" in shape ? shape.min : undefined;
  const max = "max" in shape ? shape.max : undefined;
  const bounds: Facts = { ...facts, [`${path} bounds`]: [min, max] };
  if (shape.kind === "list") return describeOurs(shape.of, `${path}[]`, bounds);
  if (shape.kind === "map") {
    return describeOurs(shape.value, `${path}{value}`, describeOurs(shape.key, `${path}{key}`, bounds));
  }
  const [values, pattern] = shape.kind === "string" ? [shape.values, shape.pattern] : [undefined, undefined];
  return { ...bounds, [path]: shape.kind, [`${path} enum`]: values, [`${path} pattern`]: pattern };
}

describe.skipIf(!existsSync(file))("shape tables and the service model", () => {
  const model: { shapes: Record<string, ModelShape> } = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { shapes: {} };

  it.each([
    ["ConverseRequest", converseRequest],
    ["ConverseStreamRequest", converseStreamRequest],
  ] as const)("agree on every member, bound, enumeration and pattern of %s", (name, shape) => {
    const expected = describeModel(model.shapes, name, "", {});
    expect(Object.keys(expected).length).toBeGreaterThan(300);
    expect(describeOurs(shape, "", {})).toEqual(expected);
  });

  it.each([
    ["ApplyGuardrailRequest", applyGuardrailRequest],
    ["InvokeGuardrailChecksRequest", invokeGuardrailChecksRequest],
  ] as const)("agree on every member, bound, enumeration and pattern of %s", (name, shape) => {
    const expected = describeModel(model.shapes, name, "", {});
    expect(Object.keys(expected).length).toBeGreaterThan(20);
    expect(describeOurs(shape, "", {})).toEqual(expected);
  });

  it("agree on CountTokens", () => {
    const expected = describeModel(model.shapes, "CountTokensRequest", "", {});
    expect(Object.keys(expected).length).toBeGreaterThan(200);
    // The server's limit for any body is the same.
    expect(expected).toMatchObject({ ".input.invokeModel.body bounds": [0, 25_000_000] });
    const bounds = { ".input.invokeModel.body bounds": [undefined, undefined] };
    expect(describeOurs(countTokensRequest, "", {})).toEqual({ ...expected, ...bounds });
    const id = describeModel(model.shapes, "FoundationModelVersionIdentifier", "", {});
    expect(describeOurs(countTokensModelId, "", {})).toEqual(id);
  });

  it("agree on Rerank", () => {
    const agentFile = new URL("bedrock-agent-runtime.json", file);
    const { shapes }: { shapes: Record<string, ModelShape> } = JSON.parse(readFileSync(agentFile, "utf8"));
    expect(describeOurs(rerankRequest, "", {})).toEqual(describeModel(shapes, "RerankRequest", "", {}));
  });

  it("agree on the model id", () => {
    const expected = describeModel(model.shapes, "ConversationalModelId", "", {});
    expect(describeOurs(modelId, "", {})).toEqual(expected);
  });
});
