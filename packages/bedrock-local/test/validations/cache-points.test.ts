import { describe, expect, it } from "vitest";
import { assistant, hi, MODELS, refusal, refusalText, text, user } from "./support.ts";

const point = (ttl?: string): object => ({ cachePoint: { type: "default", ...(ttl === undefined ? {} : { ttl }) } });
const tool = { toolSpec: { name: "a", inputSchema: { json: { type: "object" } } } };

describe("cache points", () => {
  it("are at most four in tools, system and messages together", () => {
    const body = (...more: object[]): object => ({
      toolConfig: { tools: [tool, point()] },
      system: [text("s"), point()],
      messages: [user(text("a"), point(), text("b"), point(), ...more)],
    });
    expect(refusalText(body())).toBeUndefined();
    expect(refusalText(body(text("c"), point()))).toBe(
      "The model returned the following errors: A maximum of 4 blocks with cache_control may be provided. Found 5.",
    );
  });

  it("need something before them in the same place", () => {
    const nothing = "There is nothing available to cache.";
    expect(refusalText({ messages: [user(point(), text("a"))] })).toBe(nothing);
    expect(refusalText({ messages: [hi, assistant(text("a")), user(point(), text("b"))] })).toBe(nothing);
    expect(refusalText({ messages: [hi], system: [point()] })).toBe(nothing);
  });

  it("must not follow reasoning", () => {
    const reasoning = { reasoningContent: { reasoningText: { text: "hm", signature: "s" } } };
    expect(refusalText({ messages: [hi, assistant(text("a"), reasoning, point()), hi] })).toBe(
      "Cache point cannot be inserted after reasoning block. Please remove the invalid cache point and try again.",
    );
  });

  it.each([
    [undefined, "1h"],
    ["5m", "1h"],
  ])("must not live longer than an earlier one: %s then %s", (system, messages) => {
    const body = { system: [text("s"), point(system)], messages: [user(text("a"), point(messages))] };
    expect(refusalText(body)).toBe(
      "The model returned the following errors: messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. " +
        "Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
    );
  });

  it.each([
    ["1h", "1h"],
    ["1h", "5m"],
    ["1h", undefined],
    ["5m", undefined],
  ])("may live as long as an earlier one or shorter: %s then %s", (tools, messages) => {
    const body = { toolConfig: { tools: [tool, point(tools)] }, messages: [user(text("a"), point(messages))] };
    expect(refusalText(body)).toBeUndefined();
  });

  it("are refused in tools by Nova", () => {
    const body = { toolConfig: { tools: [tool, point()] }, messages: [hi] };
    expect(refusalText(body, MODELS.nova)).toBe(
      "Malformed input request: #/toolConfig/tools/1: extraneous key [cachePoint] is not permitted, please reformat your input and try again.",
    );
    expect(refusalText({ messages: [user(text("a"), point())] }, MODELS.nova)).toBeUndefined();
  });

  it("are refused by models that do not cache", () => {
    expect(refusal({ messages: [user(text("a"), point())] }, MODELS.llama)).toBe(
      "AccessDeniedException: You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.",
    );
  });

  it.each(["5m", "1h"])("must not have the TTL %s for other models than Claude", (ttl) => {
    const body = (given?: string): object => ({ messages: [user(text("a"), point(given))] });
    expect(refusalText(body(ttl), MODELS.nova)).toBe(
      "Extended TTL prompt caching is only supported for Anthropic models",
    );
    expect(refusalText(body(), MODELS.nova)).toBeUndefined();
    expect(refusalText(body(ttl))).toBeUndefined();
  });

  it.each(["anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-5-sonnet-20240620-v1:0"])(
    "are refused by %s, which is too old to cache",
    (id) => expect(refusal({ messages: [user(text("a"), point())] }, id)).toContain("AccessDeniedException"),
  );
});
