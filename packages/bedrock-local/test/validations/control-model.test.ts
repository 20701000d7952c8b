import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  getGuardrailQuery,
  inferenceProfileIdentifier,
  listFoundationModelsRequest,
  listGuardrailsRequest,
  listInferenceProfilesRequest,
  modelIdentifier,
} from "../../src/validations/shapes/control.ts";
import { guardrailIdentifier } from "../../src/validations/shapes/guardrails.ts";
import type { Shape } from "../../src/validations/shapes/types.ts";

const file = new URL("../../../../../shared/reference/aws-model/bedrock.json", import.meta.url);

interface ModelShape {
  type: string;
  members?: Record<string, { shape: string; location?: string }>;
  enum?: string[];
  pattern?: string;
  min?: number;
  max?: number;
}

function describeOurs(shape: Shape): unknown {
  const { kind } = shape;
  if (kind === "string") return { kind, pattern: shape.pattern, values: shape.values, min: shape.min, max: shape.max };
  return kind === "integer" ? { kind, min: shape.min, max: shape.max } : { kind };
}

describe.skipIf(!existsSync(file))("shape tables of the control plane and the service model", () => {
  const { shapes }: { shapes: Record<string, ModelShape> } = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { shapes: {} };

  function describeMembers(request: string, location: string): Record<string, unknown> {
    const members = Object.entries(shapes[request]?.members ?? {}).filter(([, member]) => member.location === location);
    return Object.fromEntries(
      members.map(([name, member]) => {
        const { type, enum: values, pattern, min, max } = shapes[member.shape] ?? { type: "none" };
        return [name, type === "string" ? { kind: type, pattern, values, min, max } : { kind: type, min, max }];
      }),
    );
  }

  it.each([
    ["ListFoundationModelsRequest", listFoundationModelsRequest],
    ["ListInferenceProfilesRequest", listInferenceProfilesRequest],
    ["ListGuardrailsRequest", listGuardrailsRequest],
    ["GetGuardrailRequest", getGuardrailQuery],
  ] as const)("agree on the query of %s", (name, { members }) => {
    const ours = Object.fromEntries(Object.entries(members).map(([key, shape]) => [key, describeOurs(shape)]));
    expect(Object.keys(ours).length).toBeGreaterThan(0);
    expect(ours).toEqual(describeMembers(name, "querystring"));
  });

  it.each([
    ["GetFoundationModelRequest", { modelIdentifier }],
    ["GetInferenceProfileRequest", { inferenceProfileIdentifier }],
    ["GetGuardrailRequest", { guardrailIdentifier }],
  ])("agree on the path of %s", (name, labels) => {
    const ours = Object.fromEntries(Object.entries(labels).map(([key, shape]) => [key, describeOurs(shape)]));
    expect(ours).toEqual(describeMembers(name, "uri"));
  });
});
