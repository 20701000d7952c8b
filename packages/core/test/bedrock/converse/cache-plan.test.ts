import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planCache } from "../../../src/bedrock/converse/cache-plan.ts";
import { renderRequest } from "../../../src/bedrock/converse/request.ts";
import type { WireBlock, WireMessage, WireRequest } from "../../../src/bedrock/converse/wire.ts";
import { resolveKnownModel } from "../../../src/bedrock/known-models.ts";
import type { CacheConfig, ChatParams } from "../../../src/provider.ts";
import { objectOf, type JsonObject } from "../../../src/types/json.ts";
import type { ContentPart } from "../../../src/types/content.ts";
import type { Message } from "../../../src/types/message.ts";
import { bodyOf, createClient, MODEL, useServer } from "../../support/bedrock.ts";
import { close, converseResponse, metadata, start, stop, text } from "../../support/events.ts";

const CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"; // caches from 1,024 tokens, everywhere, for an hour
const NOVA = "amazon.nova-lite-v1:0"; // not in tools, and for 5 minutes
const NONE = "meta.llama3-70b-instruct-v1:0";

const LONG = "word ".repeat(1200);
const POINT = { cachePoint: { type: "default" } };
const HOUR = { cachePoint: { type: "default", ttl: "1h" } };
const TOOL = { toolSpec: { name: "f", inputSchema: { json: { type: "object" } } } };

const said = (text: string): WireBlock => ({ text });
const user = (...content: WireBlock[]): WireMessage => ({ role: "user", content });
const assistant = (...content: WireBlock[]): WireMessage => ({ role: "assistant", content });

function wire(over: Partial<WireRequest> = {}): WireRequest {
  return { system: [], messages: [user(said("Hi"))], rest: {}, ...over };
}

function plan(request: WireRequest, cache: CacheConfig = "auto", model = CLAUDE): WireRequest & { told: string[] } {
  const told: string[] = [];
  return { ...planCache(request, cache, resolveKnownModel(model), (code) => told.push(code)), told };
}

/** Where the points are, like `"system.1"`, with the ttl behind it. */
function pointsOf({ toolConfig, system, messages }: WireRequest): string[] {
  const sections: [string, readonly JsonObject[]][] = [
    ["tools", toolConfig?.tools ?? []],
    ["system", system],
    ...messages.map(({ content }, index): [string, readonly JsonObject[]] => [String(index), content]),
  ];
  return sections.flatMap(([name, blocks]) =>
    blocks.flatMap((block, index) => {
      const point = objectOf(block["cachePoint"]);
      return point ? [`${name}.${index}${point["ttl"] === undefined ? "" : ` ${String(point["ttl"])}`}`] : [];
    }),
  );
}

describe("cache points set by themselves", () => {
  test("stand behind the tools, the system prompt, and the last two user messages", () => {
    const request = wire({
      toolConfig: { tools: [{ toolSpec: { ...TOOL.toolSpec, description: LONG } }] },
      system: [said(LONG)],
      messages: [user(said("A")), assistant(said("B")), user(said("C")), assistant(said("D")), user(said("E"))],
    });
    expect(pointsOf(plan(request))).toEqual(["tools.1", "system.1", "2.1", "4.1"]);
    expect(pointsOf(plan(request, { ttl: "1h" }))).toEqual(["tools.1 1h", "system.1 1h", "2.1 1h", "4.1 1h"]);
    expect(pointsOf(plan(request, { ttl: "5m" }))).toEqual(["tools.1", "system.1", "2.1", "4.1"]);
  });

  test("are none without being asked for, and none where the model refuses them, which is told", () => {
    const request = wire({ system: [said(LONG)] });
    expect(planCache(request, undefined, resolveKnownModel(CLAUDE), () => expect.fail())).toBe(request);
    const refused = plan(request, "auto", NONE);
    expect(pointsOf(refused)).toEqual([]);
    expect(refused.told).toEqual(["cache_unsupported"]);
  });

  test("keep to the sections and the lives that the model has", () => {
    const request = wire({ toolConfig: { tools: [{ ...TOOL, big: LONG }] }, system: [said(LONG)] });
    const { told, ...planned } = plan(request, { ttl: "1h" }, NOVA);
    expect(pointsOf(planned)).toEqual(["system.1", "0.1"]);
    expect(told).toEqual(["cache_ttl_shortened"]);
  });

  test("need a prefix of the model's least size, at four characters a token", () => {
    const points = (characters: number): string[] => pointsOf(plan(wire({ system: [said("x".repeat(characters))] })));
    expect(points(1024 * 4)).toEqual(["system.1", "0.1"]);
    expect(points(1024 * 4 - 8)).toEqual(["0.1"]);
    expect(points(1024 * 4 - 20)).toEqual([]);
  });

  test("count a medium as 1,000 tokens, whatever its size", () => {
    const image = { image: { format: "png", source: { bytes: "A".repeat(1_000_000) } } };
    expect(pointsOf(plan(wire({ messages: [user(image, said("?"))] })))).toEqual([]);
    expect(pointsOf(plan(wire({ messages: [user(image, image, said("?"))] })))).toEqual(["0.3"]);
  });

  test.each<[string, WireBlock[], string[]]>([
    ["before a video", [said(LONG), { video: { format: "mp4" } }], ["0.1"]],
    [
      "before documents that become text",
      [said(LONG), { document: { format: "csv" } }, { document: { format: "txt" } }],
      ["0.1"],
    ],
    ["behind a PDF", [said(LONG), { document: { format: "pdf" } }], ["0.2"]],
    ["behind an image", [said(LONG), { image: { format: "png" } }], ["0.2"]],
    ["behind a tool result", [{ toolResult: { toolUseId: "t", content: [said(LONG)] } }], ["0.1"]],
    ["nowhere, where nothing may stand before it", [{ document: { format: "csv", name: LONG } }], []],
  ])("stand %s", (_, content, points) => {
    expect(pointsOf(plan(wire({ messages: [user(...content)] })))).toEqual(points);
  });

  test("stand before a question that is marked for the guardrail, as the next turn has it without mark", () => {
    const marked = user({ guardContent: { text: { text: "New" } } });
    const messages = [user(said(LONG)), assistant(said("A")), user(said("B")), assistant(said("C")), marked];
    expect(pointsOf(plan(wire({ messages })))).toEqual(["1.1", "3.1"]);
    const tools = [...messages, assistant({ toolUse: {} }), user({ toolResult: {} })];
    expect(pointsOf(plan(wire({ messages: tools })))).toEqual(["3.1", "6.1"]);
    expect(pointsOf(plan(wire({ messages: [marked] })))).toEqual([]);
    const thinking = [user(said(LONG)), assistant({ reasoningContent: {} }), marked];
    expect(pointsOf(plan(wire({ messages: thinking })))).toEqual([]);
  });
});

describe("cache points of the user", () => {
  const messages = [user(said(LONG)), assistant(said("B")), user(said("C"))];

  test("are kept, counted, and not doubled", () => {
    expect(pointsOf(plan(wire({ system: [said(LONG), POINT], messages })))).toEqual(["system.1", "0.1", "2.1"]);
    const full = wire({ system: [said(LONG), POINT, said("a"), POINT, said("b"), POINT, said("c")], messages });
    expect(pointsOf(plan(full))).toEqual(["system.1", "system.3", "system.5", "2.1"]);
    const four = wire({ system: [said(LONG), POINT, said("a"), POINT, said("b"), POINT, said("c"), POINT], messages });
    const { told: _, ...planned } = plan(four);
    expect(planned).toEqual(four);
  });

  test("set the lives of those between them", () => {
    const system = [said(LONG), POINT];
    const tools = { tools: [{ toolSpec: { ...TOOL.toolSpec, description: LONG } }] };
    expect(pointsOf(plan(wire({ toolConfig: tools, system, messages }), { ttl: "1h" }))).toEqual([
      "tools.1 1h",
      "system.1",
      "0.1",
      "2.1",
    ]);
    const late = [user(said(LONG)), assistant(said("B")), user(said("C"), HOUR, said("D"))];
    expect(pointsOf(plan(wire({ system: [said(LONG)], messages: late })))).toEqual([
      "system.1 1h",
      "0.1 1h",
      "2.1 1h",
      "2.3",
    ]);
  });
});

const block = fc.oneof(
  fc.constantFrom<WireBlock>(
    said(LONG),
    said("x"),
    { reasoningContent: { reasoningText: { text: "Hm", signature: "s" } } },
    { document: { format: "csv" } },
    { document: { format: "pdf" } },
    { video: { format: "mp4" } },
    { guardContent: { text: { text: "g" } } },
    { toolResult: { toolUseId: "t", content: [] } },
  ),
);
const turns = fc
  .array(fc.array(block, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 7 })
  .map((contents) => contents.map((content, index) => (index % 2 === 0 ? user(...content) : assistant(...content))));
const request = fc.record({
  system: fc.array(fc.constantFrom(said(LONG), said("s")), { maxLength: 2 }),
  tools: fc.array(fc.constantFrom(TOOL, { toolSpec: { ...TOOL.toolSpec, description: LONG } }), { maxLength: 2 }),
  messages: turns,
});
/** Points of the user: at most so many, none longer than one before it. */
const ownPoints = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.boolean()), { maxLength: 4 });

function withPoints(blocks: readonly WireBlock[], take: () => WireBlock | undefined): WireBlock[] {
  return blocks.flatMap((one) => {
    const point = one["reasoningContent"] === undefined && take();
    return point ? [one, point] : [one];
  });
}

function build(
  { system, tools, messages }: { system: WireBlock[]; tools: JsonObject[]; messages: WireMessage[] },
  points: readonly [number, boolean][],
): WireRequest {
  const at = new Set(points.map(([index]) => index));
  const longs = points.filter(([, isLong]) => isLong).length;
  let position = 0;
  let taken = 0;
  const take = (): WireBlock | undefined => (at.has(position++) ? (taken++ < longs ? HOUR : POINT) : undefined);
  return {
    ...(tools.length > 0 && { toolConfig: { tools: withPoints(tools, take) } }),
    system: withPoints(system, take),
    messages: messages.map((message) => ({ ...message, content: withPoints(message.content, take) })),
    rest: {},
  };
}

const isPoint = (one: JsonObject): boolean => one["cachePoint"] !== undefined;
const without = (blocks: readonly JsonObject[]): JsonObject[] => blocks.filter((one) => !isPoint(one));

test("whatever is asked, the points are such as Bedrock takes, and nothing else is changed", () => {
  const config = fc.constantFrom<CacheConfig>("auto", { ttl: "5m" }, { ttl: "1h" });
  fc.assert(
    fc.property(request, ownPoints, config, fc.constantFrom(CLAUDE, NOVA), (parts, points, cache, model) => {
      const before = build(parts, model === NOVA ? [] : points);
      const { told: _, ...after } = plan(before, cache, model);
      const sections = [after.toolConfig?.tools ?? [], after.system, ...after.messages.map(({ content }) => content)];
      const all = sections.flat().filter(isPoint);
      expect(all.length).toBeLessThanOrEqual(4);
      const lives = all.map((one) => objectOf(one["cachePoint"])?.["ttl"] ?? "5m");
      expect(lives).toEqual([...lives.filter((ttl) => ttl === "1h"), ...lives.filter((ttl) => ttl !== "1h")]);
      if (model === NOVA) expect((after.toolConfig?.tools ?? []).some(isPoint) || lives.includes("1h")).toBe(false);
      for (const blocks of sections) {
        blocks.forEach((one, index) => {
          const previous = blocks[index - 1];
          if (isPoint(one))
            expect(previous && !isPoint(previous) && previous["reasoningContent"] === undefined).toBe(true);
        });
      }
      expect(pointsOf(after)).toHaveLength(new Set(pointsOf(after)).size);
      expect(sections.map(without)).toEqual(
        [before.toolConfig?.tools ?? [], before.system, ...before.messages.map(({ content }) => content)].map(without),
      );
      const kept = sections.flat().length - all.length;
      expect(kept).toBe(sections.flatMap(without).length);
    }),
  );
});

test("the place that a request writes is a point of the next turn's request, too", () => {
  const plain = fc.array(fc.constantFrom(said(LONG), said("x")), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(plain, { minLength: 3, maxLength: 9 }), (contents) => {
      const all = contents.map((content, index) => (index % 2 === 0 ? user(...content) : assistant(...content)));
      const odd = all.length % 2 === 0 ? all.slice(0, -1) : all;
      const [now, next] = [odd.slice(0, -2), odd].map((messages) => pointsOf(plan(wire({ messages }))));
      const written = now?.at(-1);
      if (written !== undefined) expect(next).toContain(written);
    }),
  );
});

describe("cache_control", () => {
  const cache_control = { type: "ephemeral", ttl: "1h" } as const;

  test("sets a point behind system text, user text, tool definitions and tool results", () => {
    const system: ContentPart[] = [{ type: "text", text: "Rules", cache_control }];
    const messages: Message[] = [
      { role: "system", content: system },
      {
        role: "user",
        content: [
          { type: "text", text: "Long", cache_control },
          { type: "text", text: "Weather?" },
        ],
      },
      { role: "assistant", content: [{ type: "tool_call", id: "t1", name: "f", arguments: {} }] },
      {
        role: "tool",
        content: [{ type: "tool_result", id: "t1", content: "Sunny", cache_control: { type: "ephemeral" } }],
      },
    ];
    const tools = [{ name: "f", inputSchema: { type: "object" }, cache_control }];
    const { body } = renderRequest({ model: CLAUDE, messages, tools, params: {}, options: {} }, {}, false);
    expect(body).toMatchObject({
      toolConfig: { tools: [{ toolSpec: {} }, HOUR] },
      system: [{ text: "Rules" }, HOUR],
      messages: [
        { content: [{ text: "Long" }, HOUR, { text: "Weather?" }] },
        {},
        { content: [{ toolResult: {} }, POINT] },
      ],
    });
  });
});

test("cache_control sets a point behind images and documents, and never right behind one that is no PDF", () => {
  const cache_control = { type: "ephemeral" } as const;
  const content: ContentPart[] = [
    { type: "image", format: "png", source: { base64: "iVBORw0KGgo=" }, cache_control },
    { type: "document", format: "pdf", name: "a", source: { base64: "JVBERi0=" }, cache_control },
    { type: "document", format: "txt", name: "b", source: { text: "Hi" }, cache_control },
    { type: "text", text: "What is this?" },
  ];
  const messages: Message[] = [{ role: "user", content }];
  const { body } = renderRequest({ model: CLAUDE, messages, params: {}, options: {} }, {}, false);
  expect(body["messages"]).toMatchObject([
    {
      content: [
        { image: {} },
        POINT,
        { document: { format: "pdf" } },
        POINT,
        { document: { format: "txt" } },
        { text: expect.any(String) },
        POINT,
        { text: "What is this?" },
      ],
    },
  ]);
});

describe("at the public face", () => {
  const server = useServer();
  const LONGER = "word ".repeat(4000);
  const none = { inputTokens: 5000, outputTokens: 1, totalTokens: 5001 };
  const params: ChatParams = { cache: "auto" };

  test("points go out, and the next turn reads what this one wrote", async () => {
    const chat = createClient(server()).chat(MODEL).withParams(params).withInstructions(LONGER);
    const asked = await chat.ask("Hi");
    const streamed = await chat.stream("And?").response();
    expect(asked.usage?.cacheReadTokens).toBe(0);
    expect(asked.usage?.cacheWriteTokens).toBeGreaterThan(4000);
    expect(streamed.usage?.cacheReadTokens).toBe(asked.usage?.cacheWriteTokens);
    expect([...asked.warnings, ...streamed.warnings]).toEqual([]);
    expect(bodyOf(server())).toMatchObject({
      system: [{ text: LONGER }, POINT],
      messages: [{ content: [{ text: "Hi" }, POINT] }, {}, { content: [{ text: "And?" }, POINT] }],
    });
  });

  test.each([
    ["neither read nor written", none, true],
    ["read", { ...none, cacheReadInputTokens: 4000 }, false],
    ["written", { ...none, cacheWriteInputTokens: 4000 }, false],
    ["too short after all", { ...none, inputTokens: 1500 }, false],
  ])("a planned cache that was %s is told as a warning only where it never hit", async (_, usage, isTold) => {
    const chat = createClient(server()).chat(MODEL).withParams(params).withInstructions(LONGER);
    server().enqueue({ status: 200, body: converseResponse([{ text: "Yes" }], { usage }) });
    const asked = await chat.ask("Hi");
    server().enqueue({ events: [start, text("Yes"), close(), stop(), metadata({ usage })] });
    const streamed = await chat.stream("Hi").response();
    const told = isTold ? ["cache_never_hit"] : [];
    expect(asked.warnings.map(({ code }) => code)).toEqual(told);
    expect(streamed.warnings.map(({ code }) => code)).toEqual(told);
    const plain = createClient(server()).chat(MODEL).withInstructions(LONGER);
    server().enqueue({ status: 200, body: converseResponse([{ text: "Yes" }], { usage: none }) });
    expect((await plain.ask("Hi")).warnings).toEqual([]);
  });
});
