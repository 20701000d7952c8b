import { describe, expect, it } from "vitest";
import { createClient, failureOf, useServer } from "../../support/bedrock.ts";

const server = useServer();
const start = (id: string, contentBlockIndex: number) => ({
  event: "contentBlockStart",
  payload: { contentBlockIndex, start: { toolUse: { toolUseId: id, name: "look" } } },
});
const input = (contentBlockIndex: number) => ({
  event: "contentBlockDelta",
  payload: { contentBlockIndex, delta: { toolUse: { input: "{}" } } },
});
const stop = (contentBlockIndex: number) => ({ event: "contentBlockStop", payload: { contentBlockIndex } });

describe("a stream whose frames come twice", () => {
  it("ends where a tool call begins anew before it has ended, with the calls before it", async () => {
    server().enqueue({
      events: [
        { event: "messageStart", payload: { role: "assistant" } },
        start("one", 0),
        input(0),
        stop(0),
        start("two", 1),
        start("two", 1),
        input(1),
        stop(1),
        { event: "messageStop", payload: { stopReason: "tool_use" } },
      ],
    });
    const tool = { name: "look", execute: () => "seen" };
    const chat = createClient(server()).chat("us.amazon.nova-lite-v1:0").withTools([tool]);
    const error = await failureOf(chat.stream("Look.").response());
    expect(error).toMatchObject({ code: "ERR_STREAM_PROTOCOL" });
    expect(error.message).toContain("a tool call begins within another");
    expect(error.partial?.parts.map((part) => part.type === "tool_call" && part.id)).toEqual(["one"]);
  });
});
