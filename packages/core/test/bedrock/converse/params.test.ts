import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkParams, renderParams } from "../../../src/bedrock/converse/params.ts";
import { errorOf } from "../../support/bedrock.ts";

const check = (params: object): void => {
  Reflect.apply(checkParams, undefined, [params]);
};

describe("a parameter", () => {
  test.each([
    { temperature: 0 },
    { temperature: 1 },
    { topP: 0.5 },
    { maxTokens: 1 },
    { stopSequences: [] },
    { stopSequences: Array.from({ length: 2500 }, () => "x") },
    { additionalModelRequestFields: { top_k: 5 } },
    { additionalModelResponseFieldPaths: ["/a", "/b/c~0d/~1/"] },
    { requestMetadata: { team: "search + ads" } },
    { promptVariables: { name: { text: "x" } } },
    { requestMetadata: { "a b:_@$#=/+,.-": "" } },
    { requestMetadata: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, "v".repeat(256)])) },
    { performanceConfig: { latency: "optimized" } },
    { serviceTier: { type: "a-new-tier" } },
    { guardrailConfig: {} },
    { guardrailConfig: { guardrailIdentifier: "abc123", guardrailVersion: "12", trace: "enabled_full" } },
    { guardrailConfig: { guardrailIdentifier: "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc" } },
    { guardrailConfig: { guardrailVersion: "DRAFT", streamProcessingMode: "async", latestTurnOnly: true } },
    { thinking: true },
    { thinking: false },
    { thinking: {} },
    { thinking: { budget: 1024, display: "summarized" } },
    { effort: "brandnew" },
    { cache: "auto" },
    { cache: { ttl: "1h" } },
    { outputConfig: {} },
    { temperature: undefined },
  ])("%j is accepted", (params) => {
    expect(() => check(params)).not.toThrow();
  });

  test.each([
    [{ temperature: 1.01 }, "temperature is 1.01: give a number from 0 to 1."],
    [{ temperature: -0.1 }, "temperature is -0.1"],
    [{ temperature: NaN }, "temperature is NaN"],
    [{ temperature: "1" }, 'temperature is "1"'],
    [{ temperature: null }, "temperature is null"],
    [{ topP: 2 }, "topP is 2"],
    [{ maxTokens: 0 }, "maxTokens is 0: give a whole number from 1 to 2147483647."],
    [{ maxTokens: 1.5 }, "maxTokens is 1.5"],
    [{ maxTokens: Infinity }, "maxTokens is Infinity"],
    [{ stopSequences: [""] }, 'stopSequences is [""]'],
    [{ stopSequences: "END" }, 'stopSequences is "END"'],
    [{ stopSequences: Array.from({ length: 2501 }, () => "x") }, "2500"],
    [{ additionalModelRequestFields: [] }, "additionalModelRequestFields is array: give an object."],
    [{ additionalModelResponseFieldPaths: Array.from({ length: 11 }, () => "/a") }, "at most 10"],
    [{ additionalModelResponseFieldPaths: ["a".repeat(257)] }, "256"],
    [{ additionalModelResponseFieldPaths: [""] }, "JSON Pointers"],
    [{ additionalModelResponseFieldPaths: ["stop_sequence"] }, "JSON Pointers"],
    [{ additionalModelResponseFieldPaths: ["/a~2"] }, "JSON Pointers"],
    [{ additionalModelResponseFieldPaths: ["/a", "x/a"] }, "JSON Pointers"],
    [{ requestMetadata: { é: "a" } }, "requestMetadata"],
    [{ guardrailConfig: { streamProcessingMode: "resync" } }, '"async"'],
    [{ effort: "x-high" }, "effort is"],
    [{ effort: "a".repeat(17) }, "effort is"],
    [{ maxTokens: 2 ** 31 }, "2147483647"],
    [{ requestMetadata: {} }, "requestMetadata is {}"],
    [{ requestMetadata: { "": "x" } }, "requestMetadata"],
    [{ requestMetadata: { a: "é" } }, "requestMetadata"],
    [{ requestMetadata: { a: 1 } }, "requestMetadata"],
    [{ requestMetadata: { a: "v".repeat(257) } }, "requestMetadata"],
    [{ requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, "v"])) }, "1 to 16"],
    [{ guardrailConfig: { guardrailIdentifier: "My guardrail" } }, "an id or ARN"],
    [{ guardrailConfig: { guardrailVersion: 1 } }, "a number as text"],
    [{ guardrailConfig: { guardrailVersion: "0" } }, "a number as text"],
    [{ guardrailConfig: { trace: "full" } }, '"enabled_full"'],
    [{ guardrailConfig: { streamProcessingMode: "later" } }, '"async"'],
    [{ guardrailConfig: { streamProcessingMode: 1 } }, '"async"'],
    [{ guardrailConfig: { latestTurnOnly: "yes" } }, "latestTurnOnly"],
    [{ guardrailConfig: { latestTurn: true } }, "guardrailConfig is"],
    [{ thinking: "yes" }, "thinking is"],
    [{ thinking: { budget: 1023 } }, "thinking is"],
    [{ thinking: { budgetTokens: 2048 } }, "thinking is"],
    [{ effort: 3 }, "effort is 3"],
    [{ effort: "" }, "effort is"],
    [{ cache: true }, "cache is true"],
    [{ cache: { ttl: "2h" } }, "cache is"],
    [{ topK: 5 }, "topK is no option"],
    [{ toString: 5 }, "toString is no option"],
  ])("%j is refused", (params, told) => {
    const error = errorOf(() => check(params));
    expect(error).toMatchObject({ name: "InputError", code: "ERR_INPUT" });
    expect(error.message).toContain(told);
    expect(error.message.length).toBeLessThan(400);
  });
});

describe("a request's members", () => {
  test("are grouped as Converse has them, and absent when not set", () => {
    expect(renderParams({})).toEqual({ rest: {} });
    expect(renderParams({ temperature: 0.5, maxTokens: 5, topP: 1, stopSequences: ["X"] })).toEqual({
      inferenceConfig: { temperature: 0.5, maxTokens: 5, topP: 1, stopSequences: ["X"] },
      rest: {},
    });
    expect(JSON.stringify(renderParams({ maxTokens: 5 }))).toBe('{"inferenceConfig":{"maxTokens":5},"rest":{}}');
  });

  test("pass everything else on as it is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const additionalModelRequestFields: Record<string, never> = JSON.parse(JSON.stringify(fields));
        const rest = { serviceTier: { type: "flex" } } as const;
        expect(renderParams({ additionalModelRequestFields, ...rest })).toEqual({ additionalModelRequestFields, rest });
      }),
    );
  });
});
