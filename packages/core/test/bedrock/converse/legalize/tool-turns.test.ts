import { describe, expect, test } from "vitest";
import type { WireBlock, WireMessage } from "../../../../src/bedrock/converse/wire.ts";
import {
  assistant,
  call,
  CLAUDE,
  document,
  image,
  legalizeFor,
  LLAMA,
  NOVA,
  point,
  result,
  text,
  TITAN,
  user,
  weather,
  type Outcome,
} from "../../../support/legalizing.ts";

const question = user(text("Weather?"));
const legal = (model: string, ...messages: WireMessage[]): Outcome =>
  legalizeFor(model, { messages: [question, ...messages], toolConfig: { tools: [weather] } });
const notRun = (toolUseId: string): WireBlock => ({
  toolResult: { toolUseId, content: [{ text: "The call was not run." }], status: "error" },
});

describe("tool results", () => {
  test("come first, together, and in the order of their calls", () => {
    const { messages, codes } = legal(
      CLAUDE,
      assistant(call("t1"), call("t2"), call("t3")),
      user(text("Well?"), result("t3"), point()),
      user(result("t1"), image, result("t2")),
    );
    expect(messages[2]).toEqual(user(result("t1"), result("t2"), result("t3"), point(), text("Well?"), image));
    expect(codes).toEqual([]);
  });

  test("are moved to the message behind their call, however late they come", () => {
    const { messages, codes } = legal(
      CLAUDE,
      assistant(call("t1")),
      user(text("Still there?")),
      assistant(text("Yes.")),
      user(result("t1")),
      assistant(text("Warm.")),
      user(text("Thanks.")),
    );
    expect(messages.slice(1)).toEqual([
      assistant(call("t1")),
      user(result("t1"), text("Still there?")),
      assistant(text("Yes."), text("Warm.")),
      user(text("Thanks.")),
    ]);
    expect(codes).toEqual(["tool_result_moved"]);
  });

  test("that are missing are made up as errors", () => {
    const { messages, codes, warnings } = legal(
      CLAUDE,
      assistant(call("t1"), call("t2")),
      user(result("t2"), text("?")),
    );
    expect(messages[2]).toEqual(user(notRun("t1"), result("t2"), text("?")));
    expect(codes).toEqual(["tool_result_added"]);
    expect(warnings[0]).toContain("t1 (weather)");
    expect(legal(CLAUDE, assistant(call("t1"))).messages[2]).toEqual(user(notRun("t1")));
    expect(legal(CLAUDE, assistant(call("t1")), assistant(text("Hm.")), question).messages[2]).toEqual(
      user(notRun("t1"), text("Weather?")),
    );
  });

  test("without a call become text, so that nothing is lost", () => {
    const json = { toolResult: { toolUseId: "x", content: [{ json: { a: 1 } }, image] } };
    const { messages, codes } = legal(CLAUDE, assistant(text("Hm.")), user(json));
    expect(messages[2]).toEqual(user(text("The result of a tool call that is not shown (x):"), text('{"a":1}'), image));
    expect(codes).toEqual(["tool_result_as_text"]);
  });

  test("that come twice are sent once; another of the same call becomes text", () => {
    const { messages, codes } = legal(
      CLAUDE,
      assistant(call("t1")),
      user(result("t1"), result("t1"), result("t1", "cold")),
    );
    expect(messages[2]).toEqual(
      user(result("t1"), text("The result of a tool call that is not shown (t1):"), text("cold")),
    );
    expect(codes).toEqual(["tool_result_dropped", "tool_result_as_text"]);
  });

  test("stand alone for a model that wants that", () => {
    const given = [assistant(call("t1")), user(result("t1"), text("And Rome?"))];
    const { messages, codes } = legal(LLAMA, ...given);
    expect(messages.slice(2)).toEqual([
      user(result("t1")),
      assistant(text("I have the results.")),
      user(text("And Rome?")),
    ]);
    expect(codes).toEqual(["tool_results_separated"]);
    expect(legal(CLAUDE, ...given)).toMatchObject({ messages: [question, ...given], codes: [] });
  });

  test("hold only what Bedrock takes", () => {
    const content = (...blocks: WireBlock[]): unknown => {
      const { messages } = legal(
        CLAUDE,
        assistant(call("t1")),
        user({ toolResult: { toolUseId: "t1", content: blocks } }),
      );
      return messages[2]?.content;
    };
    const holding = (...blocks: WireBlock[]): unknown => [{ toolResult: { toolUseId: "t1", content: blocks } }];
    expect(content()).toEqual(holding(text("(no output)")));
    expect(content(text(" "))).toEqual(holding(text("(no output)")));
    expect(content(text(""), text("a"))).toEqual(holding(text("a")));
    expect(content({ json: [1] })).toEqual(holding(text("[1]")));
    expect(content({ json: { a: [{ __type: "x" }] } })).toEqual(holding(text('{"a":[{"__type":"x"}]}')));
    expect(content({ json: { __type: "x" } })).toEqual(holding({ json: { __type: "x" } }));
    expect(content({ citationsContent: { content: [{ text: "a" }], citations: [] } })).toEqual(holding(text("a")));
    expect(content(text("a"), point("1h"))).toEqual([...(holding(text("a")) as object[]), point("1h")]);
    expect(content(document("a"))).toEqual(holding(document("a")));
  });

  test("say in words that a call failed where the model takes no status", () => {
    const failed = { toolResult: { toolUseId: "t1", content: [text("No such city.")], status: "error" } };
    const fine = { toolResult: { toolUseId: "t1", content: [text("warm")], status: "success" } };
    expect(legal(NOVA, assistant(call("t1")), user(failed)).messages[2]).toEqual(user(failed));
    expect(legal(LLAMA, assistant(call("t1")), user(failed)).messages[2]).toEqual(
      user({ toolResult: { toolUseId: "t1", content: [text("The call failed."), text("No such city.")] } }),
    );
    expect(legal(LLAMA, assistant(call("t1")), user(fine)).messages[2]).toEqual(user(result("t1")));
    expect(JSON.stringify(legal(LLAMA, assistant(call("t1"))).messages)).not.toContain("status");
  });
});

describe("tool calls", () => {
  test.each<[unknown, object]>([
    ['{"city":"Rome"}', { city: "Rome" }],
    ["Rome", { value: "Rome" }],
    ["", {}],
    [null, {}],
    [undefined, {}],
    [5, { value: 5 }],
    [["a"], { value: ["a"] }],
    [{ a: { __type: "x" } }, { value: '{"a":{"__type":"x"}}' }],
    [[{ __type: "x" }], { value: '[{"__type":"x"}]' }],
  ])("have an object as arguments: %j becomes %j", (input, expected) => {
    const given = { toolUse: { toolUseId: "t1", name: "weather", input } } as WireBlock;
    const { messages, codes } = legal(CLAUDE, assistant(given), user(result("t1")));
    expect(messages[1]).toEqual(assistant(call("t1", "weather", expected as WireBlock)));
    expect(codes).toEqual(["tool_input_changed"]);
  });

  test("survive arguments that are nested deeper than anything can read", () => {
    let deep: WireBlock = {};
    for (let depth = 0; depth < 100_000; depth++) deep = { a: deep };
    const { messages } = legal(CLAUDE, assistant(call("t1", "weather", { deep })), user(result("t1")));
    expect(messages[1]).toEqual(assistant(call("t1", "weather", { value: "(too deeply nested)" })));
  });

  test("have ids that are short, plain and unique, and so have their results", () => {
    const long = "ü".repeat(80);
    const { messages, codes } = legal(
      CLAUDE,
      assistant(call("t1"), call("a b"), call(long), call("")),
      user(result("a b", "1"), result(long, "2"), result("", "3"), result("t1", "4")),
      assistant(call("t1")),
      user(result("t1", "5")),
    );
    const ids = messages.flatMap(({ content }) => content.flatMap(({ toolUse }) => (toolUse ? [toolUse] : []))) as {
      toolUseId: string;
    }[];
    const results = messages.flatMap(({ content }) =>
      content.flatMap(({ toolResult }) => (toolResult ? [toolResult] : [])),
    );
    const wire = ids.map(({ toolUseId }) => toolUseId);
    expect(wire[0]).toBe("t1");
    expect(new Set(wire).size).toBe(5);
    for (const id of wire) expect(id).toMatch(/^[a-zA-Z0-9_.:-]{1,64}$/);
    expect(results).toEqual(
      ["4", "1", "2", "3", "5"].map((words, at) => ({ toolUseId: wire[at], content: [{ text: words }] })),
    );
    expect(codes).toEqual(["tool_id_changed"]);
  });

  test("of one id in every turn keep their results, with one warning, however many they are", () => {
    const turns = Array.from({ length: 3000 }, (_, turn) => [assistant(call("t1")), user(result("t1", String(turn)))]);
    const { messages, codes, warnings } = legal(CLAUDE, ...turns.flat());
    const ids = messages.flatMap(({ content }) => content.flatMap(({ toolUse }) => (toolUse ? [toolUse] : [])));
    const results = messages.flatMap(({ content }) =>
      content.flatMap(({ toolResult }) => (toolResult ? [toolResult] : [])),
    );
    expect(results).toEqual(
      ids.map((use, turn) => ({
        toolUseId: (use as { toolUseId: string }).toolUseId,
        content: [{ text: String(turn) }],
      })),
    );
    expect(new Set(ids.map((use) => (use as { toolUseId: string }).toolUseId)).size).toBe(3000);
    expect(codes).toEqual(["tool_id_changed"]);
    expect(warnings[0]).toContain("and 2994 more");
  });

  test("without result are answered, of one id in every turn", () => {
    const turns = Array.from({ length: 3000 }, () => [assistant(call("t1")), user(text("Well?"))]);
    const { messages } = legal(CLAUDE, ...turns.flat(), user(result("t1")));
    expect(messages).toHaveLength(6001);
    expect(messages.at(-1)?.content[0]).toMatchObject({ toolResult: { content: [{ text: "warm" }] } });
  });

  test("that Bedrock ran have one result: media of another are told in words", () => {
    const served = { toolUse: { toolUseId: "s1", name: "search", input: {}, type: "server_tool_use" } };
    const seen = { toolResult: { toolUseId: "s1", content: [text("Look:"), image] } };
    const { messages, codes } = legal(CLAUDE, assistant(served, result("s1"), seen, text("Yes.")), user(text("Well?")));
    expect(messages[1]).toEqual(
      assistant(
        served,
        result("s1"),
        text("The result of a tool call that is not shown (s1):"),
        text("Look:"),
        text("(An image stood here.)"),
        text("Yes."),
      ),
    );
    expect(codes).toEqual(["tool_result_as_text"]);
  });

  test("that Bedrock ran have one result: what another found is told as JSON", () => {
    const served = { toolUse: { toolUseId: "s1", name: "search", input: {}, type: "server_tool_use" } };
    const searchResult = { source: "s", title: "t", content: [{ text: "Found." }] };
    const found = { toolResult: { toolUseId: "s1", content: [{ searchResult }, document("a")] } };
    const { messages } = legal(CLAUDE, assistant(served, result("s1"), found, text("Yes.")), user(text("Well?")));
    expect(messages[1]?.content.slice(3, 5)).toEqual([
      text(JSON.stringify(searchResult)),
      text("(A document stood here.)"),
    ]);
  });

  test("that have other ids are listed up to the fifth", () => {
    const odd = (count: number): string => {
      const calls = Array.from({ length: count }, (_, n) => call(`a ${n}`));
      const results = Array.from({ length: count }, (_, n) => result(`a ${n}`));
      return legal(CLAUDE, assistant(...calls), user(...results)).warnings.join();
    };
    expect(odd(5)).toMatch(/"a 4" as a_4_[0-9a-z]+\.$/);
    expect(odd(6)).toMatch(/"a 4" as a_4_[0-9a-z]+ and 1 more\.$/);
  });

  test("that Bedrock ran keep their result beside a result of another", () => {
    const served = { toolUse: { toolUseId: "s1", name: "search", input: {}, type: "server_tool_use" } };
    const { messages } = legal(CLAUDE, assistant(served, result("t1", "cold"), result("s1")), user(text("Well?")));
    expect(messages.slice(1)).toEqual([
      assistant(served, result("s1")),
      user(text("The result of a tool call that is not shown (t1):"), text("cold"), text("Well?")),
    ]);
  });

  test.each([
    [CLAUDE, "web search"],
    [CLAUDE, ""],
    [NOVA, "nova-search"],
  ])("that Bedrock ran are told as text where %s refuses the name %j", (model, name) => {
    const served = { toolUse: { toolUseId: "s1", name, input: {}, type: "server_tool_use" } };
    const { request, codes } = legalizeFor(model, {
      messages: [question, assistant(served, result("s1"), text("Yes.")), user(text("Well?"))],
    });
    expect(request.toolConfig).toBeUndefined();
    expect(JSON.stringify(request.messages)).not.toContain("tool_use");
    expect(JSON.stringify(request.messages)).toContain("warm");
    expect(codes).toContain("tools_as_text");
  });

  test("and results are told apart when a history holds the same object twice", () => {
    const same = { call: call("t1"), result: result("t1") };
    const { messages } = legal(
      CLAUDE,
      assistant(same.call),
      user(same.result),
      assistant(same.call),
      user(same.result),
    );
    expect(messages.slice(1, 3)).toEqual([assistant(call("t1")), user(result("t1"))]);
    const id = /"toolUseId":"(t1_[a-z0-9]+)"/.exec(JSON.stringify(messages[3]))?.[1] ?? "none";
    expect(messages.slice(3)).toEqual([assistant(call(id)), user(result(id))]);
  });
});

describe("a history with tools, for a model that cannot call them", () => {
  test("is told in words", () => {
    const { request, codes } = legal(
      TITAN,
      assistant(text("I look."), call("t1", "weather", { city: "Rome" })),
      user(result("t1")),
    );
    expect(request.messages.slice(1)).toEqual([
      assistant(text("I look."), text('(Called the tool weather with {"city":"Rome"}.)')),
      user(text("(The result of the tool:)"), text("warm")),
    ]);
    expect(request).not.toHaveProperty("toolConfig");
    expect(codes).toEqual(["tools_as_text", "tools_as_text"]);
  });

  test("is told in words where another than Nova gets what Nova's own tools did", () => {
    const served = { toolUse: { toolUseId: "s1", name: "nova_code_interpreter", input: {}, type: "server_tool_use" } };
    const done = {
      toolResult: { toolUseId: "s1", type: "nova_code_interpreter_result", content: [{ json: { a: 1 } }] },
    };
    const { messages, request } = legalizeFor(CLAUDE, {
      messages: [question, assistant(served, done, text("1.")), question],
    });
    expect(messages[1]).toEqual(
      assistant(
        text("(Called the tool nova_code_interpreter with {}.)"),
        text("(The result of the tool:)"),
        text('{"a":1}'),
        text("1."),
      ),
    );
    expect(request).not.toHaveProperty("toolConfig");
  });
});
