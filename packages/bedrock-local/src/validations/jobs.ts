import type { AsyncInvocation } from "../jobs/async-invocation.ts";
import type { InvocationJob, InvocationJobRequest } from "../jobs/invocation-job.ts";
import type { Jobs } from "../jobs/engine.ts";
import { AwsError } from "../errors.ts";
import { createRefusal } from "./refusal.ts";
import { type Reading, readShape, throwFindings } from "./shape.ts";
import { createModelInvocationJob, invocationArn, jobIdentifier, startAsyncInvoke } from "./shapes/jobs.ts";

/** The body of StartAsyncInvoke. */
export interface AsyncInvokeRequest {
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly modelInput: unknown;
  readonly outputDataConfig: {
    readonly s3OutputDataConfig: Readonly<Record<string, string>> & { readonly s3Uri: string };
  };
}

/** Validates the body of StartAsyncInvoke. Throws `AwsError` as `readShape` and `throwFindings` do. */
export function readAsyncInvoke(body: unknown): AsyncInvokeRequest {
  const reading = readShape(startAsyncInvoke, body);
  assertAsyncInvoke(reading);
  return reading.value;
}

/** Validates the body of CreateModelInvocationJob. Throws `AwsError` as `readShape` and `throwFindings` do. */
export function readInvocationJob(body: unknown): InvocationJobRequest {
  const reading = readShape(createModelInvocationJob, body);
  assertInvocationJob(reading);
  return reading.value;
}

/**
 * The async invocation of an ARN.
 *
 * @throws AwsError `ValidationException` for an ARN that is malformed or names none.
 */
export function findAsyncInvocation(jobs: Jobs, arn: string): AsyncInvocation {
  throwFindings(readShape(invocationArn, arn, "invocationArn").findings);
  const found = jobs.asyncInvocations.get(arn);
  if (found === undefined) throw createRefusal("The provided invocation ARN is invalid.");
  return found;
}

/**
 * The batch job of an ARN, or of the twelve characters at its end.
 *
 * @throws AwsError `ValidationException` for a malformed identifier, `ResourceNotFoundException` for an unknown one.
 */
export function findInvocationJob(jobs: Jobs, identifier: string): InvocationJob {
  throwFindings(readShape(jobIdentifier, identifier, "jobIdentifier").findings);
  const [, job] = [...jobs.invocationJobs].find(([arn]) => arn === identifier || arn.endsWith(`/${identifier}`)) ?? [];
  if (job === undefined) throw new AwsError("ResourceNotFoundException", `Could not find the job ${identifier}.`);
  return job;
}

/**
 * The work that was begun with the same token, if any.
 *
 * @throws AwsError `ConflictException` when it was begun by another request.
 */
export function findRepeated<T extends { readonly fingerprint: string }>(
  all: Iterable<T>,
  token: string | undefined,
  readToken: (work: T) => string | undefined,
  fingerprint: string,
): T | undefined {
  const same = token === undefined ? undefined : [...all].find((work) => readToken(work) === token);
  if (same === undefined || same.fingerprint === fingerprint) return same;
  throw new AwsError(
    "ConflictException",
    `The clientRequestToken ${token} was used with other parameters. Use another token for another request.`,
  );
}

/** The shape tables describe exactly these types, so a reading without findings is one. */
function assertAsyncInvoke(reading: Reading): asserts reading is Reading & { value: AsyncInvokeRequest } {
  throwFindings(reading.findings);
}

function assertInvocationJob(reading: Reading): asserts reading is Reading & { value: InvocationJobRequest } {
  throwFindings(reading.findings);
}
