import type { StreamStep } from "@node-llm/bedrock-local";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { Chat } from "../../src/chat/chat.ts";
import { SchemaError } from "../../src/errors.ts";
import type { JsonObject, JsonValue } from "../../src/types/json.ts";
import { bodyOf, createClient, errorOf, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { close, collect, metadata, openTool, start, stop, textAnswer, toolInput, USAGE } from "../support/events.ts";
import {
  answer as answerOf,
  script as scriptBlocks,
  take as takeTurn,
  WAYS,
  type Block,
  type Way,
} from "../support/turns.ts";

const server = useServer();

const NATIVE = MODEL;
const TOOL = "us.amazon.nova-lite-v1:0";
const PROMPT = "us.meta.llama3-3-70b-instruct-v1:0";
const citySchema: JsonObject = {
  type: "object",
  properties: { name: { type: "string" }, people: { type: "integer", minimum: 1 } },
  required: ["name", "people"],
};
const ROME = { name: "Rome", people: 2_800_000 };
const CALL = { id: "t0", name: "answer", input: ROME };

/** Scripts one answer per request: its text, or its blocks. */
function script(way: Way, ...answers: (string | readonly Block[])[]): void {
  const blocks = answers.map((answer) => (typeof answer === "string" ? [answer] : answer));
  scriptBlocks(server(), way, ...blocks);
}

/** A text in pieces of 7 characters. */
const pieces = (whole: string): string[] => whole.match(/[\s\S]{1,7}/g) ?? [];

const chatWith = (model: string = NATIVE): Chat => createClient(server()).chat(model);

const take = <Data>(way: Way, chat: Chat<Data>) => takeTurn(way, chat, "Which city?");

const failure = async (promise: Promise<unknown>): Promise<SchemaError> => {
  const error = await failureOf(promise);
  if (!(error instanceof SchemaError)) throw error;
  return error;
};

const schemas = {
  "JSON Schema": (chat: Chat) => chat.withSchema(citySchema),
  zod: (chat: Chat) => chat.withSchema(z.object({ name: z.string(), people: z.int().min(1) })),
  valibot: (chat: Chat) =>
    chat.withSchema(
      toStandardJsonSchema(v.object({ name: v.string(), people: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
    ),
  arktype: (chat: Chat) => chat.withSchema(type({ name: "string", people: "number.integer >= 1" })),
};

describe.each(WAYS)("withSchema, by %s", (way) => {
  describe.each(Object.entries(schemas))("and %s", (_, withSchema) => {
    test("gives the data of an answer that fits", async () => {
      script(way, JSON.stringify(ROME));
      const response = await take(way, withSchema(chatWith()));
      expect(response.data).toEqual(ROME);
      expect(response.content).toBe(JSON.stringify(ROME));
    });

    test("fails on an answer that does not fit, and says where", async () => {
      script(way, '{"name":"Rome","people":0}');
      const error = await failure(take(way, withSchema(chatWith())));
      expect(error.issues).toEqual([{ path: "people", message: expect.any(String) as unknown }]);
      expect(error.message).toContain("people");
    });
  });

  test("asks natively where the model takes it", async () => {
    script(way, JSON.stringify(ROME));
    await take(way, chatWith(NATIVE).withSchema(citySchema, { name: "city", description: "A city." }));
    expect(bodyOf(server())).toEqual({
      messages: [{ role: "user", content: [{ text: "Which city?" }] }],
      outputConfig: {
        textFormat: {
          type: "json_schema",
          structure: {
            jsonSchema: { name: "city", description: "A city.", schema: expect.stringMatching(/"people"/) as unknown },
          },
        },
      },
    });
  });

  test.each<[string, JsonObject, object, object]>([
    ["the schema's own description", { description: "A city." }, {}, { description: "A city." }],
    ["the option over it", { description: "A city." }, { description: "A town." }, { description: "A town." }],
    ["none where the schema's is blank", { description: " \n" }, {}, {}],
    ["none where the schema's is no text", { description: 5 }, {}, {}],
  ])("says what the answer is for: %s", async (_, own, options, described) => {
    script(way, JSON.stringify(ROME));
    await take(way, chatWith(NATIVE).withSchema({ ...citySchema, ...own }, { name: "city", ...options }));
    expect(bodyOf(server())["outputConfig"]).toEqual({
      textFormat: {
        type: "json_schema",
        structure: { jsonSchema: { name: "city", ...described, schema: expect.any(String) as unknown } },
      },
    });
  });

  test("reads the arguments of a tool where the model takes no schema, and keeps them as text", async () => {
    script(way, [CALL], JSON.stringify(ROME));
    const chat = chatWith(TOOL).withSchema(citySchema);
    const response = await take(way, chat);
    expect(response).toMatchObject({
      data: ROME,
      content: JSON.stringify(ROME),
      finishReason: "end_turn",
      toolCalls: [],
    });
    expect(chat.history.at(-1)).toEqual({ role: "assistant", content: [{ type: "text", text: JSON.stringify(ROME) }] });
    expect(bodyOf(server())).toMatchObject({ toolConfig: { toolChoice: { tool: { name: "answer" } } } });
    await take(way, chat.withSchema(null));
    expect(bodyOf(server())).not.toHaveProperty("toolConfig");
  });

  test("takes a tool's model at its word when it answers by text instead", async () => {
    script(way, `Sure: ${JSON.stringify(ROME)}`);
    expect((await take(way, chatWith(TOOL).withSchema(citySchema))).data).toEqual(ROME);
  });

  test.each([
    ["alone", JSON.stringify(ROME)],
    ["in a fence", `\`\`\`json\n${JSON.stringify(ROME, null, 2)}\n\`\`\``],
    ["in a fence between words", `Here is {the city}:\n\`\`\`\n${JSON.stringify(ROME)}\n\`\`\`\nAnything else?`],
    ["between words", `The city (see "{Rome}") is ${JSON.stringify(ROME)}. It is {big}.`],
  ])("finds JSON %s where the model can only be told", async (_, answer) => {
    script(way, answer);
    const response = await take(way, chatWith(PROMPT).withSchema(citySchema));
    expect(response).toMatchObject({ data: ROME, content: answer });
    expect(bodyOf(server())).toMatchObject({ system: [{ text: expect.stringContaining('"people"') as unknown }] });
  });

  test.each([
    ["none at all", "I do not know."],
    ["one that is broken", '{"name":"Rome","people":}'],
    ["one within another that has no end", 'All: {"cities":[{"name":"Rome","people":1},{"name":'],
    ["one within another that is broken", '{"cities": [{"name":"Rome","people":1}] oops}'],
  ])("fails where the answer holds no JSON object but %s", async (_, answer) => {
    script(way, answer);
    const error = await failure(take(way, chatWith(PROMPT).withSchema(citySchema)));
    expect(error).toMatchObject({ code: "ERR_SCHEMA", text: answer, retryable: false });
    expect(error.issues?.[0]?.message).toContain("JSON object");
  });

  const A: JsonObject = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
  const bare = { ...A, required: [] };
  test.each<[string, JsonObject, string, unknown]>([
    ["before it", A, 'For example {"a":0} would be wrong. Final: {"a":1}', { a: 1 }],
    ["before it in a fence", A, '```\n{"a":0}\n```\nNo:\n```json\n{"a":1}\n```\nNot {"a":2}.', { a: 1 }],
    ["before it, without an end", A, 'A set is { now. So {x ", then [a. It is {"a":1}', { a: 1 }],
    ["behind it, and does not fit", A, 'It is {"a":1}, not {"a":"1"} or {"b":2}', { a: 1 }],
    ["behind it, empty", bare, 'It is {"a":1}, I left no {} open [].', { a: 1 }],
    ["a list behind it", { type: "array", items: { type: "integer" } }, '{"value":[3,4]} as in [1].', [3, 4]],
    ["a list without its wrapper", { type: "array", items: { type: "integer" } }, "In [2] I read: [3, 4]", [3, 4]],
  ])("takes the answer where there is other JSON: %s", async (_, schema, answer, data) => {
    script(way, answer);
    expect((await take(way, chatWith(PROMPT).withSchema(schema))).data).toEqual(data);
  });

  test.each(['[{"a":1},{"a":2}]', 'One of [{"a":1},{"a":2}]', 'Here: [{"a":1},{"a":'])(
    "takes nothing out of a list where one object is wanted: %s",
    async (answer) => {
      script(way, answer);
      expect(await failure(take(way, chatWith(PROMPT).withSchema(A)))).toMatchObject({ text: answer });
    },
  );

  test.each(['My first draft was {"a":1}, but that is wrong.', 'Like {"a":', '{"a":7}', "In JSON:\n```\n"])(
    "takes the arguments of the tool, not what was said before: %s",
    async (draft) => {
      script(way, [draft, { ...CALL, input: { a: 3 } }]);
      expect((await take(way, chatWith(TOOL).withSchema(A))).data).toEqual({ a: 3 });
    },
  );

  test.each<[string, readonly string[]]>([
    ["in its text", ['Draft: {"a":1}. ```\n{"a":2}\n``` So: {"a":']],
    ["in the arguments", ['{"a":1}', '{"a":']],
  ])("takes no draft where the answer itself was cut off: %s", async (_, texts) => {
    server().enqueue(answerOf(way, texts, "max_tokens"));
    const error = await failure(take(way, chatWith(PROMPT).withSchema(A)));
    expect(error.message).toContain("max_tokens");
  });

  test("tells what is wrong with the likeliest answer, and looks at a few only", async () => {
    const fit = '{"a":1}';
    script(way, `${fit} ${'{"a":"no"} '.repeat(15)}{"a":null}`, `${fit} ${'{"a":"no"} '.repeat(15)}`);
    const chat = chatWith(PROMPT).withSchema(A);
    expect((await failure(take(way, chat))).issues).toEqual([{ path: "a", message: "must be integer, not null" }]);
    expect((await take(way, chat)).data).toEqual({ a: 1 });
  });

  test.each<[string, z.ZodType, string, unknown]>([
    ["nothing", z.string().nullable(), '{"value":null}', null],
    ["nothing, without its wrapper", z.string().nullable(), "null", null],
    [
      "an object with a member of the wrapper's name",
      z.union([z.object({ value: z.number(), unit: z.string() }), z.object({ error: z.string() })]),
      '{"value":3,"unit":"m"}',
      { value: 3, unit: "m" },
    ],
  ])("the answer may be %s", async (_, schema, answer, data) => {
    script(way, answer);
    expect((await take(way, chatWith(PROMPT).withSchema(schema))).data).toEqual(data);
  });

  test("a pattern that JavaScript does not know is told, and not checked", async () => {
    script(way, '{"a":"b"}');
    const schema = { type: "object", properties: { a: { type: "string", pattern: "(?i)^abc$" } } };
    expect((await take(way, chatWith(PROMPT).withSchema(schema))).data).toEqual({ a: "b" });
    expect(JSON.stringify(bodyOf(server()))).toContain("(?i)^abc$");
  });

  test("an error loses nothing of the answer, and changes no history", async () => {
    script(way, '{"name":5}');
    const chat = chatWith().withSchema(citySchema);
    const before = chat.history;
    const error = await failure(take(way, chat));
    expect(error).toMatchObject({
      text: '{"name":5}',
      issues: [
        { path: "people", message: "is missing" },
        { path: "name", message: "must be string, not number" },
      ],
      model: MODEL,
      requestId: expect.any(String) as unknown,
      partial: {
        content: '{"name":5}',
        finishReason: "end_turn",
        usage: USAGE,
        parts: [{ type: "text", text: '{"name":5}' }],
      },
    });
    expect(chat.history).toBe(before);
    expect(chat.totalUsage).toEqual(USAGE);
  });

  test.each([
    ["max_tokens", '{"name":"Ro', "raise maxTokens"],
    ["model_context_window_exceeded", '{"name":"Ro', "shorten the conversation"],
    ["guardrail_intervened", "I cannot say.", "guardrail"],
    ["content_filtered", "", "filtered"],
  ])("says when the answer stopped by %s, and does not ask again", async (reason, answer, advice) => {
    server().enqueue(answerOf(way, [answer || " "], reason));
    const error = await failure(take(way, chatWith().withSchema(citySchema, { repair: 1 })));
    expect(error.message).toContain(advice);
    expect(error.partial?.finishReason).toBe(reason);
    expect(server().requests).toHaveLength(1);
  });

  test("a tool's arguments that were cut are told as text", async () => {
    if (way === "ask") return;
    server().enqueue({
      events: [start, openTool("t", "answer"), toolInput('{"name":"Ro'), close(), stop("max_tokens"), metadata()],
    });
    const error = await failure(take(way, chatWith(TOOL).withSchema(citySchema)));
    expect(error).toMatchObject({ text: '{"name":"Ro', message: expect.stringContaining("max_tokens") as unknown });
  });

  describe("repair", () => {
    test("tells the model what is wrong, and takes the next answer", async () => {
      script(way, '{"name":"Rome","people":0}', JSON.stringify(ROME));
      const chat = chatWith().withSchema(citySchema, { repair: 1 });
      const response = await take(way, chat);
      expect(response.data).toEqual(ROME);
      expect(response.usage?.totalTokens).toBe(2 * USAGE.totalTokens);
      expect(bodyOf(server())["messages"]).toEqual([
        { role: "user", content: [{ text: "Which city?" }] },
        { role: "assistant", content: [{ text: '{"name":"Rome","people":0}' }] },
        { role: "user", content: [{ text: expect.stringContaining("people: must be at least 1") as unknown }] },
      ]);
      expect(chat.history).toHaveLength(4);
    });

    test("goes on as often as it was set, and then fails", async () => {
      script(way, "one", "two", "three");
      const chat = chatWith().withSchema(citySchema, { repair: 2 });
      const error = await failure(take(way, chat));
      expect(server().requests).toHaveLength(3);
      expect(error.text).toBe("three");
      expect(error.partial?.messages).toHaveLength(5);
      expect(chat.history).toHaveLength(0);
    });
  });

  test("a schema that is no object is asked for as one, and its value is given", async () => {
    const list = z.array(z.object({ name: z.string() }));
    script(way, '{"value":[{"name":"Rome"}]}', '[{"name":"Oslo"}]');
    const chat = chatWith().withSchema(list);
    expect((await take(way, chat)).data).toEqual([{ name: "Rome" }]);
    expect(JSON.stringify(bodyOf(server()))).toContain('\\"required\\":[\\"value\\"]');
    // A model that leaves the wrapper out is understood, too.
    expect((await take(way, chat)).data).toEqual([{ name: "Oslo" }]);
    script(way, 'Here:\n```json\n[{"name":"Bonn"}]\n```');
    expect((await take(way, chat)).data).toEqual([{ name: "Bonn" }]);
  });

  test("an answer is what the schema makes of it", async () => {
    script(way, '{"at":"2026-01-02"}');
    const schema = z.object({ at: z.iso.date().transform((day) => new Date(day)), unit: z.string().default("m") });
    expect((await take(way, chatWith().withSchema(schema))).data).toEqual({ at: new Date("2026-01-02"), unit: "m" });
  });

  test.each([NATIVE, TOOL])("works with other tools: %s", async (model) => {
    const asked: unknown[] = [];
    const search = {
      name: "search",
      schema: { type: "object", properties: { q: { type: "string" } } },
      execute: (args: unknown) => {
        asked.push(args);
        return "Rome: 2800000";
      },
    };
    const final = model === TOOL ? [CALL] : JSON.stringify(ROME);
    script(way, [{ id: "t1", name: "search", input: { q: "Rome" } }], final);
    const chat = chatWith(model).withTools([search]).withSchema(citySchema);
    const response = await take(way, chat);
    expect(asked).toEqual([{ q: "Rome" }]);
    expect(response.data).toEqual(ROME);
    expect(chat.history.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
  });

  test("hands back calls that the caller makes itself, without data", async () => {
    script(way, [{ id: "t1", name: "search", input: { q: "Rome" } }]);
    const chat = chatWith()
      .withTools([{ name: "search" }])
      .withSchema(citySchema);
    const response = await take(way, chat);
    expect(response.toolCalls).toHaveLength(1);
    expect(response.data).toBeUndefined();
  });

  test("works with thinking: the model is not made to call the tool", async () => {
    const map: JsonObject = { type: "object", additionalProperties: { type: "number" } };
    script(way, [{ ...CALL, input: { a: 1 } }]);
    const chat = chatWith().withThinking({ budget: 2048 }).withMaxTokens(8000).withSchema(map);
    expect((await take(way, chat)).data).toEqual({ a: 1 });
    const { toolConfig, system } = bodyOf(server());
    expect(toolConfig).not.toHaveProperty("toolChoice");
    expect(JSON.stringify(system)).toContain("tool answer");
  });

  test("the local Bedrock's own model fills the schema, in every mode", async () => {
    for (const [model, mode] of [
      [NATIVE, "native"],
      [TOOL, "tool"],
      [PROMPT, "prompt"],
    ] as const) {
      const response = await take(way, chatWith(model).withSchema(citySchema, { mode }));
      expect(response.data, `mode ${mode}`).toEqual({
        name: expect.any(String) as unknown,
        people: expect.any(Number) as unknown,
      });
    }
  });

  test("a fork keeps the schema, and `null` takes it away", async () => {
    script(way, JSON.stringify(ROME), "Hello");
    const chat = chatWith().withSchema(citySchema);
    expect((await take(way, chat.fork())).data).toEqual(ROME);
    const response = await take(way, chat.withSchema(null));
    expect(response.data).toBeUndefined();
    expect(bodyOf(server())).not.toHaveProperty("outputConfig");
  });
});

describe("streams with a schema", () => {
  const byTool = [openTool("t", "answer"), ...pieces(JSON.stringify(ROME)).map((piece) => toolInput(piece)), close()];
  test.each<[string, string, StreamStep[], string]>([
    ["native", NATIVE, textAnswer(...pieces(JSON.stringify(ROME))), JSON.stringify(ROME)],
    ["tool", TOOL, [start, ...byTool, stop("tool_use"), metadata()], JSON.stringify(ROME)],
    ["prompt", PROMPT, textAnswer(...pieces(`Here: ${JSON.stringify(ROME)}!`)), `Here: ${JSON.stringify(ROME)}!`],
  ])("show the data so far: %s", async (_, model, events, whole) => {
    server().enqueue({ events });
    const seen: unknown[] = [];
    let content = "";
    for await (const chunk of chatWith(model).withSchema(citySchema).stream("Which city?")) {
      content += chunk.content;
      expect(["text", "data", "finish"]).toContain(chunk.type);
      if (chunk.type === "data") seen.push(structuredClone(chunk.data));
    }
    expect(content).toBe(whole);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual(ROME);
    const names = seen.map((data) => (data as { name?: string }).name ?? "");
    for (const name of names) expect(ROME.name.startsWith(name)).toBe(true);
  });

  test("show the data of a schema that is no object without its wrapper", async () => {
    server().enqueue({ events: textAnswer(...pieces('{"value":["a","bcdefghijk"]}')) });
    const chunks = await collect(
      chatWith()
        .withSchema({ type: "array", items: { type: "string" } })
        .stream("Which?"),
    );
    const data = chunks.flatMap((chunk) => (chunk.type === "data" ? [chunk.data] : []));
    expect(data.length).toBeGreaterThan(1);
    for (const each of data) expect(Array.isArray(each)).toBe(true);
    expect(data.at(-1)).toEqual(["a", "bcdefghijk"]);
  });

  const list: JsonObject = { type: "array", items: { type: "integer" } };
  test.each<[string, JsonObject, string, unknown[]]>([
    ["an object", citySchema, '{"name":"a"} is no city. {"name":"Rome"}, see [1].', [{ name: "a" }, { name: "Rome" }]],
    ["a list", list, 'See [9]. {"value":[1,2]}, see [3].', [[9], [1, 2]]],
    ["a list without its wrapper", list, "So: [1, 2].", [[1, 2]]],
    ["a text", { type: "string" }, 'See [9]. {"value":"a"}', ["a"]],
  ])("show the last JSON that may be the answer: %s", async (_, schema, text, wanted) => {
    server().enqueue({ events: textAnswer(...pieces(text)) });
    const seen: unknown[] = [];
    const stream = chatWith(PROMPT).withSchema(schema).stream("?");
    try {
      for await (const chunk of stream) if (chunk.type === "data" && !seen.includes(chunk.data)) seen.push(chunk.data);
    } catch (error) {
      expect(error).toBeInstanceOf(SchemaError);
    }
    expect(seen.filter((data) => data !== "")).toEqual(wanted);
  });

  test("begin again with each answer of a turn", async () => {
    script("stream", '{"name":"Rome","people":0}', JSON.stringify(ROME));
    const chunks = await collect(chatWith().withSchema(citySchema, { repair: 1 }).stream("Which city?"));
    expect(chunks.at(-1)?.type).toBe("finish");
    expect(chunks.filter(({ type }) => type === "finish")).toHaveLength(1);
    expect(chunks.flatMap((chunk) => (chunk.type === "data" ? [chunk.data] : [])).at(-1)).toEqual(ROME);
  });
});

describe("withSchema refuses", () => {
  const deepSchema = (): JsonObject => {
    let schema: JsonObject = { type: "string" };
    for (let depth = 0; depth < 50_000; depth++) schema = { items: schema };
    return schema;
  };
  test.each<[string, (chat: Chat) => unknown, RegExp]>([
    ["a schema that is none", (chat) => Reflect.apply(chat.withSchema, chat, ["city"]), /The schema is string/],
    ["no schema at all", (chat) => Reflect.apply(chat.withSchema, chat, [undefined]), /The schema is undefined/],
    ["a list of schemas", (chat) => Reflect.apply(chat.withSchema, chat, [[citySchema]]), /The schema is object/],
    ["a class", (chat) => chat.withSchema(class City {} as object), /The schema is function/],
    ["a function", (chat) => chat.withSchema((() => citySchema) as object), /The schema is function/],
    ["one that is too deep", (chat) => chat.withSchema(deepSchema()), /too deep/],
    ["a name that Bedrock does not take", (chat) => chat.withSchema(citySchema, { name: "a b" }), /name is "a b"/],
    ["a blank description", (chat) => chat.withSchema(citySchema, { description: " " }), /description/],
    ["a mode that is none", (chat) => chat.withSchema(citySchema, { mode: "json" as "auto" }), /mode is "json"/],
    [
      "a mode with more to it",
      (chat) => chat.withSchema(citySchema, { mode: "my-tool" as "auto" }),
      /mode is "my-tool"/,
    ],
    ["a repair that is no count", (chat) => chat.withSchema(citySchema, { repair: 1.5 }), /repair is 1.5/],
    ["an option that is none", (chat) => chat.withSchema(citySchema, { strict: true } as object), /strict is no/],
  ])("%s", (_, use, message) => {
    const error = errorOf(() => use(chatWith()));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringMatching(message) as unknown });
  });

  test("a mode that the model cannot do, before anything is sent", async () => {
    const error = await failureOf(chatWith(TOOL).withSchema(citySchema, { mode: "native" }).ask("Which city?"));
    expect(error.code).toBe("ERR_CAPABILITY");
    expect(server().requests).toHaveLength(0);
  });

  test("nothing of a schema that changes later: it is a copy that counts", async () => {
    const properties: Record<string, JsonObject> = { name: { type: "string" }, people: { type: "integer" } };
    const chat = chatWith().withSchema({ ...citySchema, properties });
    properties["name"] = { type: "number" };
    script("ask", JSON.stringify(ROME));
    expect((await chat.ask("Which city?")).data).toEqual(ROME);
  });
});

test("the data has the type of the schema", () => {
  interface City {
    name: string;
    people: number;
  }
  const city = z.object({ name: z.string(), people: z.int() });
  // Only type-checked, never run.
  const check = async (chat: Chat): Promise<void> => {
    const byZod = chat.withSchema(city, { repair: 1 });
    expectTypeOf((await byZod.ask("?")).data).toEqualTypeOf<City>();
    expectTypeOf((await byZod.stream("?").response()).data).toEqualTypeOf<City>();
    expectTypeOf((await byZod.withTemperature(0).fork().ask("?")).data).toEqualTypeOf<City>();
    expectTypeOf((await schemas.valibot(chat).ask("?")).data).toEqualTypeOf<City>();
    expectTypeOf((await schemas.arktype(chat).ask("?")).data).toEqualTypeOf<City>();
    expectTypeOf((await chat.withSchema<City>(citySchema).ask("?")).data).toEqualTypeOf<City>();
    expectTypeOf((await chat.withSchema(citySchema).ask("?")).data).toEqualTypeOf<JsonValue>();
    expectTypeOf((await byZod.withSchema(null).ask("?")).data).toEqualTypeOf<undefined>();
    expectTypeOf((await chat.ask("?")).data).toEqualTypeOf<undefined>();
    // @ts-expect-error valibot alone cannot tell its JSON Schema
    chat.withSchema(v.object({}));
    // @ts-expect-error a mode that is none
    chat.withSchema(city, { mode: "json" });
    // @ts-expect-error an option that is none
    chat.withSchema(city, { strict: true });
    // @ts-expect-error a type beside a schema that has one
    chat.withSchema<City>(city);
  };
  expectTypeOf(check).toBeFunction();
});
