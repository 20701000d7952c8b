import { expect, test, vi } from "vitest";
import type { Embedded } from "../../src/tasks/embed-stream.ts";
import { createClient, failureOf, useServer } from "../support/bedrock.ts";

const TITAN = "amazon.titan-embed-text-v2:0";
const COHERE = "cohere.embed-english-v3";

// A server that embeds takes its time.
vi.setConfig({ testTimeout: 60_000 });

const server = useServer();

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

test("gives each input with its vector, in order", async () => {
  const texts = Array.from({ length: 150 }, (_, at) => `text ${at}`);
  const llm = createClient(server());
  const all = await collect(llm.embedStream(new Set(texts), { model: COHERE, concurrency: 3 }));
  expect(all.map(({ index }) => index)).toEqual(texts.map((_, at) => at));
  expect(all.map(({ input }) => input)).toEqual(texts);
  const { vectors } = await llm.embed(texts, { model: COHERE });
  expect(all.map(({ vector }) => vector)).toEqual(vectors);
});

test("reads an asynchronous source, and tells how far it is", async () => {
  const source = async function* (): AsyncGenerator<string> {
    for (const text of ["a", "b", "c"]) yield await Promise.resolve(text);
  };
  const progress: unknown[] = [];
  const stream = createClient(server()).embedStream(source(), {
    model: TITAN,
    concurrency: 1,
    onProgress: ({ done, total, usage }) => progress.push([done, total, (usage?.inputTokens ?? 0) > 0]),
  });
  expect((await collect(stream)).map(({ input }) => input)).toEqual(["a", "b", "c"]);
  expect(progress).toEqual([
    [1, undefined, true],
    [2, undefined, true],
    [3, undefined, true],
  ]);
});

test("reads no further ahead than twice what may be under way", async () => {
  let read = 0;
  const endless = function* (): Generator<string> {
    for (;;) yield `text ${read++}`;
  };
  const llm = createClient(server());
  const stream = llm.embedStream(endless(), { model: TITAN, concurrency: 4 });
  for (const taken of [1, 2, 3]) {
    expect((await stream.next()).value).toMatchObject({ index: taken - 1, input: `text ${taken - 1}` });
    // It has all the time that it could want.
    for (let n = 0; n < 12; n++) await llm.embed("a", { model: TITAN });
    expect(read).toBe(taken + 8);
  }
  await stream.return();
});

test("goes on when what waits for company fills the room", async () => {
  const { createPng } = await import("../support/media-files.ts");
  const image = createPng();
  // One text, which waits for 95 more, and then images only.
  const inputs = ["a", ...Array.from({ length: 250 }, () => ({ image }))];
  const all = await collect(createClient(server()).embedStream(inputs, { model: COHERE, concurrency: 1 }));
  expect(all.map(({ index }) => index)).toEqual(inputs.map((_, at) => at));
  expect(all[0]?.input).toBe("a");
});

test("leaving the loop closes the connections and the source", async () => {
  let close = (): void => undefined;
  const isClosed = new Promise<void>((done) => (close = done));
  const source = async function* (): AsyncGenerator<string> {
    try {
      for (let at = 0; ; at++) yield await Promise.resolve(`text ${at}`);
    } finally {
      close();
    }
  };
  const isHeld = (request: { json: unknown }): boolean => JSON.stringify(request.json).includes("text 1");
  server().enqueue({ hang: true, match: { when: isHeld } });
  for await (const { index } of createClient(server()).embedStream(source(), { model: TITAN, concurrency: 2 })) {
    expect(index).toBe(0);
    break;
  }
  await isClosed;
  const endings = await Promise.all(server().requests.map(({ closed }) => closed));
  expect(endings.length).toBeGreaterThan(0);
});

test("leaving it while the source gives nothing ends it", async () => {
  const source = async function* (): AsyncGenerator<string> {
    yield "a";
    await new Promise(() => undefined);
  };
  const aborter = new AbortController();
  const stream = createClient(server()).embedStream(source(), { model: TITAN, signal: aborter.signal });
  expect((await stream.next()).value).toMatchObject({ index: 0 });
  const next = stream.next();
  aborter.abort("enough");
  expect(await failureOf(next)).toMatchObject({ code: "ERR_ABORTED", cause: "enough" });
});

test("gives all vectors before the failure, then fails", async () => {
  server().enqueue({
    error: "ValidationException",
    match: { when: ({ json }) => JSON.stringify(json).includes("text 3") },
  });
  const texts = Array.from({ length: 5 }, (_, at) => `text ${at}`);
  const seen: Embedded[] = [];
  const read = async (): Promise<void> => {
    for await (const each of createClient(server()).embedStream(texts, { model: TITAN, concurrency: 1 }))
      seen.push(each);
  };
  expect(await failureOf(read())).toMatchObject({ name: "BadRequestError", model: TITAN });
  expect(seen.map(({ index }) => index)).toEqual([0, 1, 2]);
});

test("an input that is none fails when it is read", async () => {
  const stream = createClient(server()).embedStream(["a", " "], { model: TITAN, concurrency: 1 });
  expect(await failureOf(collect(stream))).toMatchObject({
    code: "ERR_INPUT",
    message: expect.stringContaining("input[1]"),
  });
});

test("what the source throws comes through", async () => {
  const source = function* (): Generator<string> {
    yield "a";
    throw new RangeError("mine");
  };
  await expect(collect(createClient(server()).embedStream(source(), { model: TITAN }))).rejects.toThrow(RangeError);
});

test("nothing gives nothing", async () => {
  expect(await collect(createClient(server()).embedStream([], { model: TITAN }))).toEqual([]);
  expect(server().requests).toHaveLength(0);
});

test.each(["a text", 7, null, {}])("refuses %j as a source", async (source) => {
  const stream = createClient(server()).embedStream(source as Iterable<string>, { model: TITAN });
  expect(await failureOf(stream.next())).toMatchObject({ code: "ERR_INPUT" });
});

test("refuses options that it does not know, before anything is read", async () => {
  const stream = createClient(server()).embedStream(["a"], { model: TITAN, resume: {} } as { model: string });
  expect(await failureOf(stream.next())).toMatchObject({
    code: "ERR_INPUT",
    message: expect.stringContaining("resume"),
  });
});
