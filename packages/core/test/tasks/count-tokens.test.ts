import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createLLM } from "../../src/llm.ts";
import type { CountTokensInput } from "../../src/tasks/count-tokens.ts";
import { bodyOf, createClient, failureOf, MODEL, testWorld, useServer } from "../support/bedrock.ts";
import { createPng, PDF } from "../support/media-files.ts";
import { createWeather } from "../support/weather.ts";

const server = useServer();
const COUNTING = "anthropic.claude-sonnet-4-20250514-v1:0";
const counted = (inputTokens: number) =>
  ({ status: 200, body: { inputTokens }, match: { operation: "CountTokens" } }) as const;
const refused = (message: string) =>
  ({ error: "ValidationException", message, match: { operation: "CountTokens" } }) as const;
const CANNOT = "The provided model doesn't support counting tokens.";

const folder = mkdtempSync(join(tmpdir(), "count-tokens-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an exact count", () => {
  test("comes from the model itself, by its id without the profile's prefix", async () => {
    server().enqueue(counted(12));
    const result = await createClient(server()).countTokens("Hello there", { model: `us.${COUNTING}` });
    expect(result).toEqual({
      model: `us.${COUNTING}`,
      inputTokens: 12,
      isExact: true,
      requestId: server().requests[0]?.id,
      warnings: [],
    });
    expect(server().requests[0]).toMatchObject({
      operation: "CountTokens",
      path: `/model/${encodeURIComponent(COUNTING)}/count-tokens`,
      json: { input: { converse: { messages: [{ role: "user", content: [{ text: "Hello there" }] }] } } },
    });
  });

  test.each([
    ["arn:aws:bedrock:us-west-2::foundation-model/" + COUNTING, undefined, COUNTING],
    ["arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc", `eu.${COUNTING}`, COUNTING],
    [
      "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghijkl",
      undefined,
      "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghijkl",
    ],
  ])("of the ARN %s is asked for in its region", async (model, baseModel, asked) => {
    server().enqueue(counted(3));
    const result = await createClient(server()).countTokens("Hello", { model, baseModel });
    expect(result).toMatchObject({ model, inputTokens: 3, isExact: true });
    expect(server().requests[0]?.path).toBe(`/model/${encodeURIComponent(asked)}/count-tokens`);
    expect(server().requests[0]?.headers["authorization"]).toContain("/us-west-2/bedrock/");
  });

  test("is of what would be sent: instructions, history, tools, thinking and the question", async () => {
    const chat = createClient(server())
      .chat(`us.${COUNTING}`, {
        messages: [
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Hello!" },
        ],
      })
      .withInstructions("Be brief.")
      .withTools([createWeather()])
      .withThinking({ budget: 2048 })
      .withMaxTokens(4096);
    server().enqueue(counted(400));
    await createClient(server()).countTokens(chat, { question: "What is the weather in Paris?" });
    const { input } = bodyOf(server());
    await chat.ask("What is the weather in Paris?").catch(() => {});
    const { messages, system, toolConfig, additionalModelRequestFields } = bodyOf(server(), 1);
    expect([messages, system, toolConfig, additionalModelRequestFields]).not.toContain(undefined);
    expect(input).toEqual({ converse: { messages, system, toolConfig, additionalModelRequestFields } });
  });

  test("reads what is a path, and takes attachments", async () => {
    const path = join(folder, "photo.png");
    writeFileSync(path, createPng());
    const chat = createClient(server()).chat(COUNTING);
    server().enqueue(counted(90), counted(91));
    const options = { question: "What is this?", images: [path], files: [PDF] };
    expect(await createClient(server()).countTokens(chat, options)).toMatchObject({ inputTokens: 90 });
    expect(bodyOf(server())).toMatchObject({
      input: {
        converse: {
          messages: [
            {
              role: "user",
              content: [
                { image: { format: "png", source: { bytes: createPng().toString("base64") } } },
                { document: { format: "pdf" } },
                { text: "What is this?" },
              ],
            },
          ],
        },
      },
    });
    expect(chat.history).toEqual([]);
    chat.add("user", [
      { type: "image", source: path },
      { type: "text", text: "And this?" },
    ]);
    expect(await createClient(server()).countTokens(chat)).toMatchObject({ inputTokens: 91 });
  });

  test("takes a conversation as plain data, and what chat.toJSON() gave", async () => {
    server().enqueue(counted(20), counted(21));
    const llm = createClient(server(), { defaultChatModel: COUNTING });
    const messages = [{ role: "user", content: "Hi" }] as const;
    await llm.countTokens({ messages, system: "Be brief.", tools: [createWeather()], toolChoice: "required" });
    expect(bodyOf(server())).toMatchObject({
      input: {
        converse: {
          system: [{ text: "Be brief." }],
          messages: [{ role: "user", content: [{ text: "Hi" }] }],
          toolConfig: { toolChoice: { any: {} } },
        },
      },
    });
    const saved = JSON.parse(JSON.stringify(llm.chat(MODEL, { messages }))) as CountTokensInput;
    expect(await llm.countTokens(saved)).toMatchObject({ model: MODEL, inputTokens: 21 });
  });

  test("of a chat may be asked of another model", async () => {
    server().enqueue(counted(20));
    const chat = createClient(server()).chat(MODEL).add("user", "Hi");
    expect(await createClient(server()).countTokens(chat, { model: COUNTING })).toMatchObject({ model: COUNTING });
    expect(server().requests[0]?.modelId).toBe(COUNTING);
  });

  test("of another model does not take over what stands behind the chat's", async () => {
    server().enqueue(counted(20), counted(20));
    const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
    const llm = createClient(server());
    const chat = llm.chat(arn, { baseModel: MODEL }).add("user", "Hi");
    await llm.countTokens(chat);
    await llm.countTokens(chat, { model: COUNTING });
    expect(server().requests.map(({ modelId }) => modelId)).toEqual([MODEL.replace("us.", ""), COUNTING]);
  });

  test("says that the schema of an answer is not in it", async () => {
    server().enqueue(counted(20));
    const chat = createClient(server()).chat(MODEL).withSchema({ type: "object", properties: {} }, { mode: "native" });
    expect(await createClient(server()).countTokens(chat, { question: "Hi" })).toMatchObject({
      inputTokens: 20,
      isExact: false,
      warnings: [{ code: "tokens_estimated", message: expect.stringContaining("schema") }],
    });
  });
});

describe("an estimate", () => {
  test.each([
    [CANNOT],
    ["The provided model identifier is invalid."],
    [`Invocation of model ID ${COUNTING} with on-demand throughput isn't supported.`],
  ])("is made, and says so, where Bedrock says: %s", async (message) => {
    server().enqueue(refused(message));
    const result = await createClient(server()).countTokens("Hello there", { model: MODEL });
    expect(result).toMatchObject({ model: MODEL, isExact: false });
    expect(result.warnings).toEqual([{ code: "tokens_estimated", message: expect.stringContaining(message) }]);
    expect(result.inputTokens).toBeGreaterThan(2);
    expect(result.inputTokens).toBeLessThan(20);
  });

  test("is made where the endpoint has no such operation, and for an id that is too long", async () => {
    server().enqueue({ error: "UnknownOperationException" });
    expect(await createClient(server()).countTokens("Hello", { model: MODEL })).toMatchObject({ isExact: false });
    const model = `arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/${"a".repeat(200)}`;
    expect(await createClient(server()).countTokens("Hello", { model })).toMatchObject({ isExact: false });
    expect(server().requests).toHaveLength(1);
  });

  test("names the media that it does not count", async () => {
    server().enqueue(refused(CANNOT));
    const result = await createClient(server()).countTokens("Hello", { model: MODEL, files: [PDF] });
    expect(result.warnings.at(-1)?.message).toContain("Not counted: document (pdf).");
  });

  test("is not made of other failures", async () => {
    server().enqueue({ error: "AccessDeniedException", message: "No." }, refused("messages: roles must alternate"));
    const llm = createClient(server());
    expect(await failureOf(llm.countTokens("Hello", { model: MODEL }))).toMatchObject({
      code: "ERR_FORBIDDEN",
      operation: "CountTokens",
      model: MODEL,
    });
    expect(await failureOf(llm.countTokens("Hello", { model: MODEL }))).toMatchObject({ code: "ERR_BAD_REQUEST" });
  });
});

test.each([{ tokens: 3 }, { inputTokens: "3" }, { inputTokens: -3 }, { inputTokens: 1.5 }])(
  "an answer without a count is an error: %j",
  async (body) => {
    server().enqueue({ status: 200, body });
    const error = await failureOf(createClient(server()).countTokens("Hello", { model: MODEL }));
    expect(error).toMatchObject({ code: "ERR_RESPONSE", operation: "CountTokens", status: 200 });
  },
);

describe("what cannot be counted fails before anything is sent", () => {
  test.each([
    ["", {}, "ERR_INPUT", "blank"],
    [{ messages: [] }, {}, "ERR_INPUT", "nothing to answer"],
    [{ message: [] }, {}, "ERR_INPUT", "does not know the option message"],
    [{ messages: [{ role: "user", content: [{ type: "image", source: "/etc/x.png" }] }] }, {}, "ERR_INPUT", "stored"],
    [null, {}, "ERR_INPUT", "The input is null"],
    [["Hi"], {}, "ERR_INPUT", "The input is array: give a text, a chat or { messages }"],
    ["Hi", { question: "What?" }, "ERR_INPUT", "question was given beside a text"],
    ["Hi", { modle: MODEL }, "ERR_INPUT", "modle"],
    ["Hi", { model: "no model!" }, "ERR_INPUT", 'The model is "no model!"'],
    ["Hi", { model: undefined }, "ERR_CONFIGURATION", "No model is set"],
    ["Hi", { files: [join(folder, "none.txt")] }, "ERR_MEDIA", "no such file"],
  ])("%j with %j", async (input, options, code, message) => {
    const llm = createClient(server());
    // The wrong types are the point.
    const error = await failureOf(llm.countTokens(input as string, { model: MODEL, ...options }));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(server().requests).toEqual([]);
  });

  test("a provider that does not count", async () => {
    const provider = { name: "other", chat: () => expect.unreachable(), stream: () => expect.unreachable() };
    const llm = createLLM({ provider, defaultChatModel: "x" }, testWorld(server()));
    expect(await failureOf(llm.countTokens("Hi"))).toMatchObject({ code: "ERR_CAPABILITY" });
  });
});

test("a middleware stands around it", async () => {
  server().enqueue(counted(7));
  const operations: string[] = [];
  const llm = createClient(server(), {
    defaultChatModel: MODEL,
    middlewares: [
      {
        task: (context, next) => {
          operations.push(context.operation);
          return next();
        },
      },
    ],
  });
  expect(await llm.countTokens("Hi", { headers: { "x-tag": "1" } })).toMatchObject({ inputTokens: 7 });
  expect(operations).toEqual(["count_tokens"]);
  expect(server().requests[0]?.headers["x-tag"]).toBe("1");
});
