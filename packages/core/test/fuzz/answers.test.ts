import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "./operations.ts";
import { createAnswered, hostileValue, mutatedJson, outcomeOf, renderHostile, TIMEOUT_MS, tries } from "./support.ts";

const folder = fileURLToPath(new URL("../../../../../shared/samples/", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

/** The bodies of recorded answers to an operation. */
function listSamples(operation: string): unknown[] {
  return files.flatMap((name): unknown[] => {
    const { exchange } = JSON.parse(readFileSync(`${folder}${name}`, "utf8")) as Sample;
    const { bodyText = "" } = exchange.response;
    return exchange.operation === operation && bodyText.startsWith("{") ? [JSON.parse(bodyText)] : [];
  });
}

interface Sample {
  readonly exchange: { readonly operation: string; readonly response: { readonly bodyText?: string } };
}

describe.each(Object.entries(OPERATIONS))("%s", (name, { answers, call }) => {
  test("takes the answers that the fuzzing begins with", async () => {
    for (const answer of answers) {
      const outcome = await outcomeOf(() => call(createAnswered(() => Response.json(answer))));
      // A schema is asked for where the answer is a text: that is refused in words of its own.
      expect("error" in outcome ? outcome.error.code : "none").toMatch(
        /^(none|ERR_(SCHEMA|TOOL_ROUNDS|CONTENT_FILTERED))$/,
      );
    }
  });

  test(
    "gives values of its types or typed errors, whatever is wrong with the answer",
    { timeout: TIMEOUT_MS },
    async () => {
      const known = listSamples(name);
      await fc.assert(
        fc.asyncProperty(mutatedJson(...answers, ...known), async (body) => {
          await outcomeOf(() => call(createAnswered(() => new Response(body, { headers: JSON_TYPE }))));
        }),
        tries(name === "Converse" ? 200 : 50),
      );
    },
  );

  test("gives typed errors for any error answer", { timeout: TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(errorAnswer, async (answer) => {
        await outcomeOf(() => call(createAnswered(() => new Response(answer.body, answer))));
      }),
      tries(20),
    );
  });
});

const JSON_TYPE = { "content-type": "application/json" };
const word = fc.constantFrom(
  "ThrottlingException",
  "ValidationException:http://x/",
  "aws.x#ExpiredTokenException",
  "InvalidSignatureException",
  "ServiceUnavailableException",
  "Exception".repeat(1000),
  "constructor",
  "__proto__",
  ",:#",
);
const date = fc.constantFrom(
  "Sat, 13 Sep 275760 00:00:00 GMT",
  "Thu, 01 Jan 1970 00:00:00 GMT",
  "-271821-04-20",
  "soon",
  "Fri, 31 Feb 2026 99:99:99 GMT",
);
const wait = fc.constantFrom(
  "0",
  "-1",
  "1e9",
  "9".repeat(400),
  "0.0000001",
  "NaN",
  "Infinity",
  "Sat, 13 Sep 275760 00:00:00 GMT",
);
const text = fc.oneof(
  fc.tuple(word, hostileValue).map(([__type, message]) => renderHostile({ __type, message })),
  hostileValue.map((message) => renderHostile({ message, Message: message, code: message })),
  fc.constantFrom(
    "",
    "<html>",
    "<Error><Code>SlowDown</Code><Message>&#x110000;</Message></Error>",
    "[[[[",
    '{"message":"\\ud800"}',
  ),
  fc.string({ unit: "binary", maxLength: 100 }),
);
const errorAnswer = fc
  .record({
    status: fc.constantFrom(301, 304, 307, 400, 401, 403, 404, 408, 413, 418, 424, 429, 500, 502, 503, 504, 599),
    type: fc.option(word, { nil: undefined }),
    date: fc.option(date, { nil: undefined }),
    wait: fc.option(wait, { nil: undefined }),
    body: text,
  })
  .map(({ status, type, date: told, wait: after, body }) => ({
    status,
    headers: {
      ...(type !== undefined && { "x-amzn-errortype": type }),
      ...(told !== undefined && { date: told }),
      ...(after !== undefined && { "retry-after": after }),
      location: "http://169.254.169.254/",
    },
    body: status === 304 ? null : body,
  }));

describe.skipIf(files.length === 0)("the recorded answers", () => {
  test("are among those that are changed", () => {
    expect(listSamples("Converse").length).toBeGreaterThan(10);
    expect(listSamples("ApplyGuardrail").length).toBeGreaterThan(0);
  });
});
