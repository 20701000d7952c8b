import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { holdBase64 } from "../../../src/bytes/held-bytes.ts";
import { freezeDeep } from "../../../src/chat/history.ts";
import { renderChat } from "../../../src/bedrock/converse/converse.ts";
import { resolveModel } from "../../../src/bedrock/models.ts";
import type { ChatParams, ChatRequest } from "../../../src/provider.ts";
import type { ContentPart } from "../../../src/types/content.ts";
import type { JsonObject } from "../../../src/types/json.ts";
import type { Message } from "../../../src/types/message.ts";
import { failureOf, MODEL } from "../../support/bedrock.ts";
import { createPng } from "../../support/media-files.ts";

type Client = Parameters<typeof renderChat>[0];

const createClient = (): Client => ({ bedrock: {}, resolve: resolveModel, loaded: {}, kept: new WeakMap() });

const requestOf = (messages: readonly Message[], params: ChatParams = {}): ChatRequest => ({
  model: MODEL,
  messages,
  params,
  options: {},
});

/** Renders with all that the client kept, and proves that it is what a new client renders. */
async function expectSame(client: Client, request: ChatRequest): Promise<{ bytes: Uint8Array; text: string }> {
  const { bytes, body } = await renderChat(client, request, false);
  const fresh = await renderChat(createClient(), request, false);
  const joined = bytes instanceof Uint8Array ? bytes : bytes.join();
  const text = Buffer.from(joined).toString();
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(fresh.body)));
  expect(body).toEqual(fresh.body);
  expect(bytes.length).toBe(joined.length);
  if (!(bytes instanceof Uint8Array)) {
    const read = Buffer.concat(Array.from(bytes.read(), (each) => Buffer.from(each)));
    expect(read.equals(joined)).toBe(true);
    expect(await bytes.sha256()).toBe(createHash("sha256").update(joined).digest("hex"));
  }
  return { bytes: joined, text };
}

const words = fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).map((word) => `${word}x`);
const png = createPng(2, 2, 200);
const part: fc.Arbitrary<ContentPart> = fc.oneof(
  { weight: 4, arbitrary: words.map((text): ContentPart => ({ type: "text", text })) },
  {
    weight: 1,
    arbitrary: words.map((text): ContentPart => ({ type: "text", text, cache_control: { type: "ephemeral" } })),
  },
  { weight: 1, arbitrary: fc.constant<ContentPart>({ type: "image", source: holdBase64(png), format: "png" }) },
  {
    weight: 1,
    arbitrary: words.map((name): ContentPart => ({ type: "document", source: holdBase64(png), format: "pdf", name })),
  },
);
const content = fc.oneof(words, fc.array(part, { minLength: 1, maxLength: 3 }));
const turn = fc
  .tuple(content, words)
  .map(([question, answer]): [Message, Message] => [
    freezeDeep({ role: "user", content: question } as const),
    freezeDeep({ role: "assistant", content: [{ type: "text", text: answer }] } as const),
  ]);

/** What happens to a conversation before it is sent again. */
const change = fc.oneof(
  { weight: 6, arbitrary: turn.map((messages) => ({ kind: "go on", messages }) as const) },
  { weight: 1, arbitrary: fc.nat(30).map((at) => ({ kind: "cut", at }) as const) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(30), turn).map(([at, [message]]) => ({ kind: "replace", at, message }) as const),
  },
  { weight: 1, arbitrary: words.map((text) => ({ kind: "instruct", text }) as const) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<ChatParams>({}, { cache: "auto" }, { temperature: 0.5 })
      .map((params) => ({ kind: "set", params }) as const),
  },
);

const longText = freezeDeep({ role: "user", content: "What does the mill do? ".repeat(1000) } as const);
const answer = freezeDeep({ role: "assistant", content: [{ type: "text", text: "It mills." }] } as const);
const question = freezeDeep({ role: "user", content: "And then?" } as const);

describe("a long conversation", () => {
  test("is sent as one that nothing is kept of, whatever happens to it between its turns", async () => {
    const run = async (changes: (typeof change extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> => {
      const client = createClient();
      let messages: readonly Message[] = [longText, answer];
      let params: ChatParams = {};
      for (const next of changes) {
        if (next.kind === "go on") messages = [...messages, ...next.messages];
        if (next.kind === "cut") messages = messages.slice(0, 2 + (next.at - (next.at % 2)));
        if (next.kind === "replace")
          messages = messages.map((each, at) => (at === next.at && each.role === "user" ? next.message : each));
        if (next.kind === "instruct")
          messages = [...messages.slice(0, 1), { role: "system", content: next.text }, ...messages.slice(1)];
        if (next.kind === "set") params = next.params;
        await expectSame(client, requestOf(Object.freeze([...messages, question]), params));
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(change, { maxLength: 10 }), run), { numRuns: 30 });
  }, 30_000);

  test("grows by short turns and by long ones", async () => {
    const client = createClient();
    let messages: readonly Message[] = [longText];
    for (let at = 0; at < 8; at++) {
      const { text } = await expectSame(client, requestOf(Object.freeze(messages)));
      expect(JSON.parse(text)).toHaveProperty("messages.length", messages.length);
      messages = [...messages, answer, at % 4 === 3 ? freezeDeep({ ...longText }) : question];
    }
  });

  test("of several chats with a common beginning stays each one's own", async () => {
    const client = createClient();
    const one: Message[] = [longText, answer];
    const other: Message[] = [longText, answer];
    for (let at = 0; at < 6; at++) {
      const ask = (name: string): Message => freezeDeep({ role: "user", content: `${name} ${at}` } as const);
      const bodies = await Promise.all(
        [one, other].map(async (chat, index) => {
          chat.push(ask(`chat ${index}`));
          return renderChat(client, requestOf(Object.freeze([...chat])), false);
        }),
      );
      // Both are read when both were made: neither may have changed the other.
      bodies.forEach(({ bytes }, index) => {
        const joined = bytes instanceof Uint8Array ? bytes : bytes.join();
        const chat = [one, other][index] ?? [];
        const body: unknown = JSON.parse(Buffer.from(joined).toString());
        expect(body).toHaveProperty("messages.length", chat.length);
        expect(body).toHaveProperty(`messages.${chat.length - 1}.content`, [{ text: `chat ${index} ${at}` }]);
      });
      for (const chat of [one, other]) chat.push(answer);
    }
  });

  test("renders nothing again but what is new", async () => {
    const client = createClient();
    let messages: readonly Message[] = [longText];
    const render = async (): Promise<readonly unknown[]> => {
      const { body } = await renderChat(client, requestOf(Object.freeze(messages)), false);
      return Array.isArray(body["messages"]) ? body["messages"] : [];
    };
    for (let at = 0; at < 3; at++, messages = [...messages, answer, question]) await render();
    const before = await render();
    messages = [...messages, answer, question];
    const after = await render();
    expect(after).toHaveLength(before.length + 2);
    before.forEach((wire, index) => expect(after[index]).toBe(wire));
  });

  test("renders a message again that may have changed", async () => {
    const client = createClient();
    const changing = { role: "user" as const, content: "first" };
    const list = [longText, answer, changing, answer, question];
    for (let at = 0; at < 4; at++) {
      changing.content = `version ${at}`;
      expect((await expectSame(client, requestOf(list))).text).toContain(`version ${at}`);
    }
    const inside = { type: "text" as const, text: "" };
    const shallow = Object.freeze({ role: "user" as const, content: Object.freeze([inside]) });
    for (let at = 0; at < 4; at++) {
      inside.text = `inner ${at}`;
      expect((await expectSame(client, requestOf([longText, answer, shallow, answer, question]))).text).toContain(
        `inner ${at}`,
      );
    }
  });

  test.each([
    [
      "a getter",
      (state: { text: string }): Message =>
        Object.freeze({
          role: "user",
          get content() {
            return state.text;
          },
        }),
    ],
    [
      "a class with state of its own",
      (state: { text: string }): Message => {
        class Question {
          readonly role = "user";
          get content(): string {
            return state.text;
          }
        }
        return Object.freeze(new Question());
      },
    ],
    [
      "a frozen date",
      (state: { text: string; date: Date }): Message =>
        freezeDeep({
          role: "user",
          content: [{ type: "raw", block: Object.assign<JsonObject, object>({}, { at: state.date }) }],
        }),
    ],
  ])("renders a message again that is frozen and still changes: %s", async (_, create) => {
    const client = createClient();
    const state = { text: "", date: new Date(0) };
    const message = create(state);
    for (let at = 0; at < 4; at++) {
      state.text = `version 197${at}`;
      state.date.setUTCFullYear(1970 + at, 5);
      expect((await expectSame(client, requestOf([longText, answer, message, answer, question]))).text).toContain(
        `197${at}`,
      );
    }
  });

  test("notices that a list has other messages than before", async () => {
    const client = createClient();
    const list: Message[] = [longText, answer, question];
    for (let at = 0; at < 3; at++) await expectSame(client, requestOf(list));
    list[1] = freezeDeep({ role: "assistant", content: [{ type: "text", text: "It stands still." }] } as const);
    expect((await expectSame(client, requestOf(list))).text).toContain("It stands still.");
  });

  test("that holds what JSON cannot is refused as any other", async () => {
    const client = createClient();
    const block = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    const deep: Message = { role: "user", content: [{ type: "raw", block }] };
    await renderChat(client, requestOf([longText, answer, question]), false);
    const error = await failureOf(renderChat(client, requestOf([longText, answer, deep]), false));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining("nested too deeply") });
  });

  test("may hold what holds itself, where that is not sent", async () => {
    const client = createClient();
    const note: Record<string, unknown> = {};
    note["self"] = note;
    const text = { type: "text" as const, text: "And then?", note };
    const looped: Message = freezeDeep({ role: "user", content: [text] });
    for (let at = 0; at < 3; at++) {
      expect((await expectSame(client, requestOf([longText, answer, looped]))).text).toContain("And then?");
    }
  });

  test("that is instructions to a stored prompt only is sent without messages each time", async () => {
    const client = createClient();
    const instructions = freezeDeep({ role: "system", content: longText.content } as const);
    const model = "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1";
    for (let at = 0; at < 3; at++) {
      const { bytes } = await renderChat(client, { ...requestOf([instructions]), model }, false);
      const joined = bytes instanceof Uint8Array ? bytes : bytes.join();
      expect(Buffer.from(joined).toString()).toMatch(/^\{"system":/);
    }
  });

  test("whose text is short keeps nothing", async () => {
    const client = createClient();
    const messages = [question];
    await renderChat(client, requestOf(messages), false);
    expect(client.kept.get(question)).toBeUndefined();
    expect((await renderChat(client, requestOf(messages), false)).bytes).toBeInstanceOf(Uint8Array);
  });
});
