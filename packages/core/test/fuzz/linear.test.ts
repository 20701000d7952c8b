import { setFlagsFromString } from "node:v8";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseIni } from "../../src/aws/credentials/ini.ts";
import { parseRestError } from "../../src/aws/rest-error.ts";
import { createAwsError } from "../../src/bedrock/errors.ts";
import { createRedact } from "../../src/bedrock/redact.ts";
import { nameModel } from "../../src/bedrock/models.ts";
import { InputError } from "../../src/errors.ts";
import { formatOf } from "../../src/media/formats.ts";
import { describeLocation } from "../../src/media/source.ts";
import { sniffFormats } from "../../src/media/sniff.ts";
import { toJsonSchema } from "../../src/schema/json-schema.ts";
import { findAnswers } from "../../src/schema/find-answers.ts";
import { createPartialJson } from "../../src/schema/partial-json.ts";
import { validateJson } from "../../src/schema/validate.ts";
import { toObjectSchema, toStrictSchema } from "../../src/schema/rewrite.ts";
import type { JsonObject } from "../../src/types/json.ts";
import { TIMEOUT_MS } from "./support.ts";

// V8 stops optimizing regular expressions in a process that has compiled many of them: some are quadratic only then.
beforeAll(() => setFlagsFromString("--no-regexp-optimization"));
afterAll(() => setFlagsFromString("--regexp-optimization"));

/**
 * Texts on which a pattern or a loop that is not linear takes minutes, or for ever. Each is long enough for that, unless that which reads
 * it bounds its input.
 */
const LENGTH = 100_000;
const fill = (text: string, length = LENGTH): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const REPEATED = [
  " ",
  "\n",
  "a",
  "Error",
  "too many tokens ",
  "<Code>",
  "&#x",
  "\\",
  "%25",
  "[",
  "<!--",
  "```\n",
  '"',
  "/",
];

describe("time grows with the length of what was received, not faster", { timeout: TIMEOUT_MS }, () => {
  test.each(REPEATED)("of an error that repeats %j", (piece) => {
    const long = fill(piece);
    for (const message of [long, `${long}!`]) {
      const error = createAwsError(parseRestError(long, JSON.stringify({ message, code: long })), { status: 400 });
      expect(error.code).toMatch(/^ERR_/);
      expect(error.exception?.length ?? 0).toBeLessThan(300);
      parseRestError(undefined, message);
      createRedact(["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "%%%%%%%%%%", "\\\\\\\\\\\\\\"])(message);
    }
  });

  test.each(REPEATED)("of a configuration, a model's id, or a path that repeats %j", (piece) => {
    const long = fill(piece);
    for (const text of [long, `[${long}]\nx=${long}`, `${long}=${long}`, `[profile "${long}"]`, `[profile ${long}`])
      expect(parseIni(text)).toBeTypeOf("object");
    nameModel(long);
    nameModel(`arn:aws:bedrock:${long}`);
    formatOf(long);
    describeLocation(long);
    describeLocation(`https://${long}`);
  });

  test.each(REPEATED)("of a file that repeats %j", (piece) => {
    for (const text of [
      fill(piece),
      `${fill(piece)}\0`,
      `<!-- ${fill(`-->${piece}<!--`)}`,
      fill(`${piece}-->\n`),
      `PK\x03\x04${fill(piece)}`,
    ]) {
      sniffFormats(Buffer.from(text, "latin1").toString("base64"));
    }
    // Each way to take comments apart used to be tried.
    expect(sniffFormats(Buffer.from(fill("<!---->", 6000)).toString("base64"))).toContain("html");
  });

  test.each(REPEATED)("of an answer that repeats %j", (piece) => {
    const long = fill(piece, 30_000);
    for (const text of [long, `{"a":"${long}`, `[1,${long}`, `${fill("[{", 10_000)}${long}`]) {
      expect([...findAnswers([text, long], "value")].length).toBeLessThan(40);
      const parser = createPartialJson();
      for (let at = 0; at < text.length; at += 100) parser.push(text.slice(at, at + 100));
    }
  });

  test("of a schema whose definitions refer to each other twice, each time", () => {
    const names = Array.from({ length: 60 }, (_, index) => `d${index}`);
    const definitions = names.map((name, index): [string, JsonObject] => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [name, index === 59 ? { type: "string" } : { allOf: [next, next], anyOf: [next, next] }];
    });
    const schema = { $ref: "#/$defs/d0", $defs: Object.fromEntries(definitions) };
    expect(validateJson(schema, "fits")).toEqual([]);
    const issues = validateJson(schema, 1);
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.length).toBeLessThan(1000);
    // An `allOf` cannot be put into the strict subset; what matters is that this is told at once.
    expect(toStrictSchema(schema)).toHaveProperty("reason");
    toObjectSchema(schema);
  });

  test("of a schema that is nested deeper than any stack, or holds itself", () => {
    let schema: JsonObject = { type: "string" };
    for (let level = 0; level < 20_000; level++) schema = { allOf: [schema] };
    expect(() => toJsonSchema(schema)).toThrow(InputError);
    const round: Record<string, JsonObject> = {};
    Object.assign(round, { not: round, items: round, contains: round });
    expect(() => toJsonSchema(round)).toThrow(InputError);
    const names = Array.from(
      { length: 20_000 },
      (_, index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }] as const,
    );
    const chain = { $ref: "#/$defs/d0", $defs: { ...Object.fromEntries(names), d20000: { type: "string" } } };
    expect(() => validateJson(chain, 1)).toThrow(InputError);
  });
});
