import { describe, expect, test } from "vitest";
import type { WireRequest } from "../../../../src/bedrock/converse/wire.ts";
import {
  assistant,
  CLAUDE,
  document,
  image,
  legalizeFor,
  LLAMA,
  NOVA,
  point,
  signed,
  text,
  user,
  weather,
} from "../../../support/legalizing.ts";

const full: Partial<WireRequest> = {
  toolConfig: { tools: [weather, point()] },
  system: [text("s"), point()],
  messages: [user(text("a"), point()), assistant(text("b")), user(text("c"), point())],
};

describe("cache points", () => {
  test("stay where the model takes them", () => {
    expect(legalizeFor(CLAUDE, full)).toMatchObject({ request: full, codes: [] });
  });

  test("are dropped for a model without a cache, as it refuses the request for them", () => {
    const { request, codes } = legalizeFor(LLAMA, full);
    expect(JSON.stringify(request)).not.toContain("cachePoint");
    expect(codes).toEqual(["cache_point_dropped"]);
  });

  test("are dropped in tools where only the other sections are cached", () => {
    const { request, codes } = legalizeFor(NOVA, full);
    expect(request.toolConfig).toEqual({ tools: [weather] });
    expect(request).toMatchObject({ system: full.system, messages: full.messages });
    expect(codes).toEqual(["cache_point_dropped"]);
  });

  test("never stand first, behind another, or behind thinking", () => {
    const { request, codes } = legalizeFor(CLAUDE, {
      system: [point(), text("s"), point(), point()],
      messages: [user(point(), text("a")), assistant(signed, point(), text("b")), user(text("c"), point())],
    });
    expect(request.system).toEqual([text("s"), point()]);
    expect(request.messages).toEqual([user(text("a")), assistant(signed, text("b")), user(text("c"), point())]);
    expect(codes).toEqual(["cache_point_dropped"]);
  });

  test("are four: the last of tools and system, then the latest messages", () => {
    const { request, codes, warnings } = legalizeFor(CLAUDE, {
      toolConfig: { tools: [weather, point()] },
      system: [text("s"), point(), text("t"), point()],
      messages: [
        user(text("a"), point()),
        assistant(text("b"), point()),
        user(text("c"), point(), text("d"), point(), text("e")),
      ],
    });
    expect(request.toolConfig?.tools).toEqual([weather, point()]);
    expect(request.system).toEqual([text("s"), text("t"), point()]);
    expect(request.messages).toEqual([
      user(text("a")),
      assistant(text("b")),
      user(text("c"), point(), text("d"), point(), text("e")),
    ]);
    expect(codes).toEqual(["cache_point_dropped"]);
    expect(warnings[0]).toContain("3");
  });

  test("never live longer than one before them, nor longer than the model knows", () => {
    const late = legalizeFor(CLAUDE, { ...full, system: [text("s"), point("1h")] });
    expect(late.request.system).toEqual([text("s"), point()]);
    expect(late.codes).toEqual(["cache_ttl_shortened"]);
    const ordered = {
      toolConfig: { tools: [weather, point("1h")] },
      system: [text("s"), point("1h"), text("t"), point("5m")],
    };
    expect(legalizeFor(CLAUDE, { ...ordered, messages: [user(text("a"))] }).codes).toEqual([]);
    const nova = legalizeFor(NOVA, {
      system: [text("s"), point("1h"), text("t"), point("5m")],
      messages: [user(text("a"))],
    });
    expect(nova.request.system).toEqual([text("s"), point(), text("t"), point()]);
    expect(nova.codes).toEqual(["cache_ttl_shortened"]);
  });

  test("behind a document that is no PDF stand behind a word of text", () => {
    const word = text("(End of the document.)");
    const note = document("a", { format: "md" });
    expect(legalizeFor(CLAUDE, { messages: [user(note, point(), text("?"))] }).messages).toEqual([
      user(note, word, point(), text("?")),
    ]);
    for (const block of [document("a"), image]) {
      const messages = [user(text("?"), block, point())];
      expect(legalizeFor(CLAUDE, { messages }).messages).toEqual(messages);
    }
  });
});
