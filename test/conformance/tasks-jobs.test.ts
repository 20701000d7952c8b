import type { AsyncInvocation, BatchJob, BatchOptions, BatchResult, LLM, VideoOptions } from "@node-llm/core";
import { describe, expect, it, vi } from "vitest";

import { createPng } from "../../packages/core/test/support/media-files.ts";
import { itFitsAwsModel } from "../support/aws-model.ts";
import { createOfficialClients, replay } from "../support/sdk-replay.ts";
import { only, useSideBySide, withTimes } from "../support/side-by-side.ts";

// The first request of a cold SDK takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const both = useSideBySide();
const outputUri = "s3://jobs/out";
const image = createPng(1280, 720);
const REEL = "amazon.nova-reel-v1:1";

const start = (prompt: string | undefined, options: Omit<VideoOptions, "outputUri">) => (llm: LLM) =>
  llm.video(prompt, { outputUri, ...options });

/** Each model, and each of its ways to be asked. */
const STARTS: readonly (readonly [name: string, ask: (llm: LLM) => Promise<AsyncInvocation>])[] = [
  ["a film by words", start("waves", { model: REEL, seed: 7 })],
  ["a film that begins with an image", start("waves", { model: "amazon.nova-reel-v1:0", images: [image] })],
  ["a longer film", start("waves", { model: REEL, durationSeconds: 12 })],
  ["a film of scenes", start(undefined, { model: REEL, shots: [{ text: "a hill", image }, { text: "a sea" }] })],
  [
    "a film by Ray",
    start("waves", {
      model: "luma.ray-v2:0",
      durationSeconds: 5,
      aspectRatio: "1:1",
      resolution: "540p",
      loop: true,
      images: [image, image],
    }),
  ],
  [
    "all options",
    start("waves ünï 😀", {
      model: REEL,
      kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      bucketOwner: "123456789012",
      tags: { team: "search", "cost center": "" },
      clientRequestToken: "token-1",
    }),
  ],
  [
    "a model's own input",
    (llm) =>
      llm.asyncInvocations.start(
        "twelvelabs.marengo-embed-2-7-v1:0",
        { inputType: "text", inputText: "a hill" },
        { outputUri },
      ),
  ],
];

describe("an asynchronous invocation of our client, made through the official SDK", () => {
  it.each(STARTS)("is the same from start to end: %s", async (_name, ask) => {
    const { compare, tick } = both();
    const { ours: started, requests, official } = await compare(ask);
    expect(only(requests).operation).toBe("StartAsyncInvoke");
    expect(only(official)).toEqual({ invocationArn: started.arn });
    const running = await compare(() => started.refresh());
    expect(withTimes(running.ours.raw)).toEqual(only(running.official));
    expect(running.ours.status).toBe("InProgress");
    tick(2000);
    const done = await compare((llm) => llm.asyncInvocations.get(started.arn));
    const { status, endedAt, modelArn, raw } = done.ours;
    expect(withTimes(raw)).toEqual(only(done.official));
    expect(JSON.parse(JSON.stringify({ status, endTime: endedAt, modelArn }))).toEqual({
      status: "Completed",
      endTime: only(done.official)["endTime"],
      modelArn: only(done.official)["modelArn"],
    });
    const files = await compare(() => done.ours.files());
    const contents = only(files.official)["Contents"];
    const keys: { Key: string }[] = Array.isArray(contents) ? contents : [];
    expect(files.ours).toEqual(keys.map(({ Key }) => `s3://jobs/${Key}`));
    const name =
      files.ours
        .find((uri) => /output\.\w+$/.test(uri))
        ?.split("/")
        .at(-1) ?? expect.unreachable();
    const read = await compare(() => done.ours.read(name));
    expect(Buffer.from(read.ours).toString("base64")).toBe(only(read.official)["Body"]);
  });

  it("is listed the same, filtered and in pages", async () => {
    const { compare, enqueue } = both();
    const all = await compare((llm) => llm.asyncInvocations.list());
    expect(all.ours).toHaveLength(STARTS.length);
    expect(withTimes(all.ours.map(({ raw }) => raw))).toEqual(only(all.official)["asyncInvokeSummaries"]);
    const filter = {
      status: "Completed",
      submittedAfter: all.ours.at(-1)?.submittedAt,
      submittedBefore: all.ours[0]?.submittedAt,
      sortOrder: "Ascending",
      limit: 3,
    } as const;
    const some = await compare((llm) => llm.asyncInvocations.list(filter));
    expect(withTimes(some.ours.map(({ raw }) => raw))).toEqual(only(some.official)["asyncInvokeSummaries"]);
    expect(some.ours.length).toBeGreaterThan(1);
    const page = await compare((llm) => llm.asyncInvocations.list({ limit: 2 }));
    const body = only(page.official);
    expect(body["nextToken"]).toEqual(expect.any(String));
    enqueue({ status: 200, body });
    const paged = await compare((llm) => llm.asyncInvocations.list());
    expect(paged.requests).toHaveLength(2);
    expect(paged.official.flatMap(({ asyncInvokeSummaries }) => asyncInvokeSummaries)).toEqual(
      withTimes(all.ours.map(({ raw }) => raw)),
    );
    expect(withTimes(paged.ours)).toEqual(withTimes(all.ours));
  });
});

const BATCH: BatchOptions = {
  model: "us.amazon.nova-lite-v1:0",
  roleArn: "arn:aws:iam::123456789012:role/batch",
  inputUri: "s3://jobs/in",
  outputUri,
  jobName: "night-run",
};
const QUESTIONS = ["Say hello", { recordId: "Q2", messages: "Count to 3", params: { maxTokens: 9 } }];

/** What is known of a job, as JSON. */
const describeJob = ({ arn, name, status, model, submittedAt, endedAt, ...job }: BatchJob): unknown => {
  const { totalRecords, errorRecords } = job;
  const known = { arn, name, status, model, submitTime: submittedAt, endTime: endedAt, totalRecords, errorRecords };
  return JSON.parse(JSON.stringify(known));
};

/** The same of what the official SDK got. */
const describeTheirs = (job: Readonly<Record<string, unknown>>): unknown =>
  JSON.parse(
    JSON.stringify({
      arn: job["jobArn"],
      name: job["jobName"],
      status: job["status"],
      model: job["modelId"],
      submitTime: job["submitTime"],
      endTime: job["endTime"],
      totalRecords: job["totalRecordCount"],
      errorRecords: job["errorRecordCount"],
    }),
  );

describe("a batch job of our client, made through the official SDK", () => {
  it("is the same from its records to its results", async () => {
    const { compare, tick } = both();
    const submitted = await compare((llm) => llm.batch.submit(QUESTIONS, BATCH));
    expect(submitted.requests.map(({ operation }) => operation)).toEqual(["S3", "CreateModelInvocationJob"]);
    expect(submitted.official.at(-1)).toEqual({ jobArn: submitted.ours.arn });
    for (const ms of [0, 300, 2000]) {
      tick(ms);
      const { ours, official } = await compare((llm) => llm.batch.get(submitted.ours.arn));
      expect(withTimes(ours.raw)).toEqual(only(official));
      expect(describeJob(ours)).toEqual(describeTheirs(only(official)));
    }
    const done = await compare((llm) => llm.batch.get(submitted.ours.arn));
    expect(done.ours).toMatchObject({ status: "Completed", totalRecords: 2, errorRecords: 0 });
    const results = await compare(async () => {
      const found: BatchResult[] = [];
      for await (const result of done.ours.results()) found.push(result);
      return found;
    });
    expect(results.ours.map(({ recordId }) => recordId)).toEqual([expect.any(String), "Q2"]);
    expect(new Set(results.requests.map(({ operation }) => operation))).toEqual(new Set(["S3"]));
  });

  it("is the same with all options, and with bodies of the model's own", async () => {
    const options: BatchOptions = {
      ...BATCH,
      model: "amazon.titan-embed-text-v2:0",
      jobName: "all.options",
      timeoutHours: 48,
      kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      tags: { team: "search", "cost center": "" },
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      clientRequestToken: "token-2",
    };
    const { ours, requests, official } = await both().compare((llm) =>
      llm.batch.submit([{ modelInput: { inputText: "a hill" } }], options),
    );
    expect(requests.at(-1)?.json).toMatchObject({ modelInvocationType: "InvokeModel", timeoutDurationInHours: 48 });
    expect(official.at(-1)).toEqual({ jobArn: ours.arn });
  });

  it("is stopped the same", async () => {
    const { compare } = both();
    const { ours: job } = await compare((llm) => llm.batch.submit(QUESTIONS, { ...BATCH, jobName: "to-stop" }));
    const { requests, official } = await compare(() => job.stop());
    expect(only(requests).operation).toBe("StopModelInvocationJob");
    expect(only(official)).toEqual({});
    const after = await compare(() => job.refresh());
    expect(withTimes(after.ours.raw)).toEqual(only(after.official));
    expect(after.ours.status).toMatch(/^Stopp(ing|ed)$/);
  });

  it("is listed the same, filtered and in pages", async () => {
    const { compare, enqueue } = both();
    const all = await compare((llm) => llm.batch.list());
    expect(all.ours).toHaveLength(3);
    expect(withTimes(all.ours.map(({ raw }) => raw))).toEqual(only(all.official)["invocationJobSummaries"]);
    const filter = { status: "Completed", nameContains: "night", submittedAfter: new Date(1500), limit: 5 };
    const some = await compare((llm) => llm.batch.list(filter));
    expect(some.ours.map(({ name }) => name)).toEqual(["night-run"]);
    expect(withTimes(some.ours.map(({ raw }) => raw))).toEqual(only(some.official)["invocationJobSummaries"]);
    const page = await compare((llm) => llm.batch.list({ limit: 2 }));
    const body = only(page.official);
    expect(body["nextToken"]).toEqual(expect.any(String));
    enqueue({ status: 200, body });
    const paged = await compare((llm) => llm.batch.list());
    expect(paged.requests).toHaveLength(2);
    expect(withTimes(paged.ours)).toEqual(withTimes(all.ours));
  });
});

describe("a token of our client's", () => {
  it("starts nothing twice, although the official SDK writes the members in another order", async () => {
    const { server, llm } = both();
    const clients = createOfficialClients(server.url);
    const begun = await llm.video("waves", { model: REEL, outputUri, clientRequestToken: "token-3" });
    const job = await llm.batch.submit(QUESTIONS, { ...BATCH, jobName: "once", clientRequestToken: "token-4" });
    for (const [operation, answer] of [
      ["StartAsyncInvoke", { invocationArn: begun.arn }],
      ["CreateModelInvocationJob", { jobArn: job.arn }],
    ] as const) {
      const request = server.requests.findLast((each) => each.operation === operation) ?? expect.unreachable();
      expect(await replay(clients, request)).toEqual(answer);
      const again = server.requests.at(-1);
      expect(Buffer.from(again?.body ?? [])).not.toEqual(Buffer.from(request.body));
    }
    clients.destroy();
  });
});

itFitsAwsModel(() => both().server.requests);
