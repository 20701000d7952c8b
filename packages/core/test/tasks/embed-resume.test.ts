import fc from "fast-check";
import type { ReceivedRequest } from "@node-llm/bedrock-local";
import { describe, expect, test, vi } from "vitest";
import { AbortError } from "../../src/errors.ts";
import type { Vector } from "../../src/types/vector.ts";
import { createClient, failureOf, useServer, withServer } from "../support/bedrock.ts";

const TITAN = "amazon.titan-embed-text-v2:0";
/** Short vectors, which the server makes quickly. */
const COHERE = { model: "cohere.embed-v4:0", dimensions: 256 } as const;

// A server that embeds takes its time.
vi.setConfig({ testTimeout: 120_000 });

const server = useServer();

function textsOf(request: ReceivedRequest): readonly string[] {
  const body = request.json as { texts?: string[]; inputText?: string };
  return body.texts ?? [body.inputText ?? ""];
}

/** The texts that were embedded, once for each time. */
function embedded(requests: readonly ReceivedRequest[]): string[] {
  return requests.filter(({ status }) => status === 200).flatMap(textsOf);
}

/** Counts how many requests are open at the same time. */
function createCounter(): { readonly most: () => number; readonly when: (request: ReceivedRequest) => boolean } {
  let [now, most] = [0, 0];
  const when = (request: ReceivedRequest): boolean => {
    most = Math.max(most, ++now);
    void request.closed.then(() => now--);
    return false;
  };
  return { most: () => most, when };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `text number ${at}`);

describe("10,000 texts", () => {
  const texts = numbered(10_000);

  test("survive throttling without a loss or a duplicate, in order, a few at a time", async () => {
    const { most, when } = createCounter();
    // Of five batches one is refused twice, and one once, by the numbers of their first texts.
    const refused = new Map<string, number>();
    const isRefused = (request: ReceivedRequest): boolean => {
      const [first = ""] = textsOf(request);
      const times = refused.get(first) ?? 0;
      const isLeft = times < 2 - ((Number(first.split(" ")[2]) / 96) % 5);
      if (isLeft) refused.set(first, times + 1);
      return isLeft;
    };
    server().enqueue({ error: "ThrottlingException", match: { when } });
    for (let n = 0; n < 63; n++) server().enqueue({ error: "ThrottlingException", match: { when: isRefused } });
    const progress: number[] = [];
    const llm = createClient(server());
    const { vectors, requestIds } = await llm.embed(texts, {
      ...COHERE,
      concurrency: 5,
      onProgress: ({ done, total }) => progress.push(total === texts.length ? done : NaN),
    });

    const failed = server().requests.filter(({ status }) => status === 429);
    expect(failed).toHaveLength(63);
    expect(embedded(server().requests).toSorted()).toEqual(texts.toSorted());
    expect(most()).toBeLessThanOrEqual(5);
    expect(requestIds).toHaveLength(Math.ceil(10_000 / 96));
    expect(progress.at(-1)).toBe(10_000);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    for (const at of [0, 95, 96, 5000, 9999]) {
      const { vector } = await llm.embed(texts[at] ?? "", COHERE);
      expect(vectors[at]).toEqual(vector);
    }
  });
});

test("a run that fails tells what had come, and goes on from there", async () => {
  const texts = numbered(500);
  const isThird = (request: ReceivedRequest): boolean => textsOf(request).includes("text number 200");
  server().enqueue({ error: "ValidationException", match: { when: isThird } });
  const llm = createClient(server());
  const error = await failureOf(llm.embed(texts, { ...COHERE, concurrency: 1 }));
  expect(error).toMatchObject({ name: "BadRequestError", model: COHERE.model });
  const { partial } = error;
  const has = partial?.vectors?.map((vector) => vector !== undefined);
  expect(has).toEqual(texts.map((_, at) => at < 192));
  expect(partial?.usage?.inputTokens).toBeGreaterThan(192);

  const done: number[] = [];
  const { vectors } = await llm.embed(texts, {
    ...COHERE,
    resume: error.partial,
    onProgress: (progress) => done.push(progress.done),
  });
  expect(embedded(server().requests).toSorted()).toEqual(texts.toSorted());
  expect(vectors.slice(0, 192)).toEqual(partial?.vectors?.slice(0, 192));
  expect(vectors.every((vector) => vector instanceof Float32Array)).toBe(true);
  expect(done[0]).toBeGreaterThan(192);
  expect(done.at(-1)).toBe(500);
});

test("a run that is complete already asks for nothing", async () => {
  const vectors = [new Float32Array([1, 2]), new Float32Array([3, 4])];
  const embedding = await createClient(server()).embed(["a", "b"], { model: TITAN, resume: { vectors } });
  expect(embedding.vectors).toEqual(vectors);
  expect(embedding.usage).toBeUndefined();
  expect(server().requests).toHaveLength(0);
});

test("vectors of another model do not mix with those of before", async () => {
  const vectors = [new Float32Array([1, 2]), undefined];
  const error = await failureOf(createClient(server()).embed(["a", "b"], { model: TITAN, resume: { vectors } }));
  expect(error).toMatchObject({ code: "ERR_RESPONSE" });
});

test("no log fills with vectors", async () => {
  server().enqueue({ error: "ValidationException", match: { when: (request) => textsOf(request)[0] === "b" } });
  const error = await failureOf(createClient(server()).embed(["a", "b"], { model: TITAN, concurrency: 1 }));
  expect(error.partial?.vectors?.[0]).toHaveLength(1024);
  expect(JSON.stringify(error).length).toBeLessThan(2000);
});

test("the first failure stops the others", async () => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  server().enqueue(
    { hang: true, match: { when: () => server().requests.length === 1 } },
    { error: "AccessDeniedException", waitFor: promise, match: { when: () => server().requests.length === 2 } },
    { hang: true, match: { when: () => (resolve(), true) } },
  );
  const error = await failureOf(createClient(server()).embed(numbered(50), { model: TITAN, concurrency: 3 }));
  expect(error).toMatchObject({ name: "ForbiddenError" });
  expect(server().requests).toHaveLength(3);
  expect(await Promise.all(server().requests.map(({ closed }) => closed))).toEqual(
    expect.arrayContaining(["aborted", "aborted"]),
  );
});

test("an abort closes all connections, and what had come can be used", async () => {
  const aborter = new AbortController();
  server().enqueue(
    { hang: true, match: { when: (request) => textsOf(request)[0] === "b" } },
    {
      hang: true,
      match: { when: (request) => (textsOf(request)[0] === "c" ? (aborter.abort("enough"), true) : false) },
    },
  );
  const options = { model: TITAN, concurrency: 2, signal: aborter.signal };
  const error = await failureOf(createClient(server()).embed(["a", "b", "c", "d"], options));
  expect(error).toMatchObject({ code: "ERR_ABORTED", cause: "enough" });
  expect(error.partial?.vectors?.map((vector) => vector !== undefined)).toEqual([true, false, false, false]);
  expect(await server().requests.at(-1)?.closed).toBe("aborted");
});

test("a signal that is aborted already stops it before anything is sent", async () => {
  const signal = AbortSignal.abort("no");
  const error = await failureOf(createClient(server()).embed("a", { model: TITAN, signal }));
  expect(error).toMatchObject({ code: "ERR_ABORTED", cause: "no" });
  expect(server().requests).toHaveLength(0);
});

test("what a callback throws ends the run, and what had come can be used", async () => {
  const llm = createClient(server());
  const mine = new RangeError("mine");
  const onProgress = (): void => {
    throw mine;
  };
  const error = await failureOf(llm.embed(["a", "b"], { model: TITAN, concurrency: 1, onProgress }));
  expect(error).toMatchObject({ name: "InputError", code: "ERR_CALLBACK" });
  expect(error.cause).toBe(mine);
  expect(error.partial?.vectors?.map((vector) => vector !== undefined)).toEqual([true, false]);
  const { vectors } = await llm.embed(["a", "b"], { model: TITAN, resume: error.partial });
  expect(vectors).toHaveLength(2);
  expect(server().requests).toHaveLength(2);
});

test("an error of ours that a callback throws stays what it is", async () => {
  const mine = new AbortError("enough");
  const onProgress = (): void => {
    throw mine;
  };
  const error = await failureOf(createClient(server()).embed("a", { model: TITAN, onProgress }));
  expect(error).toMatchObject({ code: "ERR_ABORTED", message: "enough" });
  expect(error.partial?.vectors).toHaveLength(1);
  expect(mine).not.toHaveProperty("partial");
});

test("law: however many texts and workers, and whatever is throttled, each text gets its own vector, once", async () => {
  const run = fc.record({
    count: fc.integer({ min: 1, max: 200 }),
    concurrency: fc.integer({ min: 1, max: 6 }),
    throttled: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ count, concurrency, throttled }) => {
      await withServer({}, async (other) => {
        const texts = numbered(count);
        const retried = new Set<number>();
        for (const nth of throttled) {
          const isNth = (): boolean =>
            other.requests.length === nth && !retried.has(nth) && retried.add(nth) !== undefined;
          other.enqueue({ error: "ThrottlingException", match: { when: isNth } });
        }
        const { vectors } = await createClient(other).embed(texts, { ...COHERE, concurrency, maxRetries: 5 });
        expect(embedded(other.requests).toSorted()).toEqual(texts.toSorted());
        const byText = new Map<string, Vector>();
        for (const [at, text] of texts.entries()) byText.set(text, vectors[at] ?? new Float32Array());
        expect(new Set([...byText.values()].map((vector) => vector.join()))).toHaveProperty("size", count);
      });
    }),
    { numRuns: 6 },
  );
});

test("a program that is killed goes on with the next text when it starts again", async () => {
  const texts = numbered(300);
  const store: (Vector | undefined)[] = [];
  const work = async (stopAt: number): Promise<void> => {
    const rest = texts.slice(store.length);
    for await (const { vector } of createClient(server()).embedStream(rest, { ...COHERE, concurrency: 2 })) {
      store.push(vector);
      if (store.length === stopAt) return;
    }
  };
  await work(120);
  await work(Infinity);
  const { vectors } = await createClient(server()).embed(texts, COHERE);
  expect(store).toEqual(vectors);
});
