import { describe, expect, it } from "vitest";
import { resolveModel } from "../../src/models/families.ts";
import { checkTools } from "../../src/validations/tools.ts";
import type { Message } from "../../src/wire.ts";
import { assistant, hi, MODELS, refusalText, text, toolConfig, toolResult, toolUse, user } from "./support.ts";

const json = (path: string): string =>
  `The format of the value at ${path} is invalid. Provide a json object for the field and try again.`;

const answered = (results: object[], calls = [toolUse("a")]): object => ({
  messages: [hi, assistant(...calls), user(...results)],
  toolConfig,
});

describe("a tool call", () => {
  it("with its result is accepted", () => {
    expect(refusalText(answered([toolResult("a")]))).toBeUndefined();
    const parallel = answered([toolResult("b"), toolResult("a")], [text("Let me see."), toolUse("a"), toolUse("b")]);
    expect(refusalText(parallel)).toBeUndefined();
  });

  it("needs a tool configuration", () => {
    const messages = [hi, assistant(toolUse("a")), user(toolResult("a"))];
    expect(refusalText({ messages })).toBe(
      "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
    );
  });

  it("needs a result in the next message", () => {
    const expected = (ids: string): string =>
      `Expected toolResult blocks at messages.2.content for the following Ids: ${ids}`;
    const calls = [toolUse("a"), toolUse("b")];
    expect(refusalText(answered([text("go on")], calls))).toBe(expected("a, b"));
    expect(refusalText(answered([toolResult("a")], calls))).toBe(expected("b"));
    expect(refusalText(answered([toolResult("x")]))).toBe(expected("a"));
  });

  it("needs a result even at the end of the conversation", () => {
    const messages = [hi, assistant(toolUse("a"))];
    expect(refusalText({ messages, toolConfig }, MODELS.nova)).toBe(
      "Expected toolResult blocks at messages.2.content for the following Ids: a",
    );
  });

  it("of the model's own tool is answered in its own turn", () => {
    const own = [toolUse("a", { type: "server_tool_use" }), toolResult("a", { type: "nova_code_interpreter_result" })];
    const messages = [hi, assistant(...own, text("done")), hi];
    expect(refusalText({ messages, toolConfig }, MODELS.nova)).toBeUndefined();
  });

  it("must have an id of its own", () => {
    expect(refusalText(answered([toolResult("a")], [toolUse("a"), toolUse("a")]))).toBe(
      "The toolUse blocks at messages.1.content contain duplicate Ids: a",
    );
  });

  it("is checked in linear time: quadratic work would not end within the test's time limit", () => {
    const model = resolveModel(MODELS.claude45);
    if (model === undefined) throw new Error("The model must be known.");
    const ids = Array.from({ length: 100_000 }, (_, index) => `call-${index}`);
    const messages: Message[] = [
      { role: "assistant", content: ids.map((toolUseId) => ({ toolUse: { toolUseId, name: "a", input: {} } })) },
      { role: "user", content: ids.map((toolUseId) => ({ toolResult: { toolUseId, content: [] } })) },
    ];
    const tools = [{ toolSpec: { name: "a", inputSchema: { json: { type: "object" } } } }];
    expect(() => checkTools({ messages, toolConfig: { tools } }, model)).not.toThrow();
  });

  it("must have an object as input", () => {
    expect(refusalText(answered([toolResult("a")], [toolUse("a", { input: "x" })]))).toBe(
      json("messages.1.content.0.toolUse.input"),
    );
  });

  it("must come from the assistant", () => {
    expect(refusalText({ messages: [user(text("a"), toolUse("a"))], toolConfig })).toBe(
      "The model returned the following errors: messages.0: `tool_use` blocks can only be in `assistant` messages",
    );
  });
});

describe("a tool result", () => {
  it("must have a call", () => {
    const exceeds = (index: number): string =>
      `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`;
    expect(refusalText({ messages: [user(toolResult("a"))], toolConfig })).toBe(exceeds(0));
    expect(refusalText(answered([toolResult("a"), toolResult("b")]))).toBe(exceeds(2));
  });

  it("must stand once", () => {
    expect(refusalText(answered([toolResult("a"), toolResult("a")]))).toBe(
      "The toolResult blocks at messages.2.content contain duplicate Ids: a",
    );
  });

  it("must come from the user", () => {
    expect(refusalText({ messages: [hi, assistant(toolResult("a")), hi], toolConfig })).toBe(
      "The model returned the following errors: messages.1: `tool_result` blocks can only be in `user` messages",
    );
  });

  it("must come before other blocks", () => {
    expect(refusalText(answered([text("here"), toolResult("a")]))).toBe(
      "The model returned the following errors: messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. " +
        "Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
    );
    const split = answered([toolResult("a"), text("and"), toolResult("b")], [toolUse("a"), toolUse("b")]);
    expect(refusalText(split)).toContain("immediately after: a, b.");
    expect(refusalText(answered([toolResult("a"), text("thanks")]))).toBeUndefined();
  });

  it("must stand alone with Llama and Mistral", () => {
    const mixed = answered([toolResult("a"), text("thanks")]);
    expect(refusalText(mixed, MODELS.llama)).toBe(
      "messages.2.content: Conversation blocks and tool result blocks cannot be provided in the same turn.",
    );
    expect(refusalText(answered([toolResult("a")]), MODELS.llama)).toBeUndefined();
  });

  it("must not be an empty error", () => {
    expect(refusalText(answered([toolResult("a", { status: "error", content: [] })]))).toBe(
      "The content field at messages.2.content.0.toolResult cannot be empty when status value is error.",
    );
    expect(refusalText(answered([toolResult("a", { content: [] })]))).toBeUndefined();
  });

  it.each([[[]], [1], ["text"], [true], [{ nested: { __type: "x" } }], [{ list: [{ __type: "x" }] }]])(
    "must have an object as json: %j is refused",
    (value) => {
      const body = answered([toolResult("a", { content: [text("x"), { json: value }] })]);
      expect(refusalText(body)).toBe(json("messages.2.content.0.toolResult.content.1.json"));
    },
  );

  it("may have any other object as json", () => {
    expect(refusalText(answered([toolResult("a", { content: [{ json: { __type: "x", a: [1] } }] })]))).toBeUndefined();
  });
});

describe("a tool specification", () => {
  const withSchema = (schema: unknown): object => ({
    messages: [hi],
    toolConfig: { tools: [{ toolSpec: { name: "a", inputSchema: { json: schema } } }] },
  });

  it("must have a schema of type object", () => {
    expect(refusalText(withSchema({ anyOf: [] }))).toBe(
      "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
    );
    expect(refusalText(withSchema("{}"))).toBe(json("toolConfig.tools.0.toolSpec.inputSchema.json"));
  });

  it("must have a good name, and there must be one", () => {
    const tool = { toolSpec: { name: "a b", description: "", inputSchema: { json: { type: "object" } } } };
    expect(refusalText({ messages: [hi], toolConfig: { tools: [tool] } })).toBe(
      "2 validation errors detected: Value 'a b' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+; " +
        "Value '' at 'toolConfig.tools.1.member.toolSpec.description' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1",
    );
    expect(refusalText({ messages: [hi], toolConfig: { tools: [] } })).toBe(
      "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });

  it("of Nova's side is Nova's (our words)", () => {
    const body = { messages: [hi], toolConfig: { tools: [{ systemTool: { name: "nova_code_interpreter" } }] } };
    expect(refusalText(body)).toBe(
      "This model doesn't support the system tool nova_code_interpreter. Remove nova_code_interpreter and try again.",
    );
    expect(refusalText(body, "us.amazon.nova-2-lite-v1:0")).toBeUndefined();
  });

  it("must have a name of its own (our words)", () => {
    const tool = (name: string): object => ({ toolSpec: { name, inputSchema: { json: { type: "object" } } } });
    const tools = ["a", "b", "a", "c", "b", "a"].map(tool);
    expect(refusalText({ messages: [hi], toolConfig: { tools } })).toBe(
      "The tools at toolConfig.tools contain duplicate names: a, b",
    );
    const mixed = [tool("a"), { systemTool: { name: "a" } }];
    expect(refusalText({ messages: [hi], toolConfig: { tools: mixed } }, MODELS.nova)).toBe(
      "The tools at toolConfig.tools contain duplicate names: a",
    );
  });
});

describe("a tool choice", () => {
  const withChoice = (toolChoice: object): object => ({ messages: [hi], toolConfig: { ...toolConfig, toolChoice } });

  it("must name a tool of the request (our words)", () => {
    expect(refusalText(withChoice({ tool: { name: "wether" } }))).toBe(
      "The value at toolConfig.toolChoice.tool.name must be the name of a tool at toolConfig.tools, got: wether",
    );
  });

  it.each([{ tool: { name: "weather" } }, { auto: {} }, { any: {} }])("may be %j", (toolChoice) => {
    expect(refusalText(withChoice(toolChoice))).toBeUndefined();
  });
});
