import {
  BedrockClient,
  CreateModelInvocationJobCommand,
  type CreateModelInvocationJobCommandInput,
  GetModelInvocationJobCommand,
  ListModelInvocationJobsCommand,
  StopModelInvocationJobCommand,
} from "@aws-sdk/client-bedrock";
import {
  BedrockRuntimeClient,
  GetAsyncInvokeCommand,
  ListAsyncInvokesCommand,
  StartAsyncInvokeCommand,
  type StartAsyncInvokeCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, it } from "vitest";

import { DOCUMENTATION_CREDENTIAL } from "../../src/auth.ts";
import { decodeImage } from "../../src/models/images/codec.ts";
import { parseObject, rejection } from "../support.ts";
import { startServer } from "../support-server.ts";

const Bucket = "jobs";
const REEL: StartAsyncInvokeCommandInput = {
  modelId: "amazon.nova-reel-v1:1",
  modelInput: { taskType: "TEXT_VIDEO", textToVideoParams: { text: "waves" } },
  outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://${Bucket}/films/` } },
};
const JOB: CreateModelInvocationJobCommandInput = {
  jobName: "night-run",
  roleArn: "arn:aws:iam::123456789012:role/batch",
  modelId: "us.amazon.nova-lite-v1:0",
  modelInvocationType: "Converse",
  inputDataConfig: { s3InputDataConfig: { s3Uri: `s3://${Bucket}/in/questions.jsonl` } },
  outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://${Bucket}/out/` } },
};

const open: { destroy(): void }[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.destroy();
});

describe("async invocations", () => {
  it("go from InProgress to Completed by the server's clock, and put a film into S3", async () => {
    const { runtime, s3, tick } = await start();
    const { invocationArn } = await runtime.send(new StartAsyncInvokeCommand(REEL));
    expect(invocationArn).toMatch(/^arn:aws:bedrock:us-east-1:123456789012:async-invoke\/[a-z0-9]{12}$/);
    const id = invocationArn?.split("/")[1];
    expect(await runtime.send(new GetAsyncInvokeCommand({ invocationArn }))).toMatchObject({
      status: "InProgress",
      modelArn: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-reel-v1:1",
      outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://${Bucket}/films/${id}` } },
    });
    tick(1000);
    const done = await runtime.send(new GetAsyncInvokeCommand({ invocationArn }));
    expect(done).toMatchObject({ status: "Completed", endTime: new Date(START + 1000) });
    expect(await list(s3)).toEqual([
      `films/${id}/manifest.json`,
      `films/${id}/output.mp4`,
      `films/${id}/video-generation-status.json`,
    ]);
    const film = await read(s3, `films/${id}/output.mp4`);
    expect(listBoxes(film)).toEqual(["ftyp", "mdat", "moov"]);
    const first = film.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
    expect(decodeImage(film.subarray(first))).toMatchObject({ width: 640, height: 360 });
  });

  it("put every shot of a longer film beside it", async () => {
    const { runtime, s3, tick } = await start();
    const shots = [{ text: "a red hill" }, { text: "a blue sea" }];
    const modelInput = { taskType: "MULTI_SHOT_MANUAL", multiShotManualParams: { shots } };
    await runtime.send(new StartAsyncInvokeCommand({ ...REEL, modelInput }));
    tick(1000);
    const names = (await list(s3)).map((key) => key.split("/").at(-1));
    expect(names).toEqual([
      "manifest.json",
      "output.mp4",
      "shot_0001.mp4",
      "shot_0002.mp4",
      "video-generation-status.json",
    ]);
  });

  it.each([
    ["luma.ray-v2:0", { prompt: "a hill", aspect_ratio: "1:1", resolution: "540p" }, ["output.mp4"]],
    [
      "amazon.nova-2-multimodal-embeddings-v1:0",
      {
        taskType: "SEGMENTED_EMBEDDING",
        segmentedEmbeddingParams: {
          embeddingPurpose: "GENERIC_INDEX",
          embeddingDimension: 256,
          text: { value: "word ".repeat(400), segmentationConfig: { maxLengthChars: 800 } },
        },
      },
      ["embedding-text.jsonl", "segmented-embedding-result.json"],
    ],
    ["twelvelabs.marengo-embed-2-7-v1:0", { inputType: "text", inputText: "a hill" }, ["output.json"]],
  ])("%s writes its own files", async (modelId, modelInput, names) => {
    const { runtime, s3, tick } = await start();
    await runtime.send(new StartAsyncInvokeCommand({ ...REEL, modelId, modelInput }));
    tick(1000);
    const keys = await list(s3);
    expect(keys.map((key) => key.split("/").at(-1))).toEqual(names);
    if (!modelId.includes("nova-2")) return;
    const lines = (await read(s3, keys[0] ?? "")).toString().trim().split("\n").map(parseObject);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatchObject({ segmentMetadata: { segmentIndex: 2, segmentStartCharPosition: 1600 } });
    expect(lines[0]?.["embedding"]).toHaveLength(256);
  });

  it("embed what is in S3, and fail when it is not there", async () => {
    const { runtime, s3, tick } = await start();
    await s3.send(new PutObjectCommand({ Bucket, Key: "sound.mp3", Body: "la la" }));
    const input = (uri: string): StartAsyncInvokeCommandInput => ({
      ...REEL,
      modelId: "twelvelabs.marengo-embed-2-7-v1:0",
      modelInput: { inputType: "audio", mediaSource: { s3Location: { uri } } },
    });
    const good = await runtime.send(new StartAsyncInvokeCommand(input("s3://jobs/sound.mp3")));
    const bad = await runtime.send(new StartAsyncInvokeCommand(input("s3://jobs/silence.mp3")));
    tick(1000);
    expect(await runtime.send(new GetAsyncInvokeCommand(good))).toMatchObject({ status: "Completed" });
    expect(await runtime.send(new GetAsyncInvokeCommand(bad))).toMatchObject({
      status: "Failed",
      failureMessage: "There is no object at s3://jobs/silence.mp3.",
    });
  });

  it("are begun once for one token, and conflict when the token comes with another request", async () => {
    const { runtime } = await start();
    const first = await runtime.send(new StartAsyncInvokeCommand({ ...REEL, clientRequestToken: "t" }));
    const again = await runtime.send(new StartAsyncInvokeCommand({ ...REEL, clientRequestToken: "t" }));
    expect(again.invocationArn).toBe(first.invocationArn);
    const other = {
      ...REEL,
      clientRequestToken: "t",
      modelInput: { taskType: "TEXT_VIDEO", textToVideoParams: { text: "x" } },
    };
    expect(await rejection(runtime.send(new StartAsyncInvokeCommand(other)))).toMatchObject({
      name: "ConflictException",
    });
  });

  it("are listed newest first, filtered, page by page", async () => {
    const { runtime, tick } = await start();
    const arns: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) {
      arns.push((await runtime.send(new StartAsyncInvokeCommand(REEL))).invocationArn);
      tick(400);
    }
    const done = await runtime.send(new ListAsyncInvokesCommand({ statusEquals: "Completed" }));
    expect(done.asyncInvokeSummaries?.map(({ invocationArn }) => invocationArn)).toEqual(arns.slice(0, 1));
    const page = await runtime.send(new ListAsyncInvokesCommand({ maxResults: 2 }));
    const rest = await runtime.send(new ListAsyncInvokesCommand({ nextToken: page.nextToken }));
    const found = [page, rest].map(({ asyncInvokeSummaries }) => asyncInvokeSummaries?.map((one) => one.invocationArn));
    expect(found).toEqual([[arns[2], arns[1]], [arns[0]]]);
    expect(rest.nextToken).toBeUndefined();
    const after = await runtime.send(
      new ListAsyncInvokesCommand({ submitTimeAfter: new Date(START), sortOrder: "Ascending" }),
    );
    expect(after.asyncInvokeSummaries?.map(({ invocationArn }) => invocationArn)).toEqual(arns.slice(1));
  });

  it.each([
    [{ modelId: "amazon.nova-lite-v1:0" }, "The provided model identifier is invalid."],
    [{ modelId: "amazon.nova-reel-v1:0", modelInput: { taskType: "MULTI_SHOT_MANUAL" } }, /not a valid enum value/],
    [{ modelInput: { taskType: "TEXT_VIDEO" } }, /required key \[textToVideoParams\] not found/],
    [
      {
        modelInput: {
          taskType: "TEXT_VIDEO",
          textToVideoParams: { text: "x" },
          videoGenerationConfig: { durationSeconds: 12 },
        },
      },
      /durationSeconds is not valid for TEXT_VIDEO\. Given: 12/,
    ],
    [
      { outputDataConfig: { s3OutputDataConfig: { s3Uri: "http://x" } } },
      /outputDataConfig\.s3OutputDataConfig\.s3Uri/,
    ],
  ])("refuse %j before they begin", async (changes, message) => {
    const { runtime } = await start();
    const error = await rejection(runtime.send(new StartAsyncInvokeCommand({ ...REEL, ...changes })));
    expect(error.name).toBe("ValidationException");
    expect(error.message).toMatch(message);
    expect((await runtime.send(new ListAsyncInvokesCommand({}))).asyncInvokeSummaries).toEqual([]);
  });
});

describe("batch jobs", () => {
  it("go through their states and write AWS's layout, errors in their lines", async () => {
    const { bedrock, s3, tick } = await start();
    const messages = [{ role: "user", content: [{ text: "say hello" }] }];
    await putLines(s3, [
      { recordId: "A1", modelInput: { messages } },
      { recordId: "A2", modelInput: { messages: [] } },
      { modelInput: { messages } },
    ]);
    const { jobArn: jobIdentifier } = await bedrock.send(new CreateModelInvocationJobCommand(JOB));
    const id = jobIdentifier?.split("/")[1] ?? "";
    const look = async (): Promise<string | undefined> =>
      (await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }))).status;
    const states = [await look()];
    for (const ms of [150, 250, 600]) {
      tick(ms);
      states.push(await look());
    }
    expect(states).toEqual(["Submitted", "Validating", "InProgress", "Completed"]);
    expect(await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier: id }))).toMatchObject({
      jobArn: jobIdentifier,
      totalRecordCount: 3,
      processedRecordCount: 3,
      successRecordCount: 2,
      errorRecordCount: 1,
      endTime: new Date(START + 1000),
    });
    const lines = (await read(s3, `out/${id}/questions.jsonl.out`)).toString().trim().split("\n").map(parseObject);
    expect(lines).toMatchObject([
      { recordId: "A1", modelInput: { messages }, modelOutput: { stopReason: "end_turn" } },
      { recordId: "A2", error: { errorCode: 400, errorMessage: expect.any(String) } },
      { recordId: "CALL0000003", modelOutput: { stopReason: "end_turn" } },
    ]);
    expect(lines[1]).not.toHaveProperty("modelOutput");
    const manifest = parseObject((await read(s3, `out/${id}/manifest.json.out`)).toString());
    expect(manifest).toMatchObject({ totalRecordCount: 3, successRecordCount: 2, errorRecordCount: 1 });
    expect(manifest["inputTokenCount"]).toBeGreaterThan(0);
  });

  it("run images and other bodies of InvokeModel, over every file of a folder", async () => {
    const { bedrock, s3, tick } = await start();
    const modelInput = {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "a hill" },
      imageGenerationConfig: { width: 320, height: 320 },
    };
    await putLines(s3, [{ recordId: "I1", modelInput }], "in/one.jsonl");
    await putLines(s3, [{ recordId: "I2", modelInput }], "in/more/two.jsonl");
    const { jobArn } = await bedrock.send(
      new CreateModelInvocationJobCommand({
        ...JOB,
        modelId: "amazon.nova-canvas-v1:0",
        modelInvocationType: undefined,
        inputDataConfig: { s3InputDataConfig: { s3Uri: `s3://${Bucket}/in/` } },
      }),
    );
    tick(1000);
    const id = jobArn?.split("/")[1];
    expect(await list(s3, "out/")).toEqual([
      `out/${id}/manifest.json.out`,
      `out/${id}/more/two.jsonl.out`,
      `out/${id}/one.jsonl.out`,
    ]);
  });

  it.each([
    ["a missing file", [], {}, /There is no \.jsonl file at s3:\/\/jobs\/in\/questions\.jsonl/],
    [
      "too few records",
      [{ modelInput: {} }],
      { minBatchRecords: 2 },
      /has 1 records, .* minimum number of records of 2/,
    ],
    ["a line that is no record", [{ input: 1 }], {}, /Line 1 of questions\.jsonl/],
  ])("fail for %s", async (_name, lines, options, message) => {
    const { bedrock, s3, tick } = await start(options);
    await s3.send(new PutObjectCommand({ Bucket, Key: "other", Body: "x" }));
    if (lines.length > 0) await putLines(s3, lines);
    const { jobArn: jobIdentifier } = await bedrock.send(new CreateModelInvocationJobCommand(JOB));
    tick(1000);
    const job = await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }));
    expect(job.status).toBe("Failed");
    expect(job.message).toMatch(message);
  });

  it("stop when they are told to, and write nothing", async () => {
    const { bedrock, s3, tick } = await start();
    await putLines(s3, [{ modelInput: {} }]);
    const { jobArn: jobIdentifier } = await bedrock.send(new CreateModelInvocationJobCommand(JOB));
    tick(500);
    await bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier }));
    const look = async (): Promise<string | undefined> =>
      (await bedrock.send(new GetModelInvocationJobCommand({ jobIdentifier }))).status;
    expect(await look()).toBe("Stopping");
    tick(1000);
    expect(await look()).toBe("Stopped");
    expect(await list(s3, "out/")).toEqual([]);
  });

  it("cannot be stopped when they are over, or when there is none", async () => {
    const { bedrock, s3, tick } = await start();
    await putLines(s3, [{ modelInput: {} }]);
    const { jobArn: jobIdentifier } = await bedrock.send(new CreateModelInvocationJobCommand(JOB));
    tick(1000);
    const late = bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier }));
    expect(await rejection(late)).toMatchObject({ name: "ConflictException" });
    const unknown = bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier: "abcdefghijkl" }));
    expect(await rejection(unknown)).toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("are listed by name and state", async () => {
    const { bedrock } = await start();
    await bedrock.send(new CreateModelInvocationJobCommand(JOB));
    await bedrock.send(new CreateModelInvocationJobCommand({ ...JOB, jobName: "day-run" }));
    const names = async (input: object): Promise<(string | undefined)[] | undefined> =>
      (await bedrock.send(new ListModelInvocationJobsCommand(input))).invocationJobSummaries?.map((job) => job.jobName);
    expect(await names({})).toEqual(["day-run", "night-run"]);
    expect(await names({ nameContains: "night" })).toEqual(["night-run"]);
    expect(await names({ statusEquals: "Completed" })).toEqual([]);
  });
});

const START = Date.UTC(2026, 0, 2, 3, 4, 5);

async function start(options: { minBatchRecords?: number } = {}): Promise<{
  runtime: BedrockRuntimeClient;
  bedrock: BedrockClient;
  s3: S3Client;
  tick: (ms: number) => void;
}> {
  let now = START;
  // The clients sign by the real clock, so signatures are not looked at here.
  const server = await startServer({ ...options, auth: "none", jobDurationMs: 1000, now: () => now });
  const config = { region: "us-east-1", endpoint: server.url, credentials: DOCUMENTATION_CREDENTIAL };
  const runtime = new BedrockRuntimeClient(config);
  const bedrock = new BedrockClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  open.push(runtime, bedrock, s3);
  return { runtime, bedrock, s3, tick: (ms) => void (now += ms) };
}

async function putLines(s3: S3Client, lines: readonly unknown[], Key = "in/questions.jsonl"): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: lines.map((line) => JSON.stringify(line)).join("\n") }));
}

async function read(s3: S3Client, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function list(s3: S3Client, Prefix = ""): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = "" }) => Key);
}

function listBoxes(film: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < film.byteLength; at += film.readUInt32BE(at))
    names.push(film.toString("latin1", at + 4, at + 8));
  return names;
}
