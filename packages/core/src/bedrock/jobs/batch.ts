import { checkGiven, checkRules, isWhole, type Rules } from "../../checks.ts";
import { InputError, ModelError } from "../../errors.ts";
import { readBytes } from "../../http/body.ts";
import type { ChatParams } from "../../provider.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../../requests/options.ts";
import { compact, numberOf, objectOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { dateOf } from "../control/pages.ts";
import { encodeJson, MAX_ANSWER_BYTES } from "../json-body.ts";
import { callJson } from "../json-call.ts";
import { resolveModel } from "../models.ts";
import { checkHeaders } from "../pipeline.ts";
import { checkS3Uri, createS3Storage, type Storage } from "../s3.ts";
import { writeBatchInput, type BatchRecords } from "./batch-input.ts";
import { readBatchResults, type BatchResult } from "./batch-results.ts";
import { listJobs, type JobFilter } from "./list.ts";
import { waitForJob, type WaitOptions } from "./wait.ts";

/** How a batch job is made. */
export interface BatchOptions extends RequestOptions {
  model: string;
  /** The role that Bedrock takes to read and write in S3. */
  roleArn: string;
  /** The folder in S3 that the records are written to, each job's in a folder of its own: its name and token. */
  inputUri: string;
  /** The folder in S3 for the results. */
  outputUri: string;
  /** Letters, digits, `-`, `+` and `.`, at most 63. Default: `node-llm-` and the time. */
  jobName?: string | undefined;
  /** Parameters of all questions. */
  params?: ChatParams | undefined;
  /** 24 to 168. */
  timeoutHours?: number | undefined;
  /** Key to encrypt the results. Default: S3's own. */
  kmsKeyId?: string | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
  vpcConfig?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] } | undefined;
  /** The same token makes only one job. Default: a new one for each call, the same for all its retries. */
  clientRequestToken?: string | undefined;
  /** What writes and reads in S3. Default: the client itself. */
  storage?: Storage | undefined;
  /** A new file of records is begun after so many bytes. Default 64 MB. */
  fileBytes?: number | undefined;
}

/** A rule for each option of its own. */
const RULES: Rules<Exclude<keyof BatchOptions, keyof RequestOptions>> = {
  model: undefined,
  roleArn: [/^arn:aws(-[^:]+)?:iam::\d{12}:role\/.+$/, "the ARN of a role that Bedrock may take"],
  inputUri: undefined,
  outputUri: undefined,
  jobName: [/^(?=.{1,63}$)[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+.]){0,63}$/, '1 to 63 letters, digits, "-", "+" or "."'],
  params: undefined,
  timeoutHours: [(hours) => isWhole(hours, 24, 168), "24 to 168"],
  kmsKeyId: undefined,
  tags: undefined,
  vpcConfig: undefined,
  clientRequestToken: [/^(?=.{1,256}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, '1 to 256 letters, digits and "-"'],
  storage: undefined,
  fileBytes: [(bytes) => isWhole(bytes, 1, 1e9), "1 to 1000000000"],
};

/** Statuses after which nothing changes any more. */
const ENDED = ["Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"];
const WITH_RESULTS = ["Completed", "PartiallyCompleted"];

let construct: (client: BedrockClient, raw: JsonObject) => BatchJob;

/** A batch job as it was when it was looked at. */
export class BatchJob {
  readonly arn: string;
  readonly name: string;
  /** `"Submitted"`, `"Validating"`, `"Scheduled"`, `"InProgress"`, `"Stopping"`, or how it ended: `"Completed"`, `"PartiallyCompleted"`, `"Failed"`, `"Stopped"`, `"Expired"`. */
  readonly status: string;
  readonly model: string;
  /** What Bedrock says of its state. */
  readonly message?: string;
  /** The records, and the results of this job, in S3. */
  readonly inputUri: string;
  readonly outputUri: string;
  readonly submittedAt?: Date;
  readonly endedAt?: Date;
  readonly totalRecords?: number;
  readonly processedRecords?: number;
  readonly successRecords?: number;
  readonly errorRecords?: number;
  /** As received. */
  readonly raw: JsonObject;
  readonly #client: BedrockClient;

  static {
    construct = (client, raw) => new BatchJob(client, raw);
  }

  private constructor(client: BedrockClient, raw: JsonObject) {
    this.#client = client;
    this.raw = raw;
    this.arn = stringOf(raw["jobArn"]) ?? "";
    this.name = stringOf(raw["jobName"]) ?? "";
    this.status = stringOf(raw["status"]) ?? "Submitted";
    this.model = stringOf(raw["modelId"]) ?? "";
    const uriOf = (name: string): string =>
      (
        stringOf(
          objectOf(objectOf(raw[`${name}DataConfig`])?.[`s3${name === "input" ? "Input" : "Output"}DataConfig`])?.[
            "s3Uri"
          ],
        ) ?? ""
      ).replace(/\/$/, "");
    this.inputUri = uriOf("input");
    this.outputUri = `${uriOf("output")}/${this.arn.slice(this.arn.lastIndexOf("/") + 1)}`;
    Object.assign(
      this,
      compact({
        message: stringOf(raw["message"]),
        submittedAt: dateOf(raw["submitTime"]),
        endedAt: dateOf(raw["endTime"]),
        totalRecords: numberOf(raw["totalRecordCount"]),
        processedRecords: numberOf(raw["processedRecordCount"]),
        successRecords: numberOf(raw["successRecordCount"]),
        errorRecords: numberOf(raw["errorRecordCount"]),
      }),
    );
  }

  /** Looks again. */
  refresh(options: RequestOptions = {}): Promise<BatchJob> {
    return getBatchJob(this.#client, this.arn, options);
  }

  /**
   * Waits until it has ended with results.
   *
   * @throws {ModelError} `ERR_JOB_FAILED` when it failed, was stopped or expired
   * @throws {TimeoutError} `ERR_TIMEOUT_JOB`
   */
  async wait(options: WaitOptions<BatchJob> = {}): Promise<BatchJob> {
    const { signal, pollMs = 30_000 } = options;
    const look = (): Promise<BatchJob> => this.refresh({ signal });
    const hasEnded = ({ status }: BatchJob): boolean => ENDED.includes(status);
    const job = await waitForJob(this.#client, this.arn, look, hasEnded, { ...options, pollMs });
    if (WITH_RESULTS.includes(job.status)) return job;
    throw new ModelError(`${job.arn} is ${job.status}: ${job.message ?? "Bedrock did not say why"}`, {
      code: "ERR_JOB_FAILED",
      operation: "GetModelInvocationJob",
    });
  }

  /** Stops it. What was answered by then can be read. */
  async stop(options: RequestOptions = {}): Promise<void> {
    const { path, region } = renderJobPath(this.arn);
    const call = { operation: "StopModelInvocationJob", service: "bedrock", region, path: `${path}/stop` } as const;
    const headers = { "content-type": "application/json", ...checkHeaders(options.headers) };
    // The answer has no body.
    await this.#client.pipeline.run(
      { ...call, method: "POST", headers, body: encodeJson({}), options },
      ({ response }) => readBytes(response.body, MAX_ANSWER_BYTES),
    );
  }

  /** The results in the order of the records; a record that has none comes as an error. */
  results({ storage, ...options }: RequestOptions & { storage?: Storage } = {}): AsyncIterable<BatchResult> {
    return readBatchResults(storage ?? createS3Storage(this.#client, options), this.inputUri, this.outputUri);
  }

  toJSON(): JsonObject {
    return this.raw;
  }
}

/**
 * Writes the records to S3 and makes a batch job of them.
 *
 * @throws {InputError} `ERR_INPUT` when an option or a record is wrong
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
 */
export async function submitBatch(
  client: BedrockClient,
  records: BatchRecords,
  options: BatchOptions,
): Promise<BatchJob> {
  checkNames(options, [...Object.keys(RULES), ...REQUEST_OPTIONS], "batch.submit()");
  const { signal, timeouts, maxRetries, headers, ...own } = options;
  checkRules({ ...own, roleArn: own.roleArn ?? null }, RULES, "", InputError);
  const { model, roleArn, kmsKeyId, tags, timeoutHours, vpcConfig, params, fileBytes = 64_000_000 } = own;
  const { jobName = `node-llm-${client.world.now()}`, clientRequestToken = crypto.randomUUID() } = own;
  const request = { signal, timeouts, maxRetries, headers };
  resolveModel(model);
  // Jobs of one name must not mix their records: a repeated call with the same token writes the same again.
  const folder = `${jobName.replaceAll("+", "-")}-${clientRequestToken}`;
  const inputUri = `${checkS3Uri(options.inputUri, "inputUri")}/${folder}`;
  const outputUri = checkS3Uri(options.outputUri, "outputUri");
  const storage = options.storage ?? createS3Storage(client, request);
  const { invocationType } = await writeBatchInput(client, storage, inputUri, records, { model, params, fileBytes });
  const body = {
    jobName,
    roleArn,
    clientRequestToken,
    modelId: model,
    modelInvocationType: invocationType,
    inputDataConfig: { s3InputDataConfig: { s3Uri: `${inputUri}/`, s3InputFormat: "JSONL" } },
    outputDataConfig: { s3OutputDataConfig: compact({ s3Uri: `${outputUri}/`, s3EncryptionKeyId: kmsKeyId }) },
    ...compact({ timeoutDurationInHours: timeoutHours, vpcConfig: vpcConfig && { ...vpcConfig } }),
    ...(tags && { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }),
  };
  const call = { operation: "CreateModelInvocationJob", service: "bedrock", path: "/model-invocation-job" } as const;
  const { json } = await callJson(
    client,
    { ...call, body, options: request },
    (answer) => typeof answer["jobArn"] === "string",
  );
  return construct(client, { ...body, ...json });
}

/**
 * GetModelInvocationJob.
 *
 * @throws {InputError} `ERR_INPUT` when it is no ARN of a job, or there is an option that nobody knows
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html
 */
export async function getBatchJob(client: BedrockClient, arn: string, options: RequestOptions = {}): Promise<BatchJob> {
  checkNames(options, REQUEST_OPTIONS, "batch.get()");
  const call = { operation: "GetModelInvocationJob", service: "bedrock", ...renderJobPath(arn) } as const;
  const { json } = await callJson(client, { ...call, options }, (answer) => typeof answer["jobArn"] === "string");
  return construct(client, json);
}

/**
 * ListModelInvocationJobs, all pages.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html
 */
export async function listBatchJobs(
  client: BedrockClient,
  given: JobFilter & { nameContains?: string | undefined } = {},
): Promise<readonly BatchJob[]> {
  const { nameContains, ...filter } = checkGiven(given);
  const request = {
    operation: "ListModelInvocationJobs",
    path: "/model-invocation-jobs",
    member: "invocationJobSummaries",
    query: { sortBy: "CreationTime", ...compact({ nameContains }) },
  };
  const found = await listJobs(client, request, filter, "batch.list()");
  return found.map((raw) => construct(client, raw));
}

function renderJobPath(arn: string): { readonly path: string; readonly region: string } {
  const [, region] = /^arn:[^:]+:bedrock:([a-z0-9-]+):\d{12}:model-invocation-job\/[a-z0-9]+$/.exec(arn) ?? [];
  if (region === undefined)
    throw new InputError(`The job is ${JSON.stringify(arn)}: give the ARN that its start gave.`);
  return { path: `/model-invocation-job/${encodeURIComponent(arn)}`, region };
}

/** Batch jobs. */
export interface Batch {
  /**
   * Writes the records to S3 and makes a job of them. Needs the IAM actions `bedrock:CreateModelInvocationJob`,
   * `iam:PassRole` on the role, and `s3:PutObject` on the bucket.
   *
   * @throws {LLMError} `ERR_INPUT` before the job is made, when an option or a record cannot be right
   */
  submit(records: BatchRecords, options: BatchOptions): Promise<BatchJob>;
  /**
   * Looks at one, in the region of its ARN. Needs the IAM action `bedrock:GetModelInvocationJob`.
   *
   * @throws {LLMError} `ERR_INPUT` before anything is sent, when it is no ARN of a job
   */
  get(arn: string, options?: RequestOptions): Promise<BatchJob>;
  /**
   * Those of the client's region, of all pages. Needs the IAM action `bedrock:ListModelInvocationJobs`.
   *
   * @throws {LLMError}
   */
  list(filter?: JobFilter & { nameContains?: string | undefined }): Promise<readonly BatchJob[]>;
}
