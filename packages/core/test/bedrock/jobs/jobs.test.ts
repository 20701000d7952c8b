import { describe, expect, it } from "vitest";
import type { BatchRecord } from "../../../src/bedrock/jobs/batch-input.ts";
import type { BatchOptions } from "../../../src/bedrock/jobs/batch.ts";
import type { BatchResult } from "../../../src/bedrock/jobs/batch-results.ts";
import type { LLM, LLMOptions } from "../../../src/llm.ts";
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
    expect(done.endTime?.getTime()).toBeGreaterThan(done.submitTime?.getTime() ?? Infinity);
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

  it("goes on when the waiting ends", async () => {
    const started = await client().video("x", VIDEO);
    expect(await failureOf(started.wait({ timeoutMs: 10_000 }))).toMatchObject({ code: "ERR_TIMEOUT_JOB" });
    const aborter = new AbortController();
    const stopped = started.wait({ signal: aborter.signal, onPoll: () => aborter.abort() });
    expect(await failureOf(stopped)).toMatchObject({ code: "ERR_ABORTED" });
    expect(await started.wait()).toMatchObject({ status: "Completed" });
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
    const job = await client().batch.submit(records(), { ...BATCH, model, jobName: "mine" });
    expect(bodyOf(server())).toMatchObject({
      jobName: "mine",
      modelId: model,
      modelInvocationType: "InvokeModel",
      inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://my-bucket/in/mine/", s3InputFormat: "JSONL" } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://my-bucket/out/" } },
    });
    const [first, second] = await collect((await job.wait()).results());
    expect(first).toMatchObject({ recordId: "good", output: { role: "assistant" } });
    expect(second).toMatchObject({ recordId: "bad", error: { status: 400 } });
  });

  it("is stopped, listed, and found again", async () => {
    const job = await client().batch.submit(["a"], BATCH);
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
    await client().batch.submit(["a", "b"], { ...BATCH, jobName: "own", storage });
    expect(put).toEqual(["s3://my-bucket/in/own/part-00001.jsonl"]);
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
