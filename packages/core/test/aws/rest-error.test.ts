import { describe, expect, test } from "vitest";
import { parseRestError } from "../../src/aws/rest-error.ts";

const NAME = "ThrottlingException";

describe("an error answer's name", () => {
  test.each<[string, string | undefined, unknown]>([
    ["the header", NAME, { code: "Other", __type: "Another" }],
    ["the header, up to its colon", `${NAME}:http://internal.amazon.com/coral/com.amazon.bedrock/`, {}],
    ["the header, up to its comma", `${NAME},http://x/`, {}],
    ["the header, behind its namespace", `aws.protocols#${NAME}:http://internal.amazon.com/`, {}],
    ["the body's code", undefined, { code: NAME, __type: "Another" }],
    ["the body's code, if the header is empty", "", { code: NAME }],
    ["the body's code, with namespace", undefined, { code: `com.amazon#${NAME}` }],
    ["the body's __type", undefined, { __type: `com.amazon.coral.service#${NAME}` }],
    ["the body's __type, if code is no text", undefined, { code: 429, __type: NAME }],
  ])("is taken from %s", (_, header, body) => {
    expect(parseRestError(header, JSON.stringify(body)).name).toBe(NAME);
  });

  test("has no blanks around it, and ends somewhere", () => {
    expect(parseRestError(` ${NAME} , more`, "").name).toBe(NAME);
    expect(parseRestError("x".repeat(10_000), "").name).toHaveLength(256);
  });

  test("is taken from XML, with its message", () => {
    const xml = (inner: string): string => `<?xml version="1.0"?><Error>${inner}<Key>k</Key></Error>`;
    expect(parseRestError(undefined, xml("<Code>NoSuchKey</Code><Message>It is gone.</Message>"))).toEqual({
      name: "NoSuchKey",
      message: "It is gone.",
    });
    expect(parseRestError(undefined, xml("<Code>NoSuchKey</Code>"))).toEqual({ name: "NoSuchKey", message: "" });
    expect(parseRestError(undefined, xml("<Message>It is gone.</Message>"))).toEqual({ name: "", message: "" });
  });

  test.each(["", "<html>429</html>", "null", "[]", '"text"', "7", "{}"])("is empty for the body %j", (body) => {
    expect(parseRestError(undefined, body)).toEqual({ name: "", message: "" });
  });
});

describe("an error answer's message", () => {
  test.each([
    [{ message: "a", Message: "b" }, "a"],
    [{ Message: "b", errorMessage: "c" }, "b"],
    [{ errorMessage: "c" }, "c"],
    [{ message: null, Message: "b" }, "b"],
    [{ message: { text: "a" } }, ""],
  ])("of %j is %j", (body, message) => {
    expect(parseRestError(NAME, JSON.stringify(body)).message).toBe(message);
  });
});
