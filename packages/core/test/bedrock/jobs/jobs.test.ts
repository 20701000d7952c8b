import { describe, expect, it } from "vitest";
import type { BatchRecord } from "../../../src/bedrock/jobs/batch-input.ts";
import type { BatchOptions } from "../../../src/bedrock/jobs/batch.ts";
import type { BatchResult } from "../../../src/bedrock/jobs/batch-results.ts";
import type { LLM, LLMOptions } from "../../../src/llm.ts";
import type { JsonObject } from "../../../src/types/json.ts";
import { bodyOf, createClient, failureOf, useServer } from "../../support/bedrock.ts";

// One clock for both sides, which every wait moves on.
let clock = Date.UTC(2026, 10, 22);
const server = useServer({ now: () => clock, jobDurationMs: 60_000 });
const DAY = { connectMs: 0, firstByteMs: 0, idleMs: 0 };

function client(options: Partial<LLMOptions> = {}): LLM {
  return createClient(
    server(),
    { timeouts: DAY, ...options },
    {
      now: () => clock,
      monotonic: () => clock,
      setTimer(callback, ms) {
        clock += ms;
        queueMicrotask(callback);
        return () => undefined;
      },
    },
  );
}

const VIDEO = { model: "amazon.nova-reel-v1:1", outputUri: "s3://my-bucket/videos" };

describe("an asynchronous invocation", () => {
  it("is waited for, and what it wrote is read from S3", async () => {
    const started = await client().video("A lighthouse", VIDEO);
    expect(started.status).toBe("InProgress");
    const seen: string[] = [];
    const done = await started.wait({ onPoll: ({ status }) => seen.push(status) });
    expect(done).toMatchObject({ arn: started.arn, status: "Completed", outputUri: started.outputUri });
    expect(done.modelArn).toContain("foundation-model/amazon.nova-reel-v1:1");
    expect(done.endedAt?.getTime()).toBeGreaterThan(done.submittedAt?.getTime() ?? Infinity);
    expect(seen.slice(0, 2)).toEqual(["InProgress", "InProgress"]);
    // 5 s, and each pause half as long again: far fewer looks than one every 5 seconds.
    expect(seen.length).toBeLessThan(8);
    expect(await done.files()).toContain(`${done.outputUri}/output.mp4`);
    const bytes = await done.read("output.mp4");
    expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe("ftyp");
    expect(server().requests.every(({ authorized }) => authorized)).toBe(true);
  });

  it("is found again by its ARN, and in the list", async () => {
    const first = await client().video("One", VIDEO);
    clock += 100_000;
    const second = await client().video("Two", VIDEO);
    const list = await client().asyncInvocations.list();
    expect(list.map(({ arn }) => arn)).toEqual([second.arn, first.arn]);
    const completed = await client().asyncInvocations.list({ status: "Completed" });
    expect(completed.map(({ arn }) => arn)).toEqual([first.arn]);
    expect(await client().asyncInvocations.get(second.arn)).toMatchObject({ status: "InProgress" });
    expect(await client().asyncInvocations.list({ limit: 1 })).toHaveLength(1);
  });

  it("is listed over all pages", async () => {
    const arn = (id: number): string => `arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghij${id}`;
    const page = (ids: readonly number[], nextToken?: string): object => ({
      status: 200,
      body: { asyncInvokeSummaries: ids.map((id) => ({ invocationArn: arn(id), status: "Completed" })), nextToken },
    });
    server().enqueue(page([10, 11], "a/b+c") as never, page([12]) as never);
    expect((await client().asyncInvocations.list()).map((each) => each.arn)).toEqual([arn(10), arn(11), arn(12)]);
    expect(server().requests[1]?.path).toContain("nextToken=a%2Fb%2Bc");
    expect(server().requests[1]?.authorized).toBe(true);
  });

  it("that failed throws with Bedrock's reason", async () => {
    const started = await client().video("x", VIDEO);
    server().enqueue({
      status: 200,
      body: { invocationArn: started.arn, status: "Failed", failureMessage: "The bucket is not yours." },
    });
    const error = await failureOf(started.wait());
    expect(error).toMatchObject({ code: "ERR_JOB_FAILED", operation: "GetAsyncInvoke" });
    expect(error.message).toContain("is Failed: The bucket is not yours.");
  });

  it("refuses options that nobody knows", async () => {
    const started = await client().video("x", VIDEO);
    expect(await failureOf(started.wait({ timeout: 1 } as object))).toMatchObject({
      code: "ERR_INPUT",
      message: "wait() does not know the option timeout: give signal, pollMs, timeoutMs, onPoll.",
    });
    const start = client().asyncInvocations.start("x.y", {}, { outputUri: "s3://my-bucket/x", outputURI: "" } as never);
    expect(await failureOf(start)).toMatchObject({
      code: "ERR_INPUT",
      message: expect.stringContaining("option outputURI: give outputUri, ") as unknown,
    });
    const options = { ...BATCH, roleARN: "x" } as never;
    expect(await failureOf(client().batch.submit(["x"], options))).toMatchObject({
      message: expect.stringContaining("option roleARN: give model") as unknown,
    });
    expect(server().requests).toHaveLength(1);
  });

  it("goes on when the waiting ends", async () => {
    const started = await client().video("x", VIDEO);
    expect(await failureOf(started.wait({ timeoutMs: 10_000 }))).toMatchObject({ code: "ERR_TIMEOUT_JOB" });
    const aborter = new AbortController();
    const stopped = started.wait({ signal: aborter.signal, onPoll: () => aborter.abort() });
    expect(await failureOf(stopped)).toMatchObject({ code: "ERR_ABORTED" });
    expect(await started.wait()).toMatchObject({ status: "Completed" });
  });

  it("is waited for as long as was asked for, and no longer", async () => {
    const started = await client().video("x", VIDEO);
    const startMs = clock;
    // The pauses would be 5, 7.5 and 11.25 s: the last one is cut.
    expect(await failureOf(started.wait({ timeoutMs: 20_000 }))).toMatchObject({ code: "ERR_TIMEOUT_JOB" });
    expect(clock - startMs).toBe(20_000);
  });

  it.each([{ pollMs: 0 }, { pollMs: NaN }, { pollMs: 1e12 }, { timeoutMs: NaN }, { timeoutMs: -1 }])(
    "is not waited for with %o",
    async (options) => {
      const started = await client().video("x", VIDEO);
      expect(await failureOf(started.wait(options))).toMatchObject({ code: "ERR_INPUT" });
      expect(server().requests).toHaveLength(1);
    },
  );

  it.each(["", "..", "../../secret", "a/./b", undefined])("gives no file named %j", async (name) => {
    const started = await client().video("x", VIDEO);
    expect(await failureOf(started.read(name as string))).toMatchObject({ code: "ERR_INPUT" });
    expect(server().requests).toHaveLength(1);
  });

  it.each([undefined, "{}", [], new Map(), Promise.resolve({})])(
    "does not start without an input (%#)",
    async (input) => {
      const starting = client().asyncInvocations.start("luma.ray-v2:0", input as unknown as JsonObject, {
        outputUri: "s3://my-bucket/a",
      });
      expect((await failureOf(starting)).message).toMatch(/^modelInput is \w+: give an object\.$/);
      expect(server().requests).toHaveLength(0);
    },
  );

  it.each<[object, string]>([
    [{ limit: 0 }, "limit is 0"],
    [{ limit: -1 }, "limit is -1"],
    [{ submittedAfter: "2026-01-01" as unknown as Date }, "submittedAfter is 2026-01-01: give a Date."],
    [{ submittedBefore: new Date(NaN) }, "submittedBefore is Invalid Date"],
    [{ state: "x" }, "does not know the option state"],
  ])("is not listed by %o", async (filter, text) => {
    for (const listing of [client().asyncInvocations.list(filter), client().batch.list(filter)]) {
      expect(await failureOf(listing)).toMatchObject({ code: "ERR_INPUT", message: expect.stringContaining(text) });
    }
    expect(server().requests).toHaveLength(0);
  });

  it("is listed by its time", async () => {
    const submittedAfter = new Date(clock - 1000);
    const started = await client().video("x", VIDEO);
    const list = await client().asyncInvocations.list({ submittedAfter, submittedBefore: new Date(clock + 1000) });
    expect(list.map(({ arn }) => arn)).toEqual([started.arn]);
    expect(await client().asyncInvocations.list({ submittedAfter: new Date(clock + 1) })).toEqual([]);
  });

  it("does not run in circles through a list, and leaves out what is none", async () => {
    server().enqueue({ status: 200, body: { asyncInvokeSummaries: [null, 5, "x"] } });
    expect(await client().asyncInvocations.list()).toEqual([]);
    const page = { status: 200, body: { asyncInvokeSummaries: [], nextToken: "same" } };
    server().enqueue(page, page);
    expect(await failureOf(client().asyncInvocations.list())).toMatchObject({ code: "ERR_RESPONSE" });
  });

  it("of any model takes its own input", async () => {
    const options = { outputUri: "s3://my-bucket/embeddings" };
    const input = { schemaVersion: "nova-multimodal-embed-v1", taskType: "SEGMENTED_EMBEDDING" };
    server().enqueue({ error: "ValidationException", message: "no" });
    const failure = await failureOf(
      client().asyncInvocations.start("amazon.nova-2-multimodal-embeddings-v1:0", input, options),
    );
    expect(failure).toMatchObject({ code: "ERR_BAD_REQUEST", operation: "StartAsyncInvoke" });
    expect(bodyOf(server())["modelInput"]).toEqual(input);
  });

  it.each(["", "arn:aws:bedrock:us-east-1:1:async-invoke/x", "../guardrails"])("is not %j", async (arn) => {
    expect(await failureOf(client().asyncInvocations.get(arn))).toMatchObject({ code: "ERR_INPUT" });
    expect(server().requests).toHaveLength(0);
  });
});

const BATCH: BatchOptions = {
  model: "us.amazon.nova-lite-v1:0",
  roleArn: "arn:aws:iam::123456789012:role/batch",
  inputUri: "s3://my-bucket/in/",
  outputUri: "s3://my-bucket/out",
};

async function collect(results: AsyncIterable<BatchResult>): Promise<BatchResult[]> {
  const all: BatchResult[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe("a batch", () => {
  it("answers questions, in their order", async () => {
    const questions = Array.from({ length: 250 }, (_, index) => `Repeat after me: number ${index}`);
    const job = await client().batch.submit(questions, { ...BATCH, params: { maxTokens: 20 }, fileBytes: 10_000 });
    const done = await job.wait();
    expect(done).toMatchObject({ status: "Completed", totalRecords: 250, successRecords: 250, errorRecords: 0 });
    const results = await collect(done.results());
    expect(results.map(({ content }) => content)).toEqual(
      questions.map((_, index) => expect.stringContaining(`number ${index}`)),
    );
    expect(results[0]).toMatchObject({ recordId: "R0000000001", finishReason: "end_turn" });
    expect(results[0]?.usage?.outputTokens).toBeGreaterThan(0);
    const files = server().requests.filter(({ method }) => method === "PUT");
    expect(files.length).toBeGreaterThan(1);
    expect(Math.max(...files.map(({ body }) => body.length))).toBeLessThanOrEqual(10_000);
    expect(new Set(results.map(({ recordId }) => recordId)).size).toBe(250);
  });

  it("sends bodies of a model's own, and tells which failed", async () => {
    const good = {
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 50,
      messages: [{ role: "user", content: "Say hello." }],
    };
    async function* records(): AsyncGenerator<BatchRecord, void> {
      yield await Promise.resolve({ recordId: "good", modelInput: good });
      yield { recordId: "bad", modelInput: { ...good, max_tokens: 0 } };
    }
    const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    const job = await client().batch.submit(records(), { ...BATCH, model, jobName: "mine", clientRequestToken: "7" });
    expect(bodyOf(server())).toMatchObject({
      jobName: "mine",
      modelId: model,
      modelInvocationType: "InvokeModel",
      inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://my-bucket/in/mine-7/", s3InputFormat: "JSONL" } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://my-bucket/out/" } },
    });
    const [first, second] = await collect((await job.wait()).results());
    expect(first).toMatchObject({ recordId: "good", output: { role: "assistant" } });
    expect(second).toMatchObject({ recordId: "bad", error: { status: 400 } });
  });

  it("keeps its records from those of another of the same name and time", async () => {
    const options = { ...BATCH, jobName: "same", params: { maxTokens: 20 } };
    const jobs = await Promise.all(
      ["A", "B"].map((name) => client().batch.submit([`Repeat after me: ${name}`], options)),
    );
    expect(jobs[0]?.inputUri).not.toBe(jobs[1]?.inputUri);
    for (const [index, job] of jobs.entries()) {
      const [result] = await collect((await job.wait()).results());
      expect(result?.content).toContain(index === 0 ? "A" : "B");
    }
  });

  it("measures its files in bytes", async () => {
    const sizes: number[] = [];
    const storage = {
      put: (_uri: string, body: Uint8Array) => Promise.resolve(void sizes.push(body.length)),
      get: () => Promise.reject(new Error("no")),
      list: () => Promise.resolve([]),
    };
    const records = Array.from({ length: 9 }, () => "日本語".repeat(100));
    await client().batch.submit(records, { ...BATCH, storage, fileBytes: 2500 });
    expect(sizes.every((size) => size <= 2500)).toBe(true);
    expect(sizes.length).toBeGreaterThan(3);
  });

  it("tells when its list of files is no list, and when its records are gone", async () => {
    const job = await (await client().batch.submit(["a"], BATCH)).wait();
    server().enqueue({ match: { operation: "S3" }, status: 200, body: "<html>Sign in</html>" });
    expect(await failureOf(collect(job.results()))).toMatchObject({ code: "ERR_RESPONSE", operation: "ListObjectsV2" });
    server().enqueue({ match: { operation: "S3" }, status: 200, body: "<ListBucketResult></ListBucketResult>" });
    expect((await failureOf(collect(job.results()))).message).toContain(
      "There is no .jsonl file at s3://my-bucket/in/",
    );
  });

  it("is stopped, listed, and found again", async () => {
    const job = await client().batch.submit(["a"], BATCH);
    await job.stop();
    // As AWS answers: with nothing at all.
    server().enqueue({ status: 200, body: "" });
    await job.stop();
    clock += 60_000;
    expect(await client().batch.get(job.arn)).toMatchObject({
      status: "Stopped",
      model: expect.stringContaining("nova-lite"),
    });
    expect((await client().batch.list({ nameContains: job.name })).map(({ arn }) => arn)).toEqual([job.arn]);
    expect(await failureOf(job.wait())).toMatchObject({ code: "ERR_JOB_FAILED" });
    expect(await collect(job.results())).toEqual([
      { recordId: "R0000000001", error: { message: "The job has no result for this record." } },
    ]);
  });

  it("goes through a storage of the caller's own", async () => {
    const put: string[] = [];
    const storage = {
      put: (uri: string) => Promise.resolve(void put.push(uri)),
      get: () => Promise.reject(new Error("no")),
      list: () => Promise.resolve([]),
    };
    await client().batch.submit(["a", "b"], { ...BATCH, jobName: "o+n", clientRequestToken: "1", storage });
    expect(put).toEqual(["s3://my-bucket/in/o-n-1/part-00001.jsonl"]);
    expect(server().requests).toHaveLength(1);
  });

  it.each<[readonly unknown[], Partial<BatchOptions>, string]>([
    [[], {}, "There are no records"],
    [["a", { modelInput: {} }], {}, "records[1] is for InvokeModel, those before it for Converse"],
    [["a", 7], {}, "records[1] is no record: give a text, { messages } or { modelInput }."],
    [[{ recordId: "a b", messages: "x" }], {}, 'records[0] has the recordId "a b"'],
    [
      [
        { recordId: "a", messages: "x" },
        { recordId: "a", messages: "y" },
      ],
      {},
      "records[1] has the recordId a again",
    ],
    [["a"], { roleArn: "me" }, 'roleArn is "me"'],
    [["a"], { inputUri: "my-bucket" }, 'inputUri is "my-bucket"'],
    [["a"], { jobName: "-a" }, 'jobName is "-a"'],
    [["a"], { timeoutHours: 1 }, "timeoutHours is 1: give 24 to 168."],
    [["a"], { timeoutHours: 24.5 }, "timeoutHours is 24.5: give 24 to 168."],
    [["a"], { fileBytes: NaN }, "fileBytes is NaN"],
    [["a"], { fileBytes: 0 }, "fileBytes is 0"],
    [["a"], { clientRequestToken: "" }, 'clientRequestToken is ""'],
    [["a"], { clientRequestToken: "../x" }, 'clientRequestToken is "../x"'],
    [["a"], { inputUri: "s3://my-bucket/../other" }, 'inputUri is "s3://my-bucket/../other"'],
    [[{ modelInput: {} }], { model: undefined as unknown as string }, "The model is undefined"],
    [[{ modelInput: [] }], {}, "records[0].modelInput is Array: give an object."],
    [[{ messages: null }], {}, "records[0] is no record"],
    [[{ messages: "a", modelInput: {} }], {}, "records[0] is no record"],
    [[{ messages: "a", recordID: "x" }], {}, "records[0] does not know the option recordID"],
    ["One question" as unknown as [], {}, "The records are string: give a list"],
    [undefined as unknown as [], {}, "The records are undefined: give a list"],
    [{ a: 1 } as unknown as [], {}, "give a list"],
    [[" "], {}, "There is nothing to answer"],
  ])("is not made of what is wrong (%#)", async (records, options, text) => {
    const error = await failureOf(client().batch.submit(records as BatchRecord[], { ...BATCH, ...options }));
    expect(error).toMatchObject({ code: "ERR_INPUT" });
    expect(error.message).toContain(text);
    expect(server().requests).toHaveLength(0);
  });

  it("types what S3 refuses", async () => {
    server().enqueue({
      match: { operation: "S3" },
      status: 403,
      body: "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
      headers: { "content-type": "application/xml", "x-amz-request-id": "ABC" },
    });
    const error = await failureOf(client().batch.submit(["a"], BATCH));
    expect(error).toMatchObject({ code: "ERR_FORBIDDEN", operation: "PutObject", exception: "AccessDenied" });
    expect(error.message).toContain("Access Denied");
  });

  it("needs credentials for S3", async () => {
    const error = await failureOf(client({ bedrockApiKey: "key" }).batch.submit(["a"], BATCH));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
  });
});
