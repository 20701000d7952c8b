import { describe, expect, test } from "vitest";
import { bodyOf, createClient, failureOf, useServer } from "../../support/bedrock.ts";
import { close, collect, openTool, start, stop, text, toolInput } from "../../support/events.ts";

const server = useServer();
const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };

/** What is known of a stream that brings an answer by a tool call, and breaks. */
async function breakAfter(...events: Parameters<typeof toolInput>[0][]): Promise<unknown> {
  const calls = [openTool("t", "answer"), ...events.map((input) => toolInput(input))];
  server().enqueue({ events: [start, ...calls, { close: true }] });
  const chat = createClient(server(), { maxRetries: 0 }).chat("us.amazon.nova-lite-v1:0");
  const error = await failureOf(collect(chat.withSchema(schema, { mode: "tool" }).stream("Hi")));
  return error.partial;
}

describe("what had arrived of a structured answer that comes as a tool call", () => {
  test("is the text that was handed over, as far as it came", async () => {
    expect(await breakAfter('{"n":', "4")).toMatchObject({
      content: '{"n":4',
      parts: [{ type: "text", text: '{"n":4' }],
    });
  });

  test("is that text, too, when the call was whole and the end did not come", async () => {
    const events = [start, openTool("t", "answer"), toolInput('{"n":4}'), close()];
    server().enqueue({ events: [...events, stop("tool_use"), { close: true }] });
    const chat = createClient(server(), { maxRetries: 0 }).chat("us.amazon.nova-lite-v1:0");
    const error = await failureOf(collect(chat.withSchema(schema, { mode: "tool" }).stream("Hi")));
    expect(error.partial).toEqual({
      content: '{"n":4}',
      parts: [{ type: "text", text: '{"n":4}' }],
      finishReason: "end_turn",
    });
  });
});

test("a call in what had arrived has the tool's own name", async () => {
  const chat = createClient(server(), { maxRetries: 0 }).chat("us.amazon.nova-lite-v1:0");
  chat.withTools([{ name: "get it", execute: () => 1 }]);
  await chat.ask("Hello!");
  const onWire = /"name":"(get[^"]+)"/.exec(JSON.stringify(bodyOf(server())))?.[1] ?? "";
  expect(onWire).not.toBe("get it");
  const call = [openTool("t", onWire, 1), toolInput("{}", 1), close(1)];
  server().enqueue({ events: [start, text("Hi"), close(), ...call, { close: true }] });
  const error = await failureOf(collect(chat.stream("Hi")));
  expect(error.partial?.parts).toMatchObject([{ type: "text" }, { type: "tool_call", name: "get it" }]);
});
