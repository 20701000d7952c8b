import { describe, expect, test } from "vitest";
import { createLLM, type LLM } from "../src/llm.ts";
import type { Provider } from "../src/provider.ts";
import { createClient, errorOf, failureOf, KEYS, MODEL, useServer } from "./support/bedrock.ts";

const server = useServer();
const create = (options: object): unknown => Reflect.apply(createLLM, undefined, [options]);

describe("createLLM", () => {
  test.each([
    [{ provider: "bedrock", bedrockRegoin: "us-east-1" }, /bedrockRegoin is no option: .*bedrockRegion/],
    [{ provider: "bedrock", a: 1, b: 2 }, /a, b/],
    [{ provider: "bedrock", toString: 1 }, /toString/],
    [{ provider: "openai" }, /provider is "openai"/],
    [{}, /provider is undefined/],
    [{ provider: null }, /provider is null/],
    [{ provider: "bedrock", maxRetries: -1 }, /maxRetries is -1/],
    [{ provider: "bedrock", maxRetries: 1.5 }, /maxRetries is 1.5/],
    [{ provider: "bedrock", maxRetries: "2" }, /maxRetries is 2/],
    [{ provider: "bedrock", maxToolCalls: -1 }, /maxToolCalls is -1/],
    [{ provider: "bedrock", middlewares: {} }, /middlewares is object/],
    [{ provider: "bedrock", timeouts: null }, /timeouts is null/],
    [{ provider: "bedrock", timeouts: 5000 }, /timeouts is 5000: give an object/],
    [{ provider: "bedrock", bedrockRegion: "nowhere" }, /bedrockRegion is "nowhere"/],
    [{ provider: "bedrock", bedrockEndpoint: "x" }, /bedrockEndpoint is no/],
    [{ provider: "bedrock", bedrockAccessKeyId: "x" }, /bedrockSecretAccessKey/],
    [{ provider: "bedrock", bedrockAuth: "basic" }, /bedrockAuth is "basic"/],
  ])("refuses %j where it is written", (options, told) => {
    const error = errorOf(() => create(options));
    expect(error).toMatchObject({ name: "ConfigurationError", code: "ERR_CONFIGURATION" });
    expect(error.message).toMatch(told);
  });

  test("knows every option", () => {
    const options = {
      provider: "bedrock",
      bedrockRegion: "us-east-1",
      bedrockAccessKeyId: KEYS.AWS_ACCESS_KEY_ID,
      bedrockSecretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY,
      bedrockSessionToken: undefined,
      bedrockCredentials: undefined,
      bedrockApiKey: undefined,
      bedrockAuth: "auto",
      bedrockEndpoint: "http://localhost",
      defaultChatModel: MODEL,
      maxRetries: 0,
      maxToolCalls: 3,
      middlewares: [{ request: (_: unknown, next: () => unknown) => next() }],
      timeouts: {},
      fetch,
      logger: {},
    };
    expect(() => create(options)).not.toThrow();
  });

  test("needs neither environment nor network", () => {
    expect(() => createLLM({ provider: "bedrock" })).not.toThrow();
  });

  test("takes a provider of one's own", async () => {
    const asked: unknown[] = [];
    const provider: Provider = {
      name: "mine",
      chat: (request) => {
        asked.push(request);
        const parts = [{ type: "text", text: "Hi" } as const];
        return Promise.resolve({ model: "m", parts, finishReason: "end_turn", warnings: [], metadata: {}, raw: {} });
      },
      stream: () => ({ next: () => Promise.reject(new Error("none")), return: () => undefined }),
    };
    const chat = createLLM({ provider }).chat("m").withTemperature(2);
    expect((await chat.ask("Hello")).content).toBe("Hi");
    expect(asked).toEqual([
      { model: "m", messages: [{ role: "user", content: "Hello" }], params: { temperature: 2 }, options: {} },
    ]);
    await expect(chat.stream("Hello").response()).rejects.toThrow("none");
    expect(chat.history).toHaveLength(2);
  });
});

describe("llm.chat", () => {
  test("takes the default model where none is named", async () => {
    const llm = createClient(server(), { defaultChatModel: "amazon.nova-lite-v1:0" });
    await llm.chat().ask("Hi");
    await llm.chat(MODEL).ask("Hi");
    expect(server().requests.map(({ modelId }) => modelId)).toEqual(["amazon.nova-lite-v1:0", MODEL]);
  });

  test("needs a model", () => {
    const error = errorOf(() => createClient(server()).chat());
    expect(error.code).toBe("ERR_CONFIGURATION");
    expect(error.message).toContain("defaultChatModel");
  });

  test("refuses what is no model id when it is asked, before anything is sent", async () => {
    await expect(createClient(server()).chat("../x y").ask("Hi")).rejects.toMatchObject({ code: "ERR_INPUT" });
    expect(server().requests).toHaveLength(0);
  });
});

describe("options that are no object", () => {
  const embedding = "amazon.titan-embed-text-v2:0";
  const job = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc";
  const invocation = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc";
  const call = (target: object, method: string, ...asked: unknown[]): unknown =>
    Reflect.apply(Reflect.get(target, method) as () => unknown, target, asked);
  const calls: readonly (readonly [name: string, run: (llm: LLM, given: unknown) => unknown])[] = [
    ["llm.chat", (llm, given) => call(llm, "chat", MODEL, given)],
    ["params", (llm, params) => call(llm, "chat", MODEL, { params })],
    ["ask", (llm, given) => call(llm.chat(MODEL), "ask", "Hi", given)],
    ["stream", (llm, given) => call(llm.chat(MODEL), "stream", "Hi", given)],
    ["withRequestOptions", (llm, given) => call(llm.chat(MODEL), "withRequestOptions", given)],
    ["withTools", (llm, given) => call(llm.chat(MODEL), "withTools", [], given)],
    ["withSchema", (llm, given) => call(llm.chat(MODEL), "withSchema", { type: "object" }, given)],
    ["paint", (llm, given) => call(llm, "paint", "A city", given)],
    ["embed", (llm, given) => call(llm, "embed", "Hi", given)],
    ["embedStream", (llm, given) => call(call(llm, "embedStream", ["Hi"], given) as object, "next")],
    ["moderate", (llm, given) => call(llm, "moderate", "Hi", given)],
    ["rerank", (llm, given) => call(llm, "rerank", "Hi", ["Hello"], given)],
    ["countTokens", (llm, given) => call(llm, "countTokens", llm.chat(embedding), given)],
    ["invoke", (llm, given) => call(llm, "invoke", MODEL, {}, given)],
    ["video", (llm, given) => call(llm, "video", "A city", given)],
    ["batch.submit", (llm, given) => call(llm.batch, "submit", ["Hi"], given)],
    ["batch.get", (llm, given) => call(llm.batch, "get", job, given)],
    ["batch.list", (llm, given) => call(llm.batch, "list", given)],
    ["asyncInvocations.get", (llm, given) => call(llm.asyncInvocations, "get", invocation, given)],
    ["asyncInvocations.list", (llm, given) => call(llm.asyncInvocations, "list", given)],
    ["models.filter", (llm, given) => call(llm.models, "filter", given)],
    ["models.list", (llm, given) => call(llm.models, "list", given)],
    ["guardrails.list", (llm, given) => call(llm.guardrails, "list", given)],
    ["doctor", (llm, given) => call(llm, "doctor", given)],
  ];

  test.each(calls)("are refused by %s before anything is sent", async (_, run) => {
    for (const given of [null, 5, "abc", []]) {
      const error = await failureOf((async () => run(createClient(server()), given))());
      expect(error).toMatchObject({ name: "InputError", code: "ERR_INPUT" });
      expect(error.message).toMatch(/(options|params) is .*: give an object/);
    }
    expect(server().requests).toHaveLength(0);
  });

  test("are refused by createLLM", () => {
    for (const given of [null, undefined, 5, "abc", []]) {
      const error = errorOf(() => Reflect.apply(createLLM, undefined, [given]));
      expect(error).toMatchObject({ name: "ConfigurationError", code: "ERR_CONFIGURATION" });
    }
  });

  test("do not hide a misspelt one where there is little to set", async () => {
    const { batch, asyncInvocations } = createClient(server());
    const misspelt: object = { singal: undefined };
    for (const asked of [batch.get(job, misspelt), asyncInvocations.get(invocation, misspelt)]) {
      expect((await failureOf(asked)).message).toContain("singal");
    }
  });
});
