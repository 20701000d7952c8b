import { describe, expect, test } from "vitest";
import { createAnswerReader } from "../../../src/bedrock/converse/read-answer.ts";
import type { Chunk } from "../../../src/types/chunk.ts";
import type { ContentPart } from "../../../src/types/content.ts";

const toolNames = new Map([["get_weather_x1", "get.weather"]]);
const named = (name: string): ContentPart => ({ type: "tool_call", id: "t1", name, arguments: {} });

describe("an answer to a request with renamed tools", () => {
  test("has the tools' own names, and all else as it came", () => {
    const parts: ContentPart[] = [{ type: "text", text: "get_weather_x1" }, named("get_weather_x1"), named("time")];
    const read = createAnswerReader(toolNames, undefined)?.read(parts, "tool_use");
    expect(read).toEqual({ parts: [parts[0], named("get.weather"), named("time")], finishReason: "tool_use" });
  });

  test("is handed on as it is where no tool was renamed", () => {
    expect(createAnswerReader(new Map(), undefined)).toBeUndefined();
  });

  test("has them in the chunks of a stream", () => {
    const read = createAnswerReader(toolNames, undefined)?.createChunkReader();
    const start: Chunk = { type: "tool_call_start", content: "", id: "t1", name: "get_weather_x1" };
    expect(read?.(start)).toEqual({ ...start, name: "get.weather" });
    const text: Chunk = { type: "text", content: "get_weather_x1" };
    expect(read?.(text)).toBe(text);
    const call = { type: "tool_call" as const, id: "t1", name: "get_weather_x1", arguments: {} };
    expect(read?.({ type: "tool_call", content: "", toolCall: call })).toMatchObject({
      toolCall: { name: "get.weather" },
    });
  });
});
