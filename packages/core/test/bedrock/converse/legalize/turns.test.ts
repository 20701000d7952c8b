import { describe, expect, test } from "vitest";
import {
  assistant,
  call,
  CLAUDE,
  CLAUDE_EARLY,
  document,
  image,
  legalizeFor,
  LLAMA,
  NOVA,
  point,
  result,
  system,
  text,
  TITAN,
  user,
  weather,
} from "../../../support/legalizing.ts";

const addition = { toolAddition: { tool: { name: "time" } } };

describe("turns", () => {
  test("of one role become one, without a warning", () => {
    const { messages, codes } = legalizeFor(LLAMA, {
      messages: [user(text("a")), user(text("b")), assistant(text("c")), assistant(), user(text("d"))],
    });
    expect(messages).toEqual([user(text("a"), text("b")), assistant(text("c")), user(text("d"))]);
    expect(codes).toEqual([]);
  });

  test("begin with the user where the model wants that", () => {
    const messages = [assistant(text("Hi!")), user(text("Hello"))];
    expect(legalizeFor(LLAMA, { messages }).messages).toEqual([user(text("Hello.")), ...messages]);
    expect(legalizeFor(LLAMA, { messages }).codes).toEqual(["user_message_added"]);
    expect(legalizeFor(CLAUDE, { messages })).toMatchObject({ messages, codes: [] });
  });

  test("end with the user where the model does not go on with the assistant's", () => {
    const messages = [user(text("Hello")), assistant(text("Once upon "))];
    const asked = [...messages, user(text("Please continue."))];
    for (const id of [LLAMA, CLAUDE]) {
      expect(legalizeFor(id, { messages })).toMatchObject({ messages: asked, codes: ["user_message_added"] });
    }
    expect(legalizeFor(NOVA, { messages })).toMatchObject({ messages, codes: [] });
    const trimmed = [user(text("Hello")), assistant(text("Once upon"))];
    expect(legalizeFor(CLAUDE_EARLY, { messages })).toMatchObject({ messages: trimmed, codes: ["text_trimmed"] });
    for (const more of [
      { toolConfig: { tools: [weather] } },
      { additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } } },
    ]) {
      expect(legalizeFor(CLAUDE_EARLY, { messages, ...more }).messages).toEqual(asked);
    }
  });
});

describe("blocks in a role that may not have them", () => {
  test("media of the assistant go into the message behind", () => {
    const { messages, codes } = legalizeFor(CLAUDE, {
      messages: [user(text("Draw.")), assistant(text("Here:"), image, text("Nice?")), user(text("Yes."))],
    });
    expect(messages).toEqual([user(text("Draw.")), assistant(text("Here:"), text("Nice?")), user(image, text("Yes."))]);
    expect(codes).toEqual(["block_moved"]);
  });

  test("calls by the user and results by the assistant become messages of their own, in place", () => {
    const exchange = [user(text("?")), assistant(call("t1")), user(result("t1")), assistant(text("Warm."))];
    const mixed = [user(text("?"), call("t1"), result("t1")), assistant(text("Warm."))];
    const told = [user(text("?")), assistant(call("t1"), result("t1"), text("Warm."))];
    const tools = { toolConfig: { tools: [weather] } };
    for (const messages of [mixed, told]) {
      const legal = legalizeFor(NOVA, { ...tools, messages });
      expect(legal).toMatchObject({ messages: exchange, codes: ["block_moved"] });
    }
  });

  test("the result of a tool that Bedrock ran stays beside its call", () => {
    const served = { toolUse: { toolUseId: "s1", name: "nova_grounding", input: {}, type: "server_tool_use" } };
    const messages = [user(text("?")), assistant(served, result("s1"), text("Found.")), user(text("Thanks"))];
    const toolConfig = { tools: [{ systemTool: { name: "nova_grounding" } }] };
    expect(legalizeFor(NOVA, { messages, toolConfig })).toMatchObject({ messages, codes: [] });
  });

  test("what a system prompt cannot hold comes before the first message", () => {
    const { request, codes } = legalizeFor(CLAUDE, {
      system: [text("Use this:"), document("a"), point()],
      messages: [user(text("Hi"))],
    });
    expect(request.system).toEqual([text("Use this:"), point()]);
    expect(request.messages).toEqual([user(document("a"), text("Hi"))]);
    expect(codes).toEqual(["block_moved"]);
  });

  test("a model without system prompts gets it from the user", () => {
    const { request, codes } = legalizeFor(TITAN, { system: [text("Be brief.")], messages: [user(text("Hi"))] });
    expect(request).toMatchObject({ system: [], messages: [user(text("Be brief."), text("Hi"))] });
    expect(codes).toEqual(["block_moved"]);
  });
});

describe("system messages that add or remove tools", () => {
  test("stay behind the user's message", () => {
    const messages = [user(text("a")), assistant(text("b")), user(text("c")), system(addition)];
    expect(legalizeFor(CLAUDE, { messages })).toMatchObject({ messages, codes: [] });
  });

  test.each([
    [
      "between two users",
      [user(text("a")), system(addition), user(text("b"))],
      [user(text("a"), text("b")), system(addition)],
    ],
    ["first", [system(addition), user(text("a"))], [user(text("a")), system(addition)]],
    [
      "first, in two messages that an answer parts",
      [system(addition), assistant(text("a")), system(addition), user(text("b"))],
      [assistant(text("a")), user(text("b")), system(addition, addition)],
    ],
    [
      "between a call and its result",
      [user(text("a")), assistant(call("t1")), system(addition), user(result("t1"))],
      [user(text("a")), assistant(call("t1")), user(result("t1")), system(addition)],
    ],
    [
      "behind an answer",
      [user(text("a")), assistant(text("b")), system(addition)],
      [user(text("a")), assistant(text("b")), user(text("Please continue.")), system(addition)],
    ],
    ["in a user's message", [user(text("a"), addition)], [user(text("a")), system(addition)]],
  ])("are moved there from %s", (_, messages, legal) => {
    expect(legalizeFor(CLAUDE, { messages, toolConfig: { tools: [weather] } }).messages).toEqual(legal);
  });
});
