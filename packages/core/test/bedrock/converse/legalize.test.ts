import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { legalize } from "../../../src/bedrock/converse/legalize.ts";
import type { WireBlock, WireConversation } from "../../../src/bedrock/converse/wire.ts";

const cachePoint: WireBlock = { cachePoint: { type: "default" } };
const unsigned: WireBlock = { reasoningContent: { reasoningText: { text: "Hm." } } };
const signed: WireBlock = { reasoningContent: { reasoningText: { text: "", signature: "c2ln" } } };
const block: fc.Arbitrary<WireBlock> = fc.oneof(
  fc.constantFrom("", " ", "\n\t", "\u3000", "a", " b ", "c").map((text) => ({ text })),
  fc.constantFrom(cachePoint, unsigned, signed),
  fc.constant({ toolUse: { toolUseId: "t", name: "f", input: {} } }),
  fc.constant({ hologram: { text: "" } }),
);
const conversation: fc.Arbitrary<WireConversation> = fc.record({
  system: fc.array(block, { maxLength: 4 }),
  messages: fc.array(
    fc.record({
      role: fc.constantFrom("user" as const, "assistant" as const),
      content: fc.array(block, { maxLength: 5 }),
    }),
    { maxLength: 8 },
  ),
});

const isBlank = ({ text }: WireBlock): boolean => typeof text === "string" && text.trim() === "";
const isUnsigned = (b: WireBlock): boolean => isDeepStrictEqual(b, unsigned);

describe("a legal conversation", () => {
  test("has no blank text, no unsigned thinking, no empty message and no neighbours of one role", () => {
    fc.assert(
      fc.property(conversation, (given) => {
        const legal = legalize(given);
        for (const blocks of [legal.system, ...legal.messages.map(({ content }) => content)]) {
          expect(blocks.some((b) => isBlank(b) || isUnsigned(b))).toBe(false);
        }
        legal.messages.forEach((message, index) => {
          expect(message.content).not.toEqual([]);
          expect(message.role).not.toBe(legal.messages[index - 1]?.role);
        });
      }),
    );
  });

  test("holds everything else, in order", () => {
    fc.assert(
      fc.property(conversation, (given) => {
        const legal = legalize(given);
        const kept = (blocks: readonly WireBlock[]): WireBlock[] =>
          blocks.filter((b) => !isBlank(b) && !isUnsigned(b) && !("cachePoint" in b));
        expect(kept(legal.system)).toEqual(kept(given.system));
        expect(kept(legal.messages.flatMap(({ content }) => content))).toEqual(
          kept(given.messages.flatMap(({ content }) => content)),
        );
      }),
    );
  });

  test("comes back unchanged, and without a warning", () => {
    fc.assert(
      fc.property(conversation, (given) => {
        const once = legalize(given);
        const { warnings, ...twice } = legalize(once);
        expect({ ...twice, warnings: once.warnings }).toEqual(once);
        expect(warnings).toEqual([]);
      }),
    );
  });

  test("is made without touching what was given, and always the same", () => {
    fc.assert(
      fc.property(conversation, (given) => {
        const before = structuredClone(given);
        expect(legalize(given)).toEqual(legalize(given));
        expect(given).toEqual(before);
      }),
    );
  });
});

describe("what is changed", () => {
  test("is told by place", () => {
    const { warnings } = legalize({
      system: [{ text: "" }],
      messages: [
        { role: "user", content: [{ text: "Hi" }] },
        { role: "assistant", content: [{ text: " " }, { text: "Yes" }] },
      ],
    });
    expect(warnings.map(({ code }) => code)).toEqual(["blank_text_dropped", "blank_text_dropped"]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("system"),
      expect.stringContaining("messages[1] (assistant)"),
    ]);
  });

  test("is told of thinking that has no signature", () => {
    const { messages, warnings } = legalize({
      system: [],
      messages: [{ role: "assistant", content: [unsigned, signed, { text: "Yes" }] }],
    });
    expect(messages).toEqual([{ role: "assistant", content: [signed, { text: "Yes" }] }]);
    expect(warnings.map(({ code }) => code)).toEqual(["unsigned_thinking_dropped"]);
  });

  test("takes cache points along that have nothing before them any more", () => {
    const system = [{ text: " " }, cachePoint, { text: "" }, cachePoint, { text: "a" }, { text: "" }, cachePoint];
    const messages = [{ role: "user" as const, content: [{ text: "Hi" }] }];
    expect(legalize({ system, messages }).system).toEqual([{ text: "a" }, cachePoint]);
    expect(legalize({ system: [{ text: " " }, cachePoint], messages }).system).toEqual([]);
  });
});
