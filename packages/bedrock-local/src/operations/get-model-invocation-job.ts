import { renderInvocationJob } from "../jobs/invocation-job.ts";
import { findInvocationJob } from "../validations/jobs.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * GetModelInvocationJob: how far a batch job has come.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html
 */
export async function getModelInvocationJob(context: OperationContext): Promise<void> {
  const { jobs, labels, now } = context;
  await jobs.settle();
  respondJson(context, renderInvocationJob(findInvocationJob(jobs, labels["jobIdentifier"] ?? ""), now()));
}
