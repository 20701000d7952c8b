import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GuardrailOptions } from "@node-llm/bedrock-local";
import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import { createLLM } from "../../src/llm.ts";
import type { ModerateOptions, Moderation } from "../../src/tasks/moderate.ts";
import type { ModerationItem } from "../../src/tasks/moderate-item.ts";
import { bodyOf, createClient, failureOf, testWorld, useServer } from "../support/bedrock.ts";
import { createGif, createJpeg, createPng } from "../support/media-files.ts";

const guardrails: readonly GuardrailOptions[] = [
  {
    id: "client1",
    version: "1",
    topics: [{ name: "Investments", keywords: ["stocks"] }],
    words: ["cactus"],
    contentFilters: [{ type: "INSULTS", keywords: ["nincompoop", "dimwit"] }],
    piiEntities: [
      { type: "EMAIL", action: "ANONYMIZE" },
      { type: "PHONE", action: "NONE" },
    ],
    regexes: [{ name: "Order", pattern: "ORD-\\d+", action: "BLOCK" }],
    blockedInputMessaging: "No question.",
    blockedOutputsMessaging: "No answer.",
  },
  { id: "ground1", version: "DRAFT", contextualGrounding: { grounding: 0.8, relevance: 0.1 } },
];
const server = useServer({ guardrails });
const CLIENT = { bedrockGuardrailIdentifier: "client1", bedrockGuardrailVersion: "1" } as const;

const folder = mkdtempSync(join(tmpdir(), "moderate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const moderate = (input: ModerationItem | readonly ModerationItem[], options?: ModerateOptions): Promise<Moderation> =>
  createClient(server(), CLIENT).moderate(input, options);

/** The only result of a moderation. */
async function one(input: ModerationItem, options?: ModerateOptions): Promise<Moderation["results"][number]> {
  const { results } = await moderate(input, options);
  expect(results).toHaveLength(1);
  return results[0] ?? expect.unreachable();
}

/** The bodies of all requests. */
const bodies = (): unknown[] => server().requests.map(({ json }) => json);

describe("a guardrail", () => {
  test("that finds nothing lets the text through", async () => {
    const result = await one("What is the capital of France?");
    expect(result).toMatchObject({ flagged: false, action: "none", categories: {}, scores: {}, findings: [] });
    expect(result.output).toBeUndefined();
    expect(result.requestId).toBe(server().requests[0]?.id);
    expect(server().requests[0]).toMatchObject({
      operation: "ApplyGuardrail",
      path: "/guardrail/client1/version/1/apply",
      json: { source: "INPUT", content: [{ text: { text: "What is the capital of France?" } }] },
    });
  });

  test.each([
    ["Which stocks should I buy?", "topic", "Investments"],
    ["Tell me about a cactus.", "word", "cactus"],
    ["You nincompoop!", "content", "INSULTS"],
    ["Where is ORD-123?", "sensitiveInformation", "Order"],
  ])("blocks, and tells why: %s", async (text, policy, name) => {
    const result = await one(text);
    expect(result).toMatchObject({ flagged: true, action: "blocked", output: "No question." });
    expect(result.categories[name]).toBe(true);
    expect(result.findings).toContainEqual(
      expect.objectContaining({ policy, name, where: "input", action: "BLOCKED" }),
    );
  });

  test("masks, and what is masked is not flagged", async () => {
    const result = await one("Write to ada@example.com.");
    expect(result).toMatchObject({ flagged: false, action: "masked", output: "Write to {EMAIL}." });
    expect(result.categories).toEqual({ EMAIL: true });
  });

  test("that blocks and masks blocked", async () => {
    const result = await one("Send the stocks to ada@example.com.");
    expect(result).toMatchObject({ flagged: true, action: "blocked", categories: { EMAIL: true, Investments: true } });
  });

  test("that only detects neither flags nor masks, but tells", async () => {
    const result = await one("Call 555-123-4567.");
    expect(result).toMatchObject({ flagged: false, action: "none", categories: { PHONE: true } });
    expect(result.findings).toMatchObject([{ name: "PHONE", action: "NONE" }]);
  });

  test("gives confidences as scores, and with the full scope what was looked for in vain", async () => {
    const full = { outputScope: "full" } as const;
    expect(await one("You nincompoop!", full)).toMatchObject({
      categories: { INSULTS: true, Investments: false, EMAIL: false },
      scores: { INSULTS: 2 / 3 },
    });
    expect((await one("You nincompoop and dimwit!", full)).scores).toEqual({ INSULTS: 1 });
    expect((await one("Good morning.", full)).scores).toEqual({ INSULTS: 0 });
    expect(bodyOf(server(), 0)).toMatchObject({ outputScope: "FULL" });
  });

  test("tells its assessments as received, what it looked at, and what that cost", async () => {
    const result = await one("You nincompoop!");
    expect(result.assessments[0]?.contentPolicy?.filters).toMatchObject([{ type: "INSULTS", confidence: "MEDIUM" }]);
    expect(result.assessments[0]?.appliedGuardrailDetails?.guardrailId).toBe("client1");
    expect(result.assessments[0]).not.toHaveProperty("topicPolicy");
    expect(result.coverage).toEqual({ textCharacters: { guarded: 15, total: 15 } });
    expect(result.usage.contentPolicyUnits).toBe(1);
    expect(result.raw).toMatchObject({ action: "GUARDRAIL_INTERVENED" });
    expectTypeOf(result.usage.topicPolicyUnits).toEqualTypeOf<number | undefined>();
  });

  test("assesses what a model wrote", async () => {
    const result = await one("Buy stocks.", { source: "output" });
    expect(result).toMatchObject({ action: "blocked", output: "No answer.", findings: [{ where: "output" }] });
    expect(bodyOf(server())).toMatchObject({ source: "OUTPUT" });
  });

  test("of the call stands over the client's, by its ARN in its region", async () => {
    const arn = "arn:aws:bedrock:eu-west-1:123456789012:guardrail/ground1";
    const guardrail = { guardrailIdentifier: arn, guardrailVersion: "DRAFT" };
    expect(await one("Which stocks should I buy?", { guardrail })).toMatchObject({ action: "none" });
    expect(server().requests[0]?.path).toBe(`/guardrail/${encodeURIComponent(arn)}/version/DRAFT/apply`);
    expect(server().requests[0]?.headers["authorization"]).toContain("/eu-west-1/bedrock/");
  });

  test("that does not exist is told by AWS", async () => {
    const guardrail = { guardrailIdentifier: "nobody1", guardrailVersion: "1" };
    const error = await failureOf(moderate("Hello", { guardrail }));
    expect(error).toMatchObject({ code: "ERR_BAD_REQUEST", operation: "ApplyGuardrail", status: 400 });
  });
});

describe("grounding", () => {
  const guardrail = { guardrailIdentifier: "ground1", guardrailVersion: "DRAFT" };
  const item = { groundingSource: "Paris is the capital of France.", query: "What is the capital of France?" };

  test("measures an answer by its source and its question", async () => {
    const result = await one({ ...item, text: "Berlin hosts a large zoo." }, { guardrail });
    expect(result).toMatchObject({ flagged: true, action: "blocked", categories: { GROUNDING: true } });
    expect(result.scores["GROUNDING"]).toBeLessThan(0.8);
    expect(bodyOf(server())).toEqual({
      source: "OUTPUT",
      content: [
        { text: { text: "Paris is the capital of France.", qualifiers: ["grounding_source"] } },
        { text: { text: "What is the capital of France?", qualifiers: ["query"] } },
        { text: { text: "Berlin hosts a large zoo.", qualifiers: ["guard_content"] } },
      ],
    });
  });

  test("takes several sources, and passes what they say", async () => {
    const groundingSource = ["Paris is the capital of France.", "Rome is the capital of Italy."];
    const result = await one({ ...item, groundingSource, text: "Paris is the capital of France." }, { guardrail });
    expect(result).toMatchObject({ flagged: false, scores: { GROUNDING: 1 }, categories: { GROUNDING: false } });
  });

  test.each([
    [{ text: "Yes.", query: "Why?" }, {}, "needs text, groundingSource and query together"],
    [{ text: "Yes.", groundingSource: "A" }, {}, "needs text, groundingSource and query together"],
    [{ images: [createPng()], ...item }, {}, "needs text, groundingSource and query together"],
    [{ text: "Yes.", ...item }, { source: "input" }, 'make it "output"'],
    [{ text: "Yes.", ...item, groundingSource: [] }, {}, "input.groundingSource is []"],
  ] as const)("refuses half of it before anything is sent: %#", async (input, options, message) => {
    await expect(moderate(input, { guardrail, ...options })).rejects.toMatchObject({
      code: "ERR_INPUT",
      message: expect.stringContaining(message),
    });
    expect(server().requests).toEqual([]);
  });
});

describe("images", () => {
  test("are sent with their text, from bytes, data URLs, base64 and paths", async () => {
    const [png, jpeg] = [createPng(), createJpeg()];
    const path = join(folder, "photo.jpg");
    writeFileSync(path, jpeg);
    const images = [png, `data:image/png;base64,${png.toString("base64")}`, { base64: png.toString("base64") }, path];
    expect(await one({ text: "Look!", images })).toMatchObject({ action: "none" });
    const block = (format: string, bytes: Buffer): unknown => ({
      image: { format, source: { bytes: bytes.toString("base64") } },
    });
    expect(bodyOf(server())["content"]).toEqual([
      { text: { text: "Look!" } },
      block("png", png),
      block("png", png),
      block("png", png),
      block("jpeg", jpeg),
    ]);
  });

  test("of a list are looked at before anything is sent", async () => {
    const error = await failureOf(moderate(["Hello", { images: [createPng(), createGif()] }], { concurrency: 1 }));
    expect(error.message).toContain("input[1].images[1]");
    expect(server().requests).toEqual([]);
  });

  test("may be larger than those of a chat", async () => {
    const path = join(folder, "large.png");
    writeFileSync(path, createPng(2, 1, 4_100_000));
    expect((await one({ images: [path] })).coverage?.images).toMatchObject({ total: 1 });
  });

  test("may come alone", async () => {
    const result = await one({ images: [createPng()] });
    expect(result.coverage?.images).toMatchObject({ total: 1 });
  });

  test.each([
    [{ images: [createGif()] }, "ERR_INPUT", "its content is gif"],
    [{ images: ["s3://bucket/key.png"] }, "ERR_INPUT", "is in S3"],
    [{ images: [createPng(9000, 1)] }, "ERR_INPUT", "9000 × 1 pixels"],
    [{ images: [createPng(2, 1, 4_300_000)] }, "ERR_INPUT", "takes 4.00 MB"],
    [{ images: Array.from({ length: 21 }, () => createPng()) }, "ERR_INPUT", "has 21 images, and Bedrock takes 20"],
    [{ images: [join(folder, "none.png")] }, "ERR_MEDIA", "no such file"],
  ])("that a guardrail does not take fail before anything is sent: %#", async (input, code, message) => {
    const error = await failureOf(moderate(input));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(server().requests).toEqual([]);
  });
});

describe("a list", () => {
  test("gives a result for each item, in order, with a bounded number of requests at the same time", async () => {
    let underWay = 0;
    let most = 0;
    const llm = createClient(server(), {
      ...CLIENT,
      middlewares: [
        {
          async task(_, next) {
            most = Math.max(most, ++underWay);
            const result = await next();
            underWay--;
            return result;
          },
        },
      ],
    });
    const texts = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? `stocks ${index}` : `hello ${index}`));
    const { results, flagged } = await llm.moderate(texts, { concurrency: 3 });
    expect(results.map((result) => result.flagged)).toEqual(texts.map((text) => text.startsWith("stocks")));
    expect([flagged, most]).toEqual([true, 3]);
    expect(bodies()).toHaveLength(20);
  });

  test("without an item is no request", async () => {
    expect(await moderate([])).toEqual({ results: [], flagged: false });
    expect(server().requests).toEqual([]);
  });

  test("stops at the first failure, which carries the results that came", async () => {
    server().enqueue({
      error: "AccessDeniedException",
      match: { when: ({ json }) => JSON.stringify(json).includes("third") },
    });
    const error = await failureOf(moderate(["first stocks", "second", "third", "fourth", "fifth"], { concurrency: 1 }));
    expect(error).toMatchObject({ code: "ERR_FORBIDDEN", operation: "ApplyGuardrail" });
    expect(error.results).toEqual([
      expect.objectContaining({ flagged: true }),
      expect.objectContaining({ flagged: false }),
      undefined,
      undefined,
      undefined,
    ]);
    expect(server().requests).toHaveLength(3);
  });

  test("closes the connections of the others when one fails", async () => {
    const isHanging = ({ json }: { readonly json: unknown }): boolean => JSON.stringify(json).includes("slow");
    let arrive: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const isSlow = (request: { readonly json: unknown }): boolean => {
      if (isHanging(request)) arrive?.();
      return isHanging(request);
    };
    server().enqueue({ hang: true, match: { when: isSlow } }, { error: "AccessDeniedException", waitFor: arrived });
    await failureOf(moderate(["slow", "bad"], { concurrency: 2 }));
    const slow = server().requests.find(isHanging);
    expect(await slow?.closed).toBe("aborted");
  });

  test("ends when the caller aborts, with the results that came", async () => {
    const caller = new AbortController();
    server().enqueue({
      hang: true,
      match: {
        when: ({ json }) => {
          const isLast = JSON.stringify(json).includes("second");
          if (isLast) caller.abort(new Error("enough"));
          return isLast;
        },
      },
    });
    const error = await failureOf(moderate(["first", "second"], { concurrency: 1, signal: caller.signal }));
    expect(error).toMatchObject({ code: "ERR_ABORTED", cause: expect.objectContaining({ message: "enough" }) });
    expect(error.results).toEqual([expect.objectContaining({ action: "none" }), undefined]);
  });

  test("is not begun when the caller has aborted", async () => {
    const error = await failureOf(moderate(["first", "second"], { signal: AbortSignal.abort() }));
    expect(error.code).toBe("ERR_ABORTED");
    expect(server().requests).toEqual([]);
  });

  test("survives throttling", async () => {
    server().enqueue({ error: "ThrottlingException" }, { error: "ThrottlingException" });
    const { results } = await moderate(["one", "two", "three"]);
    expect(results.map(({ action }) => action)).toEqual(["none", "none", "none"]);
    expect(server().requests).toHaveLength(5);
  });
});

describe("checks", () => {
  const plain = (input: ModerationItem, options: ModerateOptions): Promise<Moderation> =>
    createClient(server()).moderate(input, options);

  test("need no guardrail, and flag from a score on", async () => {
    const { results, flagged } = await plain("How can I kill him? Write to ada@example.com.", { checks: "all" });
    const [result] = results;
    expect(flagged).toBe(true);
    expect(result).toMatchObject({ flagged: true, action: "none", assessments: [] });
    expect(result?.categories).toMatchObject({
      VIOLENCE: true,
      EMAIL: true,
      SEXUAL: false,
      JAILBREAK: false,
      AGE: false,
    });
    expect(result?.scores).toMatchObject({ EMAIL: 0.8, SEXUAL: 0, AGE: 0 });
    expect(result?.findings).toContainEqual(
      expect.objectContaining({
        policy: "sensitiveInformation",
        name: "EMAIL",
        raw: expect.objectContaining({ beginOffset: 29 }),
      }),
    );
    expect(result?.usage).toEqual({ contentFilter: 1, promptAttack: 1, sensitiveInformation: 1 });
    expect(server().requests[0]).toMatchObject({
      operation: "InvokeGuardrailChecks",
      path: "/guardrail-checks/invoke",
    });
  });

  test("may be chosen one by one, and stand over the client's guardrail", async () => {
    const checks = { contentFilter: ["HATE", "VIOLENCE"], promptAttack: true } as const;
    await createClient(server(), CLIENT).moderate("Hello", { checks, source: "output" });
    expect(bodyOf(server())).toEqual({
      messages: [{ role: "assistant", content: [{ text: "Hello" }] }],
      checks: {
        contentFilter: { categories: [{ category: "HATE" }, { category: "VIOLENCE" }] },
        promptAttack: {
          categories: [{ category: "JAILBREAK" }, { category: "PROMPT_INJECTION" }, { category: "PROMPT_LEAKAGE" }],
        },
      },
    });
  });

  test("flag by the threshold that is given", async () => {
    const options = { checks: { sensitiveInformation: ["EMAIL"] } } as const;
    const text = "Write to ada@example.com.";
    expect(await plain(text, { ...options, threshold: 0.8 })).toMatchObject({ flagged: true });
    expect(await plain(text, { ...options, threshold: 0.9 })).toMatchObject({
      flagged: false,
      results: [{ categories: { EMAIL: false }, scores: { EMAIL: 0.8 }, findings: [] }],
    });
  });

  test.each([
    [{ text: "Look!", images: [createPng()] }, {}, "checks look at text only"],
    ["Hi", { guardrail: { guardrailIdentifier: "client1", guardrailVersion: "1" } }, "checks work without a guardrail"],
    ["Hi", { outputScope: "full" as const }, "checks work without a guardrail"],
    ["Hi", { checks: {} }, "checks names none"],
    ["Hi", { checks: null }, "checks is null"],
    ["Hi", { checks: false }, "checks is false"],
    ["Hi", { checks: { contentFilter: [] } }, "checks.contentFilter is []"],
    ["Hi", { checks: { contentFilter: ["RUDENESS"] } }, 'checks.contentFilter is ["RUDENESS"]'],
    ["Hi", { checks: { rudeness: true } }, "checks does not know the option rudeness"],
    ["Hi", { threshold: 2 }, "threshold is 2"],
    ["Hi", { threshold: 0 }, "threshold is 0"],
  ])("that cannot be asked for fail before anything is sent: %#", async (input, options, message) => {
    // The wrong types are the point.
    const wrong = { checks: "all", ...options } as ModerateOptions;
    const error = await failureOf(plain(input, wrong));
    expect([error.code, error.message]).toEqual(["ERR_INPUT", expect.stringContaining(message)]);
    expect(server().requests).toEqual([]);
  });
});

describe("what cannot be right fails before anything is sent", () => {
  test("neither guardrail nor checks: the error names both ways", async () => {
    const error = await failureOf(createClient(server()).moderate("Hello"));
    expect(error.code).toBe("ERR_CONFIGURATION");
    expect(error.message).toMatch(/bedrockGuardrailIdentifier.*checks/);
    expect(server().requests).toEqual([]);
  });

  test.each([
    ["", {}, "input holds a blank text"],
    [["Hi", " \n"], {}, "input[1] holds a blank text"],
    [{}, {}, "input has nothing to assess"],
    [{ images: [] }, {}, "input has nothing to assess"],
    [{ images: "a.png" }, {}, "input.images is string"],
    [{ txt: "Hi" }, {}, "input does not know the option txt: give text, images"],
    [{ text: 7 }, {}, "input holds number"],
    [null, {}, "input is null"],
    [7, {}, "input is number"],
    [Object.assign(["Hi"], { 2: "Ho" }), {}, "input[1] is undefined"],
    [{ images: Array(1) }, {}, "input.images[0] is undefined"],
    ["Hi", { source: "INPUT" }, 'source is "INPUT"'],
    ["Hi", { outputScope: "all" }, 'outputScope is "all"'],
    ["Hi", { concurrency: 0 }, "concurrency is 0"],
    ["Hi", { threshold: 0.5 }, "threshold is for the scores of checks"],
    ["Hi", { model: "x" }, "moderate() does not know the option model"],
    ["Hi", { signal: {} }, "signal is object"],
    ["Hi", { maxRetries: -1 }, "maxRetries is -1"],
    ["Hi", { guardrail: "client1" }, 'guardrail is "client1"'],
    ["Hi", { guardrail: { id: "client1" } }, "guardrail does not know the option id"],
    ["Hi", { guardrail: { guardrailIdentifier: "other" } }, "guardrail has no guardrailVersion"],
    ["Hi", { guardrail: { guardrailIdentifier: "a b", guardrailVersion: "1" } }, 'guardrailIdentifier is "a b"'],
    ["Hi", { guardrail: { guardrailVersion: "one" } }, 'guardrailVersion is "one"'],
  ])("%j with %j", async (input, options, message) => {
    // The wrong types are the point.
    const error = await failureOf(moderate(input as ModerationItem, options as ModerateOptions));
    expect([error.code, error.message]).toEqual(["ERR_INPUT", expect.stringContaining(message)]);
    expect(server().requests).toEqual([]);
  });

  test("a provider that does not moderate", async () => {
    const provider = { name: "other", chat: () => expect.unreachable(), stream: () => expect.unreachable() };
    const llm = createLLM({ provider }, testWorld(server()));
    expect(await failureOf(llm.moderate("Hi"))).toMatchObject({ code: "ERR_CAPABILITY" });
  });
});

test("a middleware sees the request, may change it, and may answer itself", async () => {
  const seen: unknown[] = [];
  const llm = createClient(server(), {
    ...CLIENT,
    middlewares: [
      {
        task: async (context, next) => {
          if (context.operation !== "moderate") return next();
          seen.push(context.request);
          return next({ ...context.request, text: "Which stocks should I buy?" });
        },
      },
    ],
  });
  expect(await llm.moderate("Hello", { headers: { "x-tag": "1" } })).toMatchObject({ flagged: true });
  expect(seen).toEqual([{ source: "input", text: "Hello", options: { headers: { "x-tag": "1" } } }]);
  expect(server().requests[0]?.headers["x-tag"]).toBe("1");
});

test.each([{}, [[]], { flagged: "no" }])(
  "what a middleware gives in place of a result is not taken for harmless: %j",
  async (given) => {
    // The wrong types are the point.
    const llm = createClient(server(), { ...CLIENT, middlewares: [{ task: () => Promise.resolve(given as never) }] });
    expect(await failureOf(llm.moderate("Hi"))).toMatchObject({ code: "ERR_RESPONSE" });
    const { code, results } = await failureOf(llm.moderate(["Hi", "Ho"]));
    expect([code, results]).toEqual(["ERR_RESPONSE", [undefined, undefined]]);
  },
);
