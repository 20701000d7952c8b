import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Attachment } from "../../src/chat/media.ts";
import type { AskOptions } from "../../src/chat/options.ts";
import type { Chat, ChatJSON } from "../../src/chat/chat.ts";
import type { ChatResponse } from "../../src/chat/response.ts";
import type { ContentPart, ToolResultContent } from "../../src/types/content.ts";
import { startHttpServer, startScriptedServer } from "../http/servers.ts";
import { bodyOf, createChat, createClient, errorOf, failureOf, MODEL, useServer } from "../support/bedrock.ts";
import { close, collect, converseResponse, delta, metadata, open, start, stop, text } from "../support/events.ts";
import { countListeners } from "../support/listeners.ts";
import { createPng, PDF, SAMPLES } from "../support/media-files.ts";

const server = useServer();

const folder = mkdtempSync(join(tmpdir(), "media-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file in a folder of its own. */
function createFile(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const png = createPng();
const base64 = png.toString("base64");
const image = { image: { format: "png", source: { bytes: base64 } } };
const pdf = PDF.toString("base64");

type Question = string | readonly ContentPart[] | undefined;

describe.each<[string, (chat: Chat, question: Question, options?: AskOptions) => Promise<ChatResponse>]>([
  ["ask", (chat, question, options) => chat.ask(question, options)],
  ["stream", (chat, question, options) => chat.stream(question, options).response()],
])("%s", (_name, ask) => {
  /** What the model got with the last question. */
  const contentOf = (): unknown => {
    const messages = bodyOf(server())["messages"];
    const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
    return last;
  };

  test("reads an image for the guardrail, no larger than an image may be", async () => {
    const guarded = (source: string): ContentPart[] => [
      { type: "guard_image", source },
      { type: "text", text: "?" },
    ];
    await ask(createChat(server()), guarded(createFile("guarded.png", png)));
    expect(contentOf()).toEqual({
      role: "user",
      content: [{ guardContent: { image: { format: "png", source: { bytes: base64 } } } }, { text: "?" }],
    });
    const huge = createFile("huge.png", "");
    truncateSync(huge, 5_000_000);
    const error = await failureOf(ask(createChat(server()), guarded(huge)));
    expect(error).toMatchObject({ code: "ERR_MEDIA", message: expect.stringContaining("it has") });
  });

  test("listens to the caller's signal no longer than the turn takes", async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    await ask(createChat(server()), "What is this?", { images: [createFile("a.png", png)], signal });
    expect(listeners.most).toBeGreaterThan(0);
    expect(listeners.now).toBe(0);
    await failureOf(ask(createChat(server()), "What is this?", { images: [join(folder, "none.png")], signal }));
    expect(listeners.now).toBe(0);
  });

  test.each<[string, () => Attachment]>([
    ["bytes", () => new Uint8Array(png)],
    ["a Buffer", () => png],
    ["a view of a part of some bytes", () => Buffer.concat([Buffer.alloc(9), png]).subarray(9)],
    ["base64", () => ({ base64 })],
    ["a data: URL", () => `data:image/png;base64,${base64}`],
    [
      "a data: URL without padding, percent-encoded",
      () => `data:;base64,${encodeURIComponent(base64.replace(/=+$/, ""))}`,
    ],
    ["a data: URL as URL", () => new URL(`data:image/png;base64,${base64}`)],
    ["a path", () => createFile("picture.jpg", png)],
    ["a file: URL", () => pathToFileURL(createFile("a picture.png", png))],
    ["a part without type", () => ({ source: png, format: "png" })],
    ["a part", () => ({ type: "image", source: { base64 } })],
  ])("sends an image given as %s, in front of the question", async (_kind, create) => {
    const chat = createChat(server());
    await ask(chat, "What is this?", { images: [create()] });
    expect(contentOf()).toEqual({ role: "user", content: [image, { text: "What is this?" }] });
    expect(chat.history[0]).toEqual({
      role: "user",
      content: [
        { type: "image", source: { base64 }, format: "png" },
        { type: "text", text: "What is this?" },
      ],
    });
    // What is stored goes on as it was, and nothing is read again.
    const saved = JSON.parse(JSON.stringify(chat)) as ChatJSON;
    const again = createClient(server()).chat(MODEL, saved);
    await ask(again, "And?");
    expect(bodyOf(server())["messages"]).toMatchObject([{ content: [image, {}] }, {}, {}]);
  });

  test("sends bytes as they were when they were given, whatever becomes of them next", async () => {
    const given: ((bytes: Uint8Array) => AskOptions)[] = [
      (bytes) => ({ images: [bytes] }),
      (bytes) => ({ files: [{ source: bytes, format: "png" }] }),
    ];
    for (const optionsOf of given) {
      const bytes = new Uint8Array(png);
      const answer = ask(createChat(server()), "What is this?", optionsOf(bytes));
      bytes.fill(0);
      await answer;
      expect(contentOf()).toEqual({ role: "user", content: [image, { text: "What is this?" }] });
    }
  });

  test("fetches a URL", async () => {
    const { endpoint } = await startHttpServer((_, response) => response.end(png));
    const chat = createClient(server(), { media: { allowPrivateAddresses: true } }).chat(MODEL);
    await ask(chat, "What?", { images: [`http://${endpoint.host}/a`, new URL(`http://${endpoint.host}/b`)] });
    expect(contentOf()).toMatchObject({ content: [image, image, { text: "What?" }] });
  });

  test("fetches a URL by the client's own fetch, and follows no redirect by it", async () => {
    const calls: unknown[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      const url = String(input);
      if (url.startsWith(server().url)) return globalThis.fetch(input, init);
      calls.push([url, init?.redirect]);
      return Promise.resolve(new Response(new Uint8Array(png)));
    };
    const chat = createClient(server(), { fetch }).chat(MODEL);
    await ask(chat, "What?", { images: ["https://example.com/a.png"] });
    expect(calls).toEqual([["https://example.com/a.png", "manual"]]);
    expect((await failureOf(ask(chat, "What?", { images: ["http://10.0.0.1/a.png"] }))).code).toBe("ERR_MEDIA");
    expect(calls).toHaveLength(1);
  });

  test("refuses a private address unless it is allowed", async () => {
    const { endpoint } = await startHttpServer((_, response) => response.end(png));
    const chat = createChat(server());
    const error = await failureOf(ask(chat, "What?", { images: [`http://${endpoint.host}/a`] }));
    expect(error).toMatchObject({ name: "InputError", code: "ERR_MEDIA" });
    expect(chat.history).toEqual([]);
    expect(server().requests).toHaveLength(0);
  });

  test("finds out what files are", async () => {
    const files = [
      createFile("q3 report.pdf", PDF),
      { source: { text: "All of it." }, name: "Notes", context: "From May." },
      createFile("page", SAMPLES["html"] ?? ""),
      png,
      createFile("table.csv", "a,b\n1,2\n"),
    ];
    await ask(createChat(server()), "Sum it up.", { files, images: [png] });
    expect(contentOf()).toEqual({
      role: "user",
      content: [
        image,
        { document: { format: "pdf", name: "q3 report", source: { bytes: pdf } } },
        {
          document: {
            name: "Notes",
            source: { text: "All of it." },
            context: "From May.",
          },
        },
        { document: { format: "html", name: "page", source: { bytes: SAMPLES["html"]?.toString("base64") } } },
        image,
        { document: { format: "csv", name: "table", source: { bytes: Buffer.from("a,b\n1,2\n").toString("base64") } } },
        { text: "Sum it up." },
      ],
    });
  });

  test("reads what was added before, and keeps what was read", async () => {
    const chat = createChat(server());
    const path = createFile("added.png", png);
    chat.add("user", [{ type: "image", source: path }]);
    chat.add("assistant", "I see.");
    const fork = chat.fork();
    await ask(chat, "What is it?");
    rmSync(path);
    await ask(chat, "And now?");
    expect(bodyOf(server())["messages"]).toMatchObject([{ content: [image] }, {}, {}, {}, {}]);
    expect(chat.history[0]?.content).toEqual([{ type: "image", source: { base64 }, format: "png" }]);
    // The fork had not read it.
    expect((await failureOf(ask(fork, "What is it?"))).code).toBe("ERR_MEDIA");
  });

  test("changes nothing when a medium cannot be read", async () => {
    const chat = createChat(server());
    chat.add("user", [{ type: "document", source: createFile("good.pdf", PDF) }]).add("assistant", "Yes.");
    const { history } = chat;
    const error = await failureOf(ask(chat, "What?", { files: [join(folder, "none.pdf")] }));
    expect(error).toMatchObject({
      name: "InputError",
      code: "ERR_MEDIA",
      message: expect.stringContaining("none.pdf"),
    });
    expect(chat.history).toBe(history);
    expect(server().requests).toHaveLength(0);
    await ask(chat, "Then without.");
    expect(chat.history).toHaveLength(4);
  });

  test("asks with media alone", async () => {
    await ask(createChat(server()), undefined, { images: [png] });
    expect(contentOf()).toEqual({ role: "user", content: [image] });
  });

  test("stops reading when the signal is aborted", async () => {
    const slow = await startScriptedServer(() => {});
    const chat = createClient(server(), { media: { allowPrivateAddresses: true } }).chat(MODEL);
    const controller = new AbortController();
    const options = { images: [`http://${slow.endpoint.host}/`], signal: controller.signal };
    const failure = failureOf(ask(chat, "What?", options));
    await slow.connection();
    controller.abort(new Error("enough"));
    expect(await failure).toMatchObject({ code: "ERR_ABORTED", cause: new Error("enough") });
    await slow.closed();
    expect(chat.history).toEqual([]);
    await ask(chat, "Hi");
  });

  test.each<[string, AskOptions, RegExp]>([
    ["no list", JSON.parse('{"images":"a.png"}') as AskOptions, /images is string/],
    ["nothing", JSON.parse('{"files":[null]}') as AskOptions, /files\[0\] is null/],
    ["a number", JSON.parse('{"files":[{"source":5}]}') as AskOptions, /files\[0\] is number/],
    ["a document as image", { images: [PDF] }, /images\[0\].*pdf.*png, jpeg, gif, webp/],
    ["a document part as image", { images: [{ type: "document", source: PDF }] }, /images\[0\].*files/],
    ["text as image", { images: [new Uint8Array([65, 66])] }, /txt/],
    ["no bytes", { images: [new Uint8Array()] }, /empty/],
    ["what is no base64", { images: [{ base64: "a b" }] }, /no base64/],
    ["base64 as a path", { images: [base64.repeat(200)] }, /\{ base64 \}/],
    ["an empty path", { images: [""] }, /images\[0\]/],
    ["another scheme", { images: ["ftp://example.com/a.png"] }, /ftp:/],
    ["a bucket without key", { images: ["s3://bucket"] }, /s3:\/\/bucket\/key/],
    ["a wrong bucket owner", { images: [{ uri: "s3://bucket/a.png", bucketOwner: "me" }] }, /12 digits/],
    ["a format that contradicts", { images: [{ source: png, format: "gif" }] }, /gif.*png/],
    ["an object of unknown format", { images: ["s3://bucket/key"] }, /unknown/],
    ["a name that is none", JSON.parse('{"files":[{"source":{"text":"a"},"name":5}]}') as AskOptions, /name/],
    ["a text as image", JSON.parse('{"images":[{"source":{"text":"a"}}]}') as AskOptions, /only a document/],
    [
      "a picture that no model takes",
      { files: [Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1")] },
      /files\[0\].*HEIC.*jpeg/,
    ],
    ["what only says that it is a picture", { files: ["data:image/png;base64,AAAA"] }, /0x000000/],
    ["a data: URL without comma", { files: ["data:image/png;base64"] }, /comma/],
    ["a broken data: URL", { images: ["data:text/plain,%E0%A4%A"] }, /percent-encoding/],
  ])("refuses %s before anything is read", async (_kind, options, message) => {
    const chat = createChat(server());
    expect(await failureOf(Promise.resolve().then(() => ask(chat, "What?", options)))).toMatchObject({
      name: "InputError",
      code: "ERR_INPUT",
      message: expect.stringMatching(message),
    });
    expect(server().requests).toHaveLength(0);
  });
});

test("a stream that is read later sends bytes as they were when it was asked for", async () => {
  const bytes = new Uint8Array(png);
  const stream = createChat(server()).stream("What is this?", { images: [bytes] });
  bytes.fill(0);
  await stream.response();
  expect(bodyOf(server())).toHaveProperty("messages.0.content.0", image);
});

test("leaving a stream stops the reading", async () => {
  const slow = await startScriptedServer(() => {});
  const chat = createClient(server(), { media: { allowPrivateAddresses: true } }).chat(MODEL);
  const chunks = chat.stream("What?", { images: [`http://${slow.endpoint.host}/`] })[Symbol.asyncIterator]();
  const first = chunks.next();
  await slow.connection();
  await chunks.return?.();
  await slow.closed();
  await first.catch(() => {});
  expect(chat.history).toEqual([]);
});

describe("a stored conversation", () => {
  test.each(["/etc/passwd", "https://example.com/a.png", "file:///etc/passwd"])("reads nothing: %s", (source) => {
    const messages = [{ role: "user", content: [{ type: "image", source }] }] as const;
    const error = errorOf(() => createClient(server()).chat(MODEL, { messages }));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining("stored conversation") });
  });

  test("may hold media as base64 and in S3, and their format is found out when they are first sent", async () => {
    const messages = [
      {
        role: "user",
        content: [
          { type: "image", source: { base64 } },
          { type: "document", source: "s3://bucket/a.pdf" },
        ],
      },
    ] as const;
    const chat = createClient(server()).chat("us.amazon.nova-pro-v1:0", { messages });
    expect(chat.history).toEqual(messages);
    await chat.ask();
    const parts = [
      { type: "image", source: { base64 }, format: "png" },
      { type: "document", source: { uri: "s3://bucket/a.pdf" }, format: "pdf", name: "a" },
    ];
    expect(chat.history[0]?.content).toEqual(parts);
    const { history } = chat;
    await chat.ask("And?");
    expect(chat.history[0]).toBe(history[0]);
  });

  test.each<[string, ContentPart, RegExp]>([
    ["what is no base64", { type: "image", source: { base64: "a b" } }, /messages\[0\]\.content\[0\].*no base64/],
    ["a format that contradicts", { type: "image", source: { base64 }, format: "gif" }, /gif.*png/],
    [
      "the same in a tool's result",
      { type: "tool_result", id: "a", content: [{ type: "image", source: { base64 }, format: "gif" }] },
      /messages\[0\]\.content\[0\]\.content\[0\].*gif.*png/,
    ],
  ])("sends nothing that holds %s", async (_kind, part, message) => {
    const chat = createChat(server()).add("user", [part]);
    expect(await failureOf(chat.ask("What?"))).toMatchObject({
      code: "ERR_INPUT",
      message: expect.stringMatching(message),
    });
    expect(server().requests).toHaveLength(0);
  });
});

describe("a tool's result", () => {
  const add = (...content: ToolResultContent[]): unknown => {
    const chat = createChat(server()).add("tool", [{ type: "tool_result", id: "a", content }]);
    const [part] = chat.history[0]?.content ?? [];
    return typeof part === "object" && part.type === "tool_result" && part.content;
  };

  test("may hold media as bytes", () => {
    expect(add({ type: "image", source: png }, { type: "document", source: { text: "a" } })).toEqual([
      { type: "image", source: { base64 } },
      { type: "document", source: { text: "a" } },
    ]);
  });

  test("reads no file and no URL", () => {
    const error = errorOf(() => add({ type: "image", source: "/etc/passwd" }));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining("result of a tool") });
  });
});

describe("an answer", () => {
  const citation = {
    title: "Report",
    source: "s",
    sourceContent: [{ text: "passage", page: 3 }],
    location: { documentChar: { documentIndex: 0, start: 3, end: 9 } },
    confidence: 0.5,
  };
  const cited = { citationsContent: { content: [{ text: "One. " }, { text: "Two." }], citations: [citation] } };

  test("tells its citations with their places, and they go back as they came", async () => {
    server().enqueue({ status: 200, body: converseResponse([{ text: "So: " }, cited]) });
    const chat = createChat(server());
    const response = await chat.ask("Hi", { files: [{ source: { text: "…" }, citations: true }] });
    expect(response.content).toBe("So: One. Two.");
    expect(response.citations).toEqual([citation]);
    expect(response.parts[1]).toEqual({
      type: "text",
      text: "One. Two.",
      citations: [citation],
      pieces: ["One. ", "Two."],
    });
    await createClient(server())
      .chat(MODEL, JSON.parse(JSON.stringify(chat)) as ChatJSON)
      .ask("And?")
      .catch(() => {});
    expect(bodyOf(server())["messages"]).toMatchObject([{}, { content: [{ text: "So: " }, cited] }, {}]);
  });

  test("gives its citations while it is streamed", async () => {
    server().enqueue({
      events: [start, text("One."), delta({ citation }), delta({ text: " Two." }), close(), stop(), metadata()],
    });
    const stream = createChat(server()).stream("Hi", { files: [{ source: { text: "…" }, citations: true }] });
    const chunks = await collect(stream);
    expect(chunks.filter(({ type }) => type === "citation")).toEqual([{ type: "citation", content: "", citation }]);
    expect((await stream.response()).parts).toEqual([{ type: "text", text: "One. Two.", citations: [citation] }]);
  });

  test("may hold an image", async () => {
    server().enqueue({ status: 200, body: converseResponse([{ text: "Here:" }, image]) });
    const part = { type: "image", source: { base64 }, format: "png" };
    expect((await createChat(server()).ask("Draw.")).parts[1]).toEqual(part);

    const halves = [png.subarray(0, 50), png.subarray(50)].map((half) => half.toString("base64"));
    server().enqueue({
      events: [
        start,
        open({ image: { format: "png" } }),
        ...halves.map((half) => delta({ image: { source: { bytes: half } } })),
        close(),
        stop(),
        metadata(),
      ],
    });
    expect((await createChat(server()).stream("Draw.").response()).parts).toEqual([part]);
  });

  test.each([
    { image: { format: "tiff", source: { bytes: base64 } } },
    { image: { format: "png", source: { bytes: base64 }, error: { message: "cut" } } },
    { image: { format: "png", source: { bytes: "…" } } },
    { image: { format: "png", source: { s3Location: { uri: "s3://bucket/a.png" } } } },
  ])("keeps an image that it does not understand as it is: %j", async (block) => {
    server().enqueue({ status: 200, body: converseResponse([block]) });
    expect((await createChat(server()).ask("Draw.")).parts).toEqual([{ type: "raw", block }]);
  });
});
