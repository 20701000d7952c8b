import { describe, expect, it } from "vitest";
import { assistant, hi, MODELS, refusalText, text, toolConfig, toolResult, toolUse, user } from "./support.ts";

const START =
  "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
const ALTERNATE =
  "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.";
const blank = (path: string): string =>
  `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`;

describe("content", () => {
  it("must not be empty", () => {
    expect(refusalText({ messages: [hi, assistant(), hi] })).toBe(
      "The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.",
    );
  });

  it.each(["", " ", "\n\t", "\u3000"])("must not be the blank text %j alone", (words) => {
    expect(refusalText({ messages: [user(text(words))] })).toBe(blank("messages.0.content.0"));
  });

  it("must not hold an empty text even beside another text", () => {
    expect(refusalText({ messages: [hi, assistant(text("a"), text("")), hi] })).toBe(blank("messages.1.content.1"));
  });

  it("may hold white space beside another text, as recorded", () => {
    expect(refusalText({ messages: [user(text("a"), text("\n"))] })).toBeUndefined();
  });

  it("must not hold white space beside a tool call only", () => {
    const messages = [hi, assistant(text(" "), toolUse("a")), user(toolResult("a"))];
    expect(refusalText({ messages, toolConfig })).toBe(blank("messages.1.content.0"));
  });

  it("must not hold blank tool results", () => {
    const body = (words: string): object => ({
      messages: [hi, assistant(toolUse("a")), user(toolResult("a", { content: [text(words)] }))],
      toolConfig,
    });
    expect(refusalText(body(""))).toBe(
      "The model returned the following errors: messages: text content blocks must be non-empty",
    );
    expect(refusalText(body(" "))).toBe(
      "The model returned the following errors: messages: text content blocks must contain non-whitespace text",
    );
    expect(refusalText(body(""), MODELS.nova)).toBe(blank("messages.2.content.0.toolResult.content.0"));
  });
});

describe("marked and cited text", () => {
  const guarded = (words: string): object => ({ guardContent: { text: { text: words } } });
  const cited = (...words: string[]): object => ({ citationsContent: { content: words.map(text), citations: [] } });

  it.each(["", " "])("must not be blank where it stands alone: %j", (words) => {
    expect(refusalText({ messages: [user(guarded(words))] })).toBe(blank("messages.0.content.0.guardContent.text"));
    expect(refusalText({ messages: [hi, assistant(cited("", words)), hi] })).toBe(
      blank("messages.1.content.0.citationsContent.content"),
    );
    expect(refusalText({ messages: [user(guarded("a")), assistant(cited(words, "b")), hi] })).toBeUndefined();
  });

  it("must not be empty even beside another text", () => {
    expect(refusalText({ messages: [user(text("a"), guarded(""))] })).toBe(
      blank("messages.0.content.1.guardContent.text"),
    );
    expect(refusalText({ messages: [hi, assistant(text("a"), { citationsContent: {} }), hi] })).toBe(
      blank("messages.1.content.1.citationsContent.content"),
    );
    expect(refusalText({ messages: [user(guarded("a"), text(" "))] })).toBeUndefined();
  });
});

describe("reasoning", () => {
  const reasoning = (signature?: string): object => ({
    reasoningContent: { reasoningText: { text: "Hm.", ...(signature === undefined ? {} : { signature }) } },
  });
  const redacted = { reasoningContent: { redactedContent: "AAAA" } };
  const replay = (block: object): object => ({ messages: [hi, assistant(block, text("a")), hi] });

  it.each([undefined, ""])("goes back to Claude with its signature only: %j is refused", (signature) => {
    expect(refusalText(replay(reasoning(signature)))).toBe(
      "The model returned the following errors: messages.1.content.0.thinking.signature: Field required",
    );
  });

  it("is accepted when it is signed or redacted, and unsigned from other models", () => {
    expect(refusalText(replay(reasoning("c2ln")))).toBeUndefined();
    expect(refusalText(replay(redacted))).toBeUndefined();
    expect(refusalText(replay(reasoning()), MODELS.qwen)).toBeUndefined();
  });

  it.each([reasoning("c2ln"), redacted])("must come from the assistant (our words): %j", (block) => {
    for (const id of [MODELS.claude45, MODELS.qwen]) {
      expect(refusalText({ messages: [user(text("a"), block)] }, id)).toBe(
        "The model returned the following errors: messages.0: `thinking` blocks can only be in `assistant` messages",
      );
    }
  });

  it.each([reasoning(), reasoning("c2ln"), redacted])("is never taken back by Nova: %j", (block) => {
    for (const id of [MODELS.nova, "us.amazon.nova-2-lite-v1:0"]) {
      expect(refusalText(replay(block), id)).toBe(
        "User messages cannot contain reasoning content. Please remove the reasoning content and try again.",
      );
    }
  });
});

describe("the first message", () => {
  it.each([[null], [[]]])("must exist: %j is refused", (messages) => {
    expect(refusalText({ messages })).toBe(START);
  });

  it("must come from the user", () => {
    expect(refusalText({ messages: [assistant(text("a")), hi] }, MODELS.nova)).toBe(START);
    expect(refusalText({ messages: [{ role: "system", content: [text("a")] }, hi] }, MODELS.claude48)).toBe(START);
  });

  it.each([MODELS.claude45, MODELS.qwen, "zai.glm-5", "moonshotai.kimi-k2.5"])(
    "may come from the assistant with %s",
    (id) => {
      expect(refusalText({ messages: [assistant(text("a")), hi] }, id)).toBeUndefined();
    },
  );
});

describe("roles", () => {
  it("must alternate", () => {
    expect(refusalText({ messages: [hi, hi] })).toBe(ALTERNATE);
    expect(refusalText({ messages: [hi, assistant(text("a")), assistant(text("b")), hi] }, MODELS.nova)).toBe(
      ALTERNATE,
    );
  });

  it("alternate across system messages", () => {
    const system = { role: "system", content: [text("a")] };
    expect(refusalText({ messages: [hi, system, assistant(text("b")), system, hi] }, MODELS.claude48)).toBeUndefined();
    expect(refusalText({ messages: [hi, system, hi] }, MODELS.claude48)).toBe(ALTERNATE);
  });
});

describe("the last message", () => {
  const messages = [hi, assistant(text("It"))];

  it.each([MODELS.claude45, MODELS.nova])("may begin the answer with %s", (id) => {
    expect(refusalText({ messages }, id)).toBeUndefined();
  });

  it("must come from the user with later Claudes", () => {
    expect(refusalText({ messages }, MODELS.claude46)).toBe(
      "The model returned the following errors: This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  });

  it("must come from the user when Claude has tools", () => {
    expect(refusalText({ messages, toolConfig })).toContain("pre-filling the `assistant` response is not supported.");
  });

  it("must come from the user with most models", () => {
    expect(refusalText({ messages }, MODELS.llama)).toBe(
      "A conversation must end with a user message. Try again with a conversation that ends with a user message.",
    );
  });
});

describe("a signature", () => {
  const turn = (reasoningText: object): object => ({
    messages: [hi, assistant({ reasoningContent: { reasoningText } }, text("a")), hi],
  });

  it.each([MODELS.llama, MODELS.qwen, "us.deepseek.r1-v1:0", "openai.gpt-oss-20b-1:0"])("is unknown to %s", (id) => {
    expect(refusalText(turn({ text: "hm", signature: "s" }), id)).toBe(
      "This model doesn't support the reasoningContent.reasoningText.signature field. " +
        "Remove reasoningContent.reasoningText.signature and try again.",
    );
    expect(refusalText(turn({ text: "hm" }), id)).toBeUndefined();
  });
});

describe("a change of tools", () => {
  const change = { toolAddition: { tool: { name: "a" } } };

  it("is the system's (our words)", () => {
    expect(refusalText({ messages: [user(text("a"), change)] })).toBe(
      "The toolAddition block at messages.0.content is only allowed in a message of the system role.",
    );
    expect(refusalText({ messages: [hi, assistant(text("a")), { role: "system", content: [change] }, hi] })).toBe(
      undefined,
    );
  });
});

describe("an answer that Claude is to continue", () => {
  it.each(["a ", "a\n"])("must not end in white space: %j", (end) => {
    expect(refusalText({ messages: [hi, assistant(text(end))] })).toBe(
      "The model returned the following errors: messages: final assistant content cannot end with trailing whitespace",
    );
    expect(refusalText({ messages: [hi, assistant(text(end))] }, MODELS.nova)).toBeUndefined();
    expect(refusalText({ messages: [hi, assistant(text(end)), hi] })).toBeUndefined();
  });
});
