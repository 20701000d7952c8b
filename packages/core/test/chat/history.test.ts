import { describe, expect, test } from "vitest";
import { createMessage, freezeCopy } from "../../src/chat/history.ts";
import type { ContentPart } from "../../src/types/content.ts";
import { objectOf, objectsOf } from "../../src/types/json.ts";
import type { Message, Role } from "../../src/types/message.ts";
import { errorOf } from "../support/bedrock.ts";

/** What callers without types may pass. */
const create = (content: unknown, role = "user"): Message =>
  createMessage(role as Role, content as string | readonly ContentPart[]);

const KINDS =
  "text, thinking, image, document, video, audio, search_result, tool_call, tool_result, guard_text, guard_image, " +
  "tool_addition, tool_removal, raw";

describe("a message", () => {
  test.each(["system", "user", "assistant", "tool"])("may be of %s", (role) => {
    expect(create("Hi", role)).toEqual({ role, content: "Hi" });
  });

  test.each<[unknown]>([
    [{ type: "text", text: "" }],
    [{ type: "text", text: "Hi", citations: [] }],
    [{ type: "thinking", text: "Hm.", redacted: "AAEC" }],
    [{ type: "document", source: { base64: "AAEC" }, citations: false }],
    [{ type: "search_result", source: "s", title: "t", content: ["c"] }],
    [{ type: "tool_call", id: "a", name: "weather", arguments: {} }],
    [{ type: "tool_result", id: "a", content: "sunny" }],
    [{ type: "tool_result", id: "a", content: [{ type: "json", json: null }] }],
    [{ type: "tool_result", id: "a", content: [{ type: "text", text: "sunny" }] }],
    [{ type: "guard_text", text: "Hi" }],
    [{ type: "tool_addition", tool: { name: "weather" } }],
    [{ type: "tool_removal", tool: { name: "weather" } }],
    [{ type: "raw", block: {} }],
    [{ type: "text", text: "Hi", cache_control: { type: "ephemeral", ttl: "5m" } }],
    [{ type: "text", text: "Hi", cache_control: { type: "ephemeral", ttl: "1h" } }],
    [{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }],
  ])("may hold %j", (part) => {
    expect(create([part])).toEqual({ role: "user", content: [part] });
  });

  test.each<[unknown, string]>([
    [5, "content is number: give a string or a list of parts."],
    [null, "content is null: give a string or a list of parts."],
    [[null], `content[0].type is undefined: give one of ${KINDS}.`],
    [["Hi"], `content[0].type is undefined: give one of ${KINDS}.`],
    [[{ type: "toString" }], `content[0].type is "toString": give one of ${KINDS}.`],
    [[{ type: "json", json: 1 }], `content[0].type is "json": give one of ${KINDS}.`],
    [[{ type: "text", text: "Hi" }, { type: "text" }], "content[1].text is undefined: give one of type string."],
    [[{ type: "tool_call", id: "a" }], "content[0].name is undefined: give one of type string."],
    [
      [{ type: "search_result", source: "s", title: "t", content: "c" }],
      "content[0].content is string: give one of type list.",
    ],
    [[{ type: "raw", block: null }], "content[0].block is object: give one of type object."],
    [[{ type: "tool_addition", tool: "x" }], "content[0].tool is string: give one of type object."],
    [[{ type: "tool_result", id: "a" }], "content[0].content is undefined: give a text or a list of parts."],
    [
      [{ type: "tool_result", id: "a", content: [{ type: "text", text: "" }, { type: "json" }] }],
      `content[0].content[1].type is "json": give one of ${KINDS}.`,
    ],
    [
      [{ type: "tool_result", id: "a", content: [null] }],
      `content[0].content[0].type is undefined: give one of ${KINDS}.`,
    ],
    [
      [{ type: "text", text: "", cache_control: { ttl: "2h" } }],
      'content[0].cache_control.ttl is "2h": give "5m" or "1h".',
    ],
    [[{ type: "thinking", text: "", redacted: "§" }], "content[0].redacted is no base64: give it as it was received."],
    [[{ type: "thinking", text: "", redacted: 5 }], "content[0].redacted is no base64: give it as it was received."],
    [[{ type: "text", text: "", citations: true }], "content[0].citations is boolean: give a list."],
    [
      [{ type: "document", source: { base64: "" }, citations: [] }],
      "content[0].citations is object: give true or false.",
    ],
  ])("may not be %j", (content, told) => {
    expect(errorOf(() => create(content))).toMatchObject({ code: "ERR_INPUT", message: told });
  });

  test("is of a role that there is", () => {
    expect(errorOf(() => create("Hi", "root")).message).toBe(
      'role is "root": give one of system, user, assistant, tool.',
    );
  });

  test("is a copy that nobody can change, however deep", () => {
    const given = { type: "tool_call", id: "a", name: "n", arguments: { list: [{ deep: 1 }] } } as const;
    const { content } = create([given]);
    expect(content).toEqual([given]);
    const [part] = content;
    expect(part).not.toBe(given);
    if (typeof part !== "object" || part.type !== "tool_call") return expect.unreachable();
    const { list } = objectOf(part.arguments) ?? {};
    expect(Object.isFrozen(list)).toBe(true);
    expect(Object.isFrozen(objectsOf(list)[0])).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
    expect(Object.isFrozen(create("Hi"))).toBe(true);
  });

  test("names no path or URL in what a tool gave; what is no medium there stays", () => {
    const result = (source: unknown): unknown => [
      {
        type: "tool_result",
        id: "a",
        content: [
          { type: "text", text: "x" },
          { type: "image", source },
        ],
      },
    ];
    for (const source of ["/etc/passwd", "https://example.com/a.png", "./data:a.png", "x/s3://b", "metadata:"]) {
      expect(errorOf(() => create(result(source)))).toMatchObject({
        message:
          "content[0].content[1] names a path or URL, which is not read from the result of a tool: " +
          "read it yourself and give the bytes.",
      });
    }
    for (const source of ["data:image/png;base64,iVBORw0KGgo=", "s3://bucket/key.png", { base64: "iVBORw0KGgo=" }]) {
      expect(create(result(source)).content).toHaveLength(1);
    }
  });
});

describe("a copy of plain data", () => {
  test("says what it cannot be of", () => {
    const error = errorOf(() => freezeCopy({ run: () => 1 }));
    expect(error.message).toBe("This is no plain data: give no function and no bytes.");
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("may hold the same thing twice, and circles", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const copy = freezeCopy(circle);
    expect(copy.self).toBe(copy);
    expect(Object.isFrozen(copy)).toBe(true);
  });
});
