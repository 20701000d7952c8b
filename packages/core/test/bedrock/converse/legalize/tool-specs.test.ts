import { describe, expect, test } from "vitest";
import type { WireBlock } from "../../../../src/bedrock/converse/wire.ts";
import { objectOf } from "../../../../src/types/json.ts";
import {
  assistant,
  call,
  CLAUDE,
  legalizeFor,
  NOVA,
  point,
  result,
  system,
  text,
  user,
  weather,
} from "../../../support/legalizing.ts";

const spec = (name: string, more: WireBlock = {}): WireBlock => ({
  toolSpec: { name, inputSchema: { json: { type: "object" } }, ...more },
});
const open = { json: { type: "object", properties: {} } };
const hi = { messages: [user(text("Hi"))] };
const namesOf = (tools: readonly WireBlock[] | undefined): unknown[] =>
  (tools ?? []).map(({ toolSpec }) => objectOf(toolSpec)?.["name"]);

describe("the tools of a request", () => {
  test("are declared from the history where none is given, as Bedrock refuses such a history otherwise", () => {
    const served = { toolUse: { toolUseId: "s1", name: "nova_grounding", input: {}, type: "server_tool_use" } };
    const messages = [
      user(text("?")),
      assistant(served, call("t1"), call("t2"), call("t3", "time")),
      user(result("t1"), result("t2"), result("t3")),
    ];
    const { request, codes, warnings } = legalizeFor(NOVA, { messages });
    expect(request.toolConfig).toEqual({
      tools: [
        { systemTool: { name: "nova_grounding" } },
        { toolSpec: { name: "weather", inputSchema: open } },
        { toolSpec: { name: "time", inputSchema: open } },
      ],
    });
    expect(codes).toEqual(["tools_declared"]);
    expect(warnings[0]).toContain("weather, time");
    expect(legalizeFor(NOVA, { messages, toolConfig: { tools: [] } }).request.toolConfig).toEqual(request.toolConfig);
  });

  test("are left out where there is none", () => {
    for (const tools of [[], [point()]]) {
      expect(legalizeFor(CLAUDE, { ...hi, toolConfig: { tools } }).request).not.toHaveProperty("toolConfig");
    }
  });

  test("may have several cache points between them", () => {
    const tools = [spec("a"), point("1h"), spec("b"), point()];
    expect(legalizeFor(CLAUDE, { ...hi, toolConfig: { tools } })).toMatchObject({
      request: { toolConfig: { tools } },
      codes: [],
    });
  });

  test("are each given once, without a blank description", () => {
    const { request, codes } = legalizeFor(CLAUDE, {
      ...hi,
      toolConfig: { tools: [spec("a", { description: " " }), spec("b", { description: "B." }), spec("a")] },
    });
    expect(request.toolConfig?.tools).toEqual([spec("a"), spec("b", { description: "B." })]);
    expect(codes).toEqual(["duplicate_tool_dropped"]);
  });

  test("can be chosen only when they are there", () => {
    const choose = (name: string): ReturnType<typeof legalizeFor> =>
      legalizeFor(CLAUDE, { ...hi, toolConfig: { tools: [weather], toolChoice: { tool: { name } } } });
    expect(choose("weather").codes).toEqual([]);
    expect(choose("time")).toMatchObject({
      request: { toolConfig: { tools: [weather] } },
      codes: ["tool_choice_dropped"],
    });
    expect(choose("time").request.toolConfig).not.toHaveProperty("toolChoice");
  });

  test("are chosen in one place: in Claude's own field where something of ours is there, which the user's wins", () => {
    const choose = (own: WireBlock): unknown[] => {
      const { request } = legalizeFor(CLAUDE, {
        ...hi,
        toolConfig: { tools: [weather], toolChoice: { tool: { name: "weather" } } },
        additionalModelRequestFields: { top_k: 5, tool_choice: own },
      });
      return [request.toolConfig, request.additionalModelRequestFields];
    };
    const quiet = { type: "auto", disable_parallel_tool_use: true };
    expect(choose(quiet)).toEqual([
      { tools: [weather] },
      { top_k: 5, tool_choice: { ...quiet, type: "tool", name: "weather" } },
    ]);
    expect(choose({ type: "any" })).toEqual([{ tools: [weather] }, { top_k: 5, tool_choice: { type: "any" } }]);
  });
});

describe("names of tools", () => {
  const long = "x".repeat(70);
  const names = ["weather", "mcp.server/tool", "mcp_server/tool", "a b", "ä b", long, `${long}y`];

  test("that Bedrock refuses are replaced, each by another, everywhere, and can be read back", () => {
    const given = {
      messages: [
        user(text("?")),
        assistant(call("t1", "mcp.server/tool"), call("t2", "gone!")),
        user(result("t1"), result("t2")),
        system({ toolAddition: { tool: { name: "a b" } } }, { toolRemoval: { tool: { type: "x" } } }),
      ],
      toolConfig: { tools: names.map((name) => spec(name)), toolChoice: { tool: { name: long } } },
    };
    const { request, toolNames, codes } = legalizeFor(CLAUDE, given);
    const sent = namesOf(request.toolConfig?.tools);
    expect(sent[0]).toBe("weather");
    expect(new Set(sent).size).toBe(names.length);
    for (const name of sent) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(sent.slice(1).map((name) => toolNames.get(String(name)))).toEqual(names.slice(1));
    const wire = new Map([...toolNames].map(([label, own]) => [own, label]));
    expect(request.toolConfig?.toolChoice).toEqual({ tool: { name: wire.get(long) } });
    expect(JSON.stringify(request.messages)).toContain(`"name":"${wire.get("mcp.server/tool")}"`);
    expect(JSON.stringify(request.messages)).toContain(`"name":"${wire.get("gone!")}"`);
    expect(request.messages[3]?.content[0]).toEqual({ toolAddition: { tool: { name: wire.get("a b") } } });
    expect(codes).toEqual(["tools_renamed"]);
  });

  test("are replaced by the same in every turn, whatever other tools there are", () => {
    const labelFor = (...others: string[]): unknown =>
      namesOf(
        legalizeFor(CLAUDE, { ...hi, toolConfig: { tools: [...others, "a.b"].map((name) => spec(name)) } }).request
          .toolConfig?.tools,
      ).at(-1);
    expect(labelFor("a_b", "a b", "c")).toBe(labelFor());
  });

  test("never take the name of another tool, were it made for that", () => {
    const [label] = namesOf(
      legalizeFor(CLAUDE, { ...hi, toolConfig: { tools: [spec("a.b")] } }).request.toolConfig?.tools,
    );
    const { request, toolNames } = legalizeFor(CLAUDE, {
      ...hi,
      toolConfig: { tools: [spec("a.b"), spec(String(label))] },
    });
    const sent = namesOf(request.toolConfig?.tools);
    expect(sent[1]).toBe(label);
    expect(sent[0]).not.toBe(label);
    expect(toolNames.get(String(sent[0]))).toBe("a.b");
  });

  test("have no hyphens for Nova", () => {
    const given = { ...hi, toolConfig: { tools: [spec("get-weather"), spec("get_weather")] } };
    const [hyphenless, other] = namesOf(legalizeFor(NOVA, given).request.toolConfig?.tools);
    expect(hyphenless).toMatch(/^get_weather_[a-z0-9]+$/);
    expect(other).toBe("get_weather");
    expect(legalizeFor(CLAUDE, given).codes).toEqual([]);
  });
});
