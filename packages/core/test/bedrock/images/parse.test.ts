import { describe, expect, test } from "vitest";
import { completeAnswer, parseAmazon, parseSdxl, parseStability } from "../../../src/bedrock/images/parse.ts";

describe("Titan and Nova Canvas", () => {
  test("images, with the seed that was asked for", () => {
    const answer = parseAmazon({ images: ["QQ==", "Qg=="], error: null });
    expect(completeAnswer(answer, { n: 2, seed: 5 })).toEqual({
      images: [
        { base64: "QQ==", seed: 5 },
        { base64: "Qg==", seed: 5 },
      ],
      maskImage: undefined,
      failure: undefined,
    });
  });

  test("a mask beside them", () => {
    expect(completeAnswer(parseAmazon({ images: ["QQ=="], maskImage: "Qg==" }), {})).toMatchObject({
      images: [{ base64: "QQ==" }],
      maskImage: "Qg==",
      failure: undefined,
    });
  });

  test.each([
    [{ images: ["QQ=="], error: "Some images were blocked by our content filters." }, true, 1],
    [{ images: [], error: "This request conflicts with the AWS Responsible AI Policy." }, true, 0],
    [{ error: "This may conflict with our AUP." }, true, 0],
    [{ images: null, error: "Out of memory" }, false, 0],
  ])("a failure beside them: %j", (json, isFiltered, came) => {
    const { images, failure } = completeAnswer(parseAmazon(json), { n: 2 });
    expect(images).toHaveLength(came);
    expect(failure).toEqual({ message: `${came} of 2 images came: ${json.error}`, isFiltered });
  });

  test("a word of failure is one, however many images came", () => {
    expect(completeAnswer(parseAmazon({ images: ["QQ=="], error: "Blurred by a filter" }), {}).failure).toEqual({
      message: "1 of 1 images came: Blurred by a filter",
      isFiltered: true,
    });
  });

  test("fewer images than asked for are a failure, even without a word", () => {
    const { failure } = completeAnswer(parseAmazon({ images: ["QQ=="], error: "" }), { n: 3 });
    expect(failure).toEqual({ message: "1 of 3 images came: the model does not say why", isFiltered: false });
  });
});

test("what is no base64 is no image, and does not cost those that are", () => {
  const { images, maskImage, failure } = completeAnswer(
    parseAmazon({ images: ["QQ==", "@@@@", "<p>"], maskImage: "no mask" }),
    { n: 3 },
  );
  expect(images).toEqual([{ base64: "QQ==", seed: undefined }]);
  expect(maskImage).toBeUndefined();
  expect(failure?.message).toBe("1 of 3 images came: the model does not say why");
});

test("a guardrail that stepped in is a filter", () => {
  const raw = { "amazon-bedrock-guardrailAction": "INTERVENED", images: [] };
  expect(completeAnswer(parseAmazon(raw), { n: 1 }, raw).failure).toEqual({
    message: "0 of 1 images came: the guardrail stepped in",
    isFiltered: true,
  });
});

describe("Stability", () => {
  test("an image with its seed", () => {
    const answer = parseStability({ seeds: [77], finish_reasons: [null], images: ["QQ=="] });
    expect(completeAnswer(answer, { seed: 0 })).toMatchObject({ images: [{ base64: "QQ==", seed: 77 }] });
    expect(completeAnswer(answer, {}).failure).toBeUndefined();
  });

  test.each([
    ["Filter reason: prompt", true],
    ["Filter reason: output image", true],
    ["Filter reason: input image", true],
    ["Inference error", false],
  ])("%s", (reason, isFiltered) => {
    const message = `0 of 1 images came: ${reason}`;
    const failure = { message, isFiltered };
    expect(completeAnswer(parseStability({ finish_reasons: [reason] }), {})).toMatchObject({ images: [], failure });
    const blurred = parseStability({ seeds: [1], finish_reasons: [reason], images: ["QQ=="] });
    expect(completeAnswer(blurred, {})).toMatchObject({ images: [{ finishReason: reason }], failure });
  });
});

describe("SDXL", () => {
  test("artifacts", () => {
    const artifacts = [{ seed: 9, base64: "QQ==", finishReason: "SUCCESS" }];
    const { images, failure } = completeAnswer(parseSdxl({ result: "success", artifacts }), {});
    expect(images).toEqual([{ base64: "QQ==", seed: 9, finishReason: undefined }]);
    expect(failure).toBeUndefined();
  });

  test.each([
    ["CONTENT_FILTERED", "QQ==", 1, true],
    ["CONTENT_FILTERED", "", 0, true],
    ["ERROR", "", 0, false],
  ])("%s with %j", (finishReason, base64, came, isFiltered) => {
    const answer = parseSdxl({ result: "success", artifacts: [{ seed: 9, base64, finishReason }] });
    const { images, failure } = completeAnswer(answer, {});
    expect(images).toHaveLength(came);
    expect(failure).toEqual({ message: `0 of 1 images came: ${finishReason}`, isFiltered });
  });

  test("a result that is none", () => {
    expect(completeAnswer(parseSdxl({ result: "error" }), {}).failure?.message).toBe("0 of 1 images came: error");
  });
});

test.each([
  ["nothing", {}],
  ["no list", { images: "QQ==", artifacts: {}, finish_reasons: 5 }],
  ["nothing in the list", { images: [null, ""], artifacts: [5], finish_reasons: [null] }],
])("an answer with %s is refused", (_what, json) => {
  for (const parse of [parseAmazon, parseStability, parseSdxl]) {
    expect(() => completeAnswer(parse(json), {})).toThrow(expect.objectContaining({ code: "ERR_RESPONSE" }));
  }
});
