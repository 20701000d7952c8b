import { describe, expect, test } from "vitest";
import { renderConversation } from "../../../src/bedrock/converse/render.ts";
import type { ContentPart } from "../../../src/types/content.ts";
import { errorOf } from "../../support/bedrock.ts";

const blocksOf = (...content: ContentPart[]): unknown =>
  renderConversation([{ role: "assistant", content }]).messages[0]?.content;

describe("a history as Converse's messages", () => {
  test("has system apart, and tools as the user", () => {
    expect(
      renderConversation([
        { role: "system", content: "A" },
        { role: "user", content: "B" },
        { role: "system", content: [{ type: "text", text: "C" }] },
        { role: "assistant", content: "D" },
        { role: "tool", content: "E" },
      ]),
    ).toEqual({
      system: [{ text: "A" }, { text: "C" }],
      messages: [
        { role: "user", content: [{ text: "B" }] },
        { role: "assistant", content: [{ text: "D" }] },
        { role: "user", content: [{ text: "E" }] },
      ],
    });
  });

  test.each<[ContentPart, object[]]>([
    [{ type: "text", text: "a" }, [{ text: "a" }]],
    [
      { type: "text", text: "a", citations: [{ title: "T" }] },
      [{ citationsContent: { content: [{ text: "a" }], citations: [{ title: "T" }] } }],
    ],
    [
      { type: "text", text: "a", cache_control: { type: "ephemeral" } },
      [{ text: "a" }, { cachePoint: { type: "default" } }],
    ],
    [
      { type: "text", text: "a", cache_control: { type: "ephemeral", ttl: "1h" } },
      [{ text: "a" }, { cachePoint: { type: "default", ttl: "1h" } }],
    ],
    [{ type: "thinking", text: "a" }, [{ reasoningContent: { reasoningText: { text: "a" } } }]],
    [
      { type: "thinking", text: "a", signature: "s" },
      [{ reasoningContent: { reasoningText: { text: "a", signature: "s" } } }],
    ],
    [
      { type: "thinking", text: "", signature: "s" },
      [{ reasoningContent: { reasoningText: { text: "", signature: "s" } } }],
    ],
    [{ type: "thinking", text: "", redacted: "cg==" }, [{ reasoningContent: { redactedContent: "cg==" } }]],
    [
      { type: "tool_call", id: "i", name: "n", arguments: { a: 1 } },
      [{ toolUse: { toolUseId: "i", name: "n", input: { a: 1 } } }],
    ],
    [
      { type: "tool_call", id: "i", name: "n", arguments: {}, kind: "server_tool_use" },
      [{ toolUse: { toolUseId: "i", name: "n", input: {}, type: "server_tool_use" } }],
    ],
    [
      { type: "tool_call", id: "i", name: "n", arguments: {}, kind: "tool_use" },
      [{ toolUse: { toolUseId: "i", name: "n", input: {} } }],
    ],
    [{ type: "tool_addition", tool: { name: "n" } }, [{ toolAddition: { tool: { name: "n" } } }]],
    [{ type: "tool_removal", tool: { name: "n" } }, [{ toolRemoval: { tool: { name: "n" } } }]],
    [{ type: "guard_text", text: "a" }, [{ guardContent: { text: { text: "a" } } }]],
    [
      { type: "guard_text", text: "a", qualifiers: ["query"] },
      [{ guardContent: { text: { text: "a", qualifiers: ["query"] } } }],
    ],
    [{ type: "raw", block: { hologram: {} } }, [{ hologram: {} }]],
  ])("renders %j", (part, blocks) => {
    expect(blocksOf(part)).toEqual(blocks);
  });

  test("refuses a part of an unknown type", () => {
    expect(errorOf(() => Reflect.apply(blocksOf, undefined, [{ type: "smell" }])).message).toContain('"smell"');
  });
});
