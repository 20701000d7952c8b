import { readStream } from "./streams.ts";
import { InputError, ModelError } from "../../errors.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../../requests/options.ts";
import { compact, objectOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { callJson } from "../json-call.ts";
import { checkPlain } from "../json-body.ts";
import { checkS3Uri, createS3Storage, joinS3Uri, type Storage } from "../s3.ts";
import { resolveModel } from "../models.ts";
import { dateOf } from "../control/pages.ts";
import { listJobs, type JobFilter } from "./list.ts";
import { waitForJob, type WaitOptions } from "./wait.ts";

/** How an asynchronous invocation is started. */
export interface AsyncInvocationOptions extends RequestOptions {
  /** The folder in S3 to write to, like `"s3://bucket/videos"`; the model adds one for each invocation. */
  outputUri: string;
  /** Key to encrypt what is written. Default: S3's own. */
  kmsKeyId?: string | undefined;
  /** The account that the bucket belongs to, when it is not yours. */
  bucketOwner?: string | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
  /** The same token starts only one invocation. Default: a new one for each call, the same for all its retries. */
  clientRequestToken?: string | undefined;
}

/** Every option of its own, so that a misspelt one fails instead of being ignored. */
export const INVOCATION_OPTIONS: readonly string[] = [
  "outputUri",
  "kmsKeyId",
  "bucketOwner",
  "tags",
  "clientRequestToken",
] satisfies (keyof AsyncInvocationOptions)[];

let construct: (client: BedrockClient, raw: JsonObject) => AsyncInvocation;

/** An invocation that writes its answer to S3: as it was when it was looked at. */
export class AsyncInvocation {
  readonly arn: string;
  /** `"InProgress"`, `"Completed"` or `"Failed"`. */
  readonly status: string;
  /** ARN of the model; absent right after the start. */
  readonly modelArn?: string;
  /** Why it failed. */
  readonly failureMessage?: string;
  /** The folder in S3 that holds, or will hold, what it writes. */
  readonly outputUri: string;
  readonly submittedAt?: Date;
  readonly endedAt?: Date;
  /** As received. */
  readonly raw: JsonObject;
  readonly #client: BedrockClient;

  static {
    construct = (client, raw) => new AsyncInvocation(client, raw);
  }

  private constructor(client: BedrockClient, raw: JsonObject) {
    this.#client = client;
    this.raw = raw;
    this.arn = stringOf(raw["invocationArn"]) ?? "";
    this.status = stringOf(raw["status"]) ?? "InProgress";
    const config = objectOf(objectOf(raw["outputDataConfig"])?.["s3OutputDataConfig"]);
    const uri = (stringOf(config?.["s3Uri"]) ?? "").replace(/\/$/, "");
    const id = this.arn.slice(this.arn.lastIndexOf("/") + 1);
    this.outputUri = uri.endsWith(`/${id}`) ? uri : `${uri}/${id}`;
    Object.assign(
      this,
      compact({
        modelArn: stringOf(raw["modelArn"]),
        failureMessage: stringOf(raw["failureMessage"]),
        submittedAt: dateOf(raw["submitTime"]),
        endedAt: dateOf(raw["endTime"]),
      }),
    );
  }

  /** Looks again. */
  refresh(options: RequestOptions = {}): Promise<AsyncInvocation> {
    return getAsyncInvocation(this.#client, this.arn, options);
  }

  /**
   * Waits until it is completed.
   *
   * @throws {ModelError} `ERR_JOB_FAILED` when it failed
   * @throws {TimeoutError} `ERR_TIMEOUT_JOB`
   */
  async wait(options: WaitOptions<AsyncInvocation> = {}): Promise<AsyncInvocation> {
    const { signal } = options;
    const look = (): Promise<AsyncInvocation> => this.refresh({ signal });
    const hasEnded = ({ status }: AsyncInvocation): boolean => status !== "InProgress";
    const job = await waitForJob(this.#client, this.arn, look, hasEnded, options);
    if (job.status === "Completed") return job;
    throw new ModelError(`${job.arn} is ${job.status}: ${job.failureMessage ?? "Bedrock did not say why"}`, {
      code: "ERR_JOB_FAILED",
      operation: "GetAsyncInvoke",
    });
  }

  /** The URIs of what it has written. */
  files({ storage, ...options }: RequestOptions & { storage?: Storage } = {}): Promise<readonly string[]> {
    return (storage ?? createS3Storage(this.#client, options)).list(`${this.outputUri}/`);
  }

  /** Reads a file that it has written, like `"output.mp4"`. */
  async read(name: string, { storage, ...options }: RequestOptions & { storage?: Storage } = {}): Promise<Uint8Array> {
    const uri = joinS3Uri(this.outputUri, name);
    return readStream(await (storage ?? createS3Storage(this.#client, options)).get(uri));
  }

  toJSON(): JsonObject {
    return this.raw;
  }
}

/**
 * StartAsyncInvoke: starts an invocation that writes its answer to S3.
 *
 * @param modelInput in the shape of the model's own
 * @throws {InputError} `ERR_INPUT`
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html
 */
export async function startAsyncInvocation(
  client: BedrockClient,
  id: string,
  modelInput: JsonObject,
  options: AsyncInvocationOptions,
): Promise<AsyncInvocation> {
  checkNames(options, [...INVOCATION_OPTIONS, ...REQUEST_OPTIONS], "asyncInvocations.start()");
  const { outputUri, kmsKeyId, bucketOwner, tags, clientRequestToken = crypto.randomUUID(), ...request } = options;
  const model = resolveModel(id);
  checkPlain(modelInput, "modelInput");
  const s3Uri = checkS3Uri(outputUri, "outputUri");
  const outputDataConfig = { s3OutputDataConfig: compact({ s3Uri, kmsKeyId, bucketOwner }) };
  const { json } = await callJson(
    client,
    {
      operation: "StartAsyncInvoke",
      model,
      path: "/async-invoke",
      body: {
        clientRequestToken,
        modelId: id,
        modelInput,
        outputDataConfig,
        ...(tags && { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }),
      },
      options: request,
    },
    (answer) => typeof answer["invocationArn"] === "string",
  );
  return construct(client, { ...json, clientRequestToken, status: "InProgress", outputDataConfig });
}

/**
 * GetAsyncInvoke.
 *
 * @throws {InputError} `ERR_INPUT` when it is no ARN of an invocation, or there is an option that nobody knows
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GetAsyncInvoke.html
 */
export async function getAsyncInvocation(
  client: BedrockClient,
  arn: string,
  options: RequestOptions = {},
): Promise<AsyncInvocation> {
  const [, region] = /^arn:[^:]+:bedrock:([a-z0-9-]+):\d{12}:async-invoke\/[a-z0-9]+$/.exec(arn) ?? [];
  if (region === undefined) {
    throw new InputError(`The invocation is ${JSON.stringify(arn)}: give the ARN that its start gave.`);
  }
  checkNames(options, REQUEST_OPTIONS, "asyncInvocations.get()");
  const path = `/async-invoke/${encodeURIComponent(arn)}`;
  const call = { operation: "GetAsyncInvoke", region, path, options };
  const { json } = await callJson(client, call, (answer) => typeof answer["status"] === "string");
  return construct(client, json);
}

/**
 * ListAsyncInvokes, all pages.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ListAsyncInvokes.html
 */
export async function listAsyncInvocations(
  client: BedrockClient,
  filter: JobFilter = {},
): Promise<readonly AsyncInvocation[]> {
  const request = {
    operation: "ListAsyncInvokes",
    service: "bedrock-runtime",
    path: "/async-invoke",
    member: "asyncInvokeSummaries",
    query: { sortBy: "SubmissionTime" },
  } as const;
  const found = await listJobs(client, request, filter, "asyncInvocations.list()");
  return found.map((raw) => construct(client, raw));
}

/** The operations on asynchronous invocations. */
export interface AsyncInvocations {
  /**
   * Starts one. Needs the IAM action `bedrock:InvokeModel`, and `s3:PutObject` on the bucket.
   *
   * @param modelInput in the shape of the model's own
   * @throws {LLMError} `ERR_INPUT` before anything is sent, when an option cannot be right
   */
  start(model: string, modelInput: JsonObject, options: AsyncInvocationOptions): Promise<AsyncInvocation>;
  /**
   * Looks at one, in the region of its ARN. Needs the IAM action `bedrock:GetAsyncInvoke`.
   *
   * @throws {LLMError} `ERR_INPUT` before anything is sent, when it is no ARN of an invocation
   */
  get(arn: string, options?: RequestOptions): Promise<AsyncInvocation>;
  /**
   * Those of the client's region, of all pages. Needs the IAM action `bedrock:ListAsyncInvokes`.
   *
   * @throws {LLMError}
   */
  list(filter?: JobFilter): Promise<readonly AsyncInvocation[]>;
}
