import { AwsError } from "../errors.ts";
import { findJobStatus } from "../jobs/invocation-job.ts";
import { findInvocationJob } from "../validations/jobs.ts";
import type { OperationContext } from "./operation.ts";

/**
 * StopModelInvocationJob: ends a batch job that has not ended by itself. Stopping one twice is no error. The answer has no
 * body.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_StopModelInvocationJob.html
 */
export async function stopModelInvocationJob(context: OperationContext): Promise<void> {
  const { exchange, baseHeaders, jobs, labels, now } = context;
  await jobs.settle();
  const job = findInvocationJob(jobs, labels["jobIdentifier"] ?? "");
  if (job.end !== undefined) {
    const status = findJobStatus(job, now());
    throw new AwsError("ConflictException", `The job ${job.jobArn} is ${status} and cannot be stopped any more.`);
  }
  job.stoppedAt ??= now();
  exchange.respond(200, baseHeaders, new Uint8Array());
}
