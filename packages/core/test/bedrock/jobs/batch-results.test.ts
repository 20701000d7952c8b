import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBatchResults, type BatchResult } from "../../../src/bedrock/jobs/batch-results.ts";
import type { Storage } from "../../../src/bedrock/s3.ts";

const IN = "s3://b/in/job";
const OUT = "s3://b/out/abc";

/** Files in memory, given in pieces of 7 bytes. */
function storageOf(files: Readonly<Record<string, string>>): Storage {
  return {
    put: () => Promise.reject(new Error("Results are read only.")),
    get: (uri) =>
      Promise.resolve({
        async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
          const bytes = new TextEncoder().encode(files[uri]);
          for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
        },
      }),
    list: (prefix) =>
      Promise.resolve(
        Object.keys(files)
          .filter((uri) => uri.startsWith(prefix))
          .sort(),
      ),
  };
}

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const input = (ids: readonly string[]): string => lines(ids.map((recordId) => ({ recordId, modelInput: {} })));
const output = (ids: readonly string[]): string =>
  lines(ids.map((recordId) => ({ recordId, modelInput: {}, modelOutput: { echo: recordId } })));

async function read(files: Readonly<Record<string, string>>): Promise<BatchResult[]> {
  const results: BatchResult[] = [];
  for await (const result of readBatchResults(storageOf(files), IN, OUT)) results.push(result);
  return results;
}

describe("results", () => {
  it("come in the order of the records, in whatever order they were written", async () => {
    const files = fc.array(fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}$/)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(files, fc.infiniteStream(fc.nat()), async (parts, randoms) => {
        const written: Record<string, string> = {};
        for (const [index, ids] of parts.entries()) {
          const own = ids.map((id) => `${id}x${index}`);
          const shuffled = own.map((id) => [Number(randoms.next().value), id] as const).sort(([a], [b]) => a - b);
          written[`${IN}/part-${index}.jsonl`] = input(own);
          written[`${OUT}/part-${index}.jsonl.out`] = output(shuffled.map(([, id]) => id));
        }
        const results = await read(written);
        expect(results.map(({ recordId }) => recordId)).toEqual(
          parts.flatMap((ids, i) => ids.map((id) => `${id}x${i}`)),
        );
        expect(results.every(({ recordId, output: own }) => own?.["echo"] === recordId)).toBe(true);
      }),
    );
  });

  it("tell of each record that has none", async () => {
    const results = await read({
      [`${IN}/part-1.jsonl`]: input(["a", "b"]),
      [`${IN}/part-2.jsonl`]: input(["c"]),
      [`${IN}/other.txt`]: "x",
      [`${OUT}/part-1.jsonl.out`]: output(["b"]),
      [`${OUT}/manifest.json.out`]: "{}",
    });
    expect(results).toEqual([
      { recordId: "a", error: { message: "The job has no result for this record." } },
      { recordId: "b", output: { echo: "b" } },
      { recordId: "c", error: { message: "The job has no result for this record." } },
    ]);
  });

  it("are read as Converse's answers, as a model's own, or as errors", async () => {
    const answer = {
      output: { message: { role: "assistant", content: [{ text: "Hi" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
    };
    const results = await read({
      [`${IN}/p.jsonl`]: input(["a", "b", "c", "d"]),
      [`${OUT}/p.jsonl.out`]: lines([
        { recordId: "a", modelOutput: answer },
        { recordId: "b", error: { errorCode: 400, errorMessage: "Too long" } },
        { recordId: "c" },
        { recordId: "d", modelOutput: { completion: "x" } },
      ]),
    });
    expect(results).toMatchObject([
      { recordId: "a", content: "Hi", finishReason: "end_turn", usage: { inputTokens: 3 }, output: answer },
      { recordId: "b", error: { status: 400, message: "Too long" } },
      { recordId: "c", error: { message: "The result holds no output." } },
      { recordId: "d", output: { completion: "x" } },
    ]);
    expect(results[3]).not.toHaveProperty("content");
  });

  it("come in their own order where the records had no ids", async () => {
    const results = await read({
      [`${IN}/p.jsonl`]: lines([{ modelInput: {} }, { modelInput: {} }]),
      [`${OUT}/p.jsonl.out`]: output(["X2", "X1"]),
    });
    expect(results.map(({ recordId }) => recordId)).toEqual(["X2", "X1"]);
  });

  it("are all given, also those that tell an id twice, or none", async () => {
    const results = await read({
      [`${IN}/p.jsonl`]: input(["a", "b"]),
      [`${OUT}/p.jsonl.out`]:
        output(["b", "b", "a"]) + lines([{ modelOutput: { echo: 1 } }, { modelOutput: { echo: 2 } }]),
    });
    expect(results.map(({ recordId, output: own }) => [recordId, own?.["echo"]])).toEqual([
      ["a", "a"],
      ["b", "b"],
      ["b", "b"],
      ["", 1],
      ["", 2],
    ]);
  });

  it.each([
    [{ errorCode: "400", errorMessage: 5 }, { message: '{"errorCode":"400","errorMessage":5}' }],
    ["boom", { message: '"boom"' }],
    [
      { errorCode: 400, errorMessage: "no" },
      { status: 400, message: "no" },
    ],
  ])("tell of the error %j", async (error, expected) => {
    const results = await read({
      [`${IN}/p.jsonl`]: input(["a"]),
      [`${OUT}/p.jsonl.out`]: lines([{ recordId: "a", modelOutput: { a: 1 }, error }]),
    });
    expect(results).toEqual([{ recordId: "a", error: expected }]);
  });

  it("are not opened before the records are, so that nothing stays open", async () => {
    const opened: string[] = [];
    const storage: Storage = {
      ...storageOf({ [`${IN}/p.jsonl`]: "", [`${OUT}/p.jsonl.out`]: "" }),
      get: (uri) => {
        opened.push(uri);
        return Promise.reject(new Error("gone"));
      },
    };
    await expect(readBatchResults(storage, IN, OUT).next()).rejects.toThrow("gone");
    expect(opened).toEqual([`${IN}/p.jsonl`]);
  });
});
