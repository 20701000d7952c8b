import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../src/index.ts";
import { bodyOf, createClient, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { createPng } from "../support/media-files.ts";
import { lastContent, take, WAYS } from "../support/turns.ts";
import { createWeather } from "../support/weather.ts";
import { reload } from "./reload.ts";

// It checks each signature, and so the hash of each body.
const server = useServer({ apiKeys: ["bedrock-api-key-1"] });

const folder = mkdtempSync(join(tmpdir(), "long-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LONG = "The miller counts the sacks. ".repeat(1000);

/** The texts of a request's messages. */
function textsOf(index?: number): unknown[] {
  const { messages } = bodyOf(server(), index);
  const list: readonly { readonly content: readonly { readonly text?: string }[] }[] = Array.isArray(messages)
    ? messages
    : [];
  return list.map(({ content }) => content.map(({ text }) => text).join(""));
}

/** The texts of a history, without instructions. */
const textsIn = (history: readonly Message[]): string[] =>
  history.flatMap(({ role, content }) => {
    if (role === "system") return [];
    const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
    return [parts.map((part) => (part.type === "text" ? part.text : "")).join("")];
  });

describe.each(WAYS)("a long conversation (%s)", { timeout: 30_000 }, (way) => {
  test("is sent whole with every turn, with a valid signature", async () => {
    const chat = createClient(server()).chat(MODEL).withInstructions("Be brief.").withTemperature(0);
    for (let turn = 0; turn < 8; turn++) {
      const before = textsIn(chat.history);
      const question = turn === 0 ? LONG : `Question ${turn}: é \u{1f600}`;
      await take(way, chat, question);
      expect(textsOf()).toEqual([...before, question]);
      expect(bodyOf(server())).toMatchObject({ system: [{ text: "Be brief." }], inferenceConfig: { temperature: 0 } });
    }
    await take(way, chat.withTemperature(1).withInstructions("Be long."), "And now?");
    expect(bodyOf(server())).toMatchObject({ system: [{ text: "Be long." }], inferenceConfig: { temperature: 1 } });
    expect(textsOf()).toHaveLength(17);
  });

  test("is sent again as it was when an attempt fails", async () => {
    const chat = createClient(server()).chat(MODEL);
    for (const question of [LONG, "Second?", "Third?"]) await take(way, chat, question);
    server().enqueue(
      { error: "ThrottlingException", message: "Not now." },
      { error: "ServiceUnavailableException", message: "Not now." },
    );
    await take(way, chat, "Fourth?");
    expect(server().requests).toHaveLength(6);
    const [first, second, third] = server()
      .requests.slice(3)
      .map(({ body }) => Buffer.from(body).toString());
    expect([second, third]).toEqual([first, first]);
    expect(textsOf().at(-1)).toBe("Fourth?");
  });

  test("is not changed by a turn that failed, nor by a fork", async () => {
    const chat = createClient(server(), { maxRetries: 0 }).chat(MODEL);
    for (const question of [LONG, "Second?", "Third?"]) await take(way, chat, question);
    server().enqueue({ error: "ValidationException", message: "Not now." });
    await failureOf(take(way, chat, "Refused?"));
    const fork = chat.fork();
    await Promise.all([take(way, fork, "In the fork?"), take(way, chat, "In the chat?")]);
    await take(way, chat, "Last of the chat?");
    expect(textsOf()).toEqual(textsIn(chat.history).slice(0, -1));
    expect(textsOf()).not.toContain("In the fork?");
    expect(textsOf()).not.toContain("Refused?");
    await take(way, fork, "Last of the fork?");
    expect(textsOf()).toEqual(textsIn(fork.history).slice(0, -1));
    expect(textsOf()).not.toContain("In the chat?");
  });

  test("is what a middleware makes of it, in each turn anew", async () => {
    const changed = { role: "user" as const, content: "" };
    const answer = { role: "assistant", content: "Good." } as const;
    let turn = 0;
    const chat = createClient(server())
      .chat(MODEL, { messages: [{ role: "user", content: LONG }, answer, { role: "user", content: "Why?" }, answer] })
      .use({
        request: (context, next) => {
          changed.content = `changed in turn ${turn}`;
          const [first, second, , ...others] = context.request.messages;
          return first && second
            ? next({ ...context.request, messages: [first, second, changed, ...others] })
            : next(context.request);
        },
      });
    for (; turn < 5; turn++) {
      await take(way, chat, `Question ${turn}?`);
      expect(textsOf().slice(0, 4)).toEqual([LONG, "Good.", `changed in turn ${turn}`, "Good."]);
      expect(textsOf().at(-1)).toBe(`Question ${turn}?`);
    }
  });

  test("may hold tools, documents, and cache points that move on", async () => {
    const chat = createClient(server()).chat(MODEL).withTools([createWeather()]).withCache("auto");
    await take(way, chat, LONG, { images: [createPng(4, 4, 30_000)] });
    for (let turn = 0; turn < 4; turn++) await take(way, chat, `What is the weather in Paris, for the ${turn}. time?`);
    expect(server().requests.length).toBeGreaterThan(5);
    expect(JSON.stringify(bodyOf(server()))).toContain('{"cachePoint":{"type":"default"}}');
    const again = createClient(server())
      .chat(MODEL, reload(chat.fork()))
      .withTools([createWeather()])
      .withCache("auto");
    const ask = "And tomorrow?";
    await take(way, chat, ask);
    const kept = bodyOf(server());
    await take(way, again, ask);
    expect(bodyOf(server())).toEqual(kept);
  });
});

describe.each(WAYS)("a large medium (%s)", { timeout: 30_000 }, (way) => {
  const png = createPng(100, 100, 1_000_000);
  const base64 = png.toString("base64");

  test("goes out as its base64, from bytes and from a file, and stays in the history as plain data", async () => {
    const path = join(folder, "large.png");
    writeFileSync(path, png);
    for (const image of [png, path]) {
      const chat = createClient(server()).chat(MODEL);
      await take(way, chat, "What is this?", { images: [image] });
      for (const question of ["Sure?", "Really?"]) await take(way, chat, question);
      const { messages } = bodyOf(server());
      const [first] = Array.isArray(messages) ? messages : [];
      expect(first).toHaveProperty("content.0.image.source.bytes", base64);
      const [part] = chat.history[0]?.content ?? [];
      if (typeof part !== "object" || part.type !== "image") throw new Error("The image comes first.");
      expect(part.source).toEqual({ base64 });
      expect(JSON.parse(JSON.stringify(chat))).toHaveProperty("messages.0.content.0", {
        type: "image",
        source: { base64 },
        format: "png",
      });
      expect(structuredClone(chat.toJSON()).messages[0]?.content).toEqual(chat.history[0]?.content);
      expect(inspect(chat.history, { depth: 9 }).length).toBeLessThan(5000);
    }
  });

  test("is what it was when it was given, whatever becomes of the bytes", async () => {
    const bytes = new Uint8Array(png);
    const chat = createClient(server()).chat(MODEL);
    await take(way, chat, "What is this?", { images: [bytes] });
    bytes.fill(0);
    await take(way, chat, "Sure?");
    await take(way, chat, [{ type: "text", text: "Really?" }]);
    const { messages } = bodyOf(server());
    const [first] = Array.isArray(messages) ? messages : [];
    expect(first).toHaveProperty("content.0.image.source.bytes", base64);
  });

  test("is sent again when an attempt fails", async () => {
    server().enqueue({ error: "ThrottlingException", message: "Not now." });
    await take(way, createClient(server()).chat(MODEL), "What is this?", { images: [png] });
    const [first, second] = server().requests.map(({ body }) => Buffer.from(body));
    expect(first && second && first.equals(second) && first.length > 1_300_000).toBe(true);
    expect(lastContent(server())).toMatchObject([{ image: { format: "png" } }, { text: "What is this?" }]);
  });

  test("goes through a fetch of the caller's own, and with an API key", async () => {
    for (const options of [{ fetch: globalThis.fetch }, { bedrockApiKey: "bedrock-api-key-1" }]) {
      const chat = createClient(server(), options).chat(MODEL);
      for (const question of [LONG, "Second?", "Third?"])
        await take(way, chat, question, question === LONG ? { images: [png] } : {});
      expect(textsOf()).toEqual(textsIn(chat.history).slice(0, -1));
    }
  });
});
