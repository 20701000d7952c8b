import { renderArn } from "../arn.ts";
import { runBatch } from "../jobs/run-batch.ts";
import { createJobId } from "../jobs/job-id.ts";
import type { InvocationJob } from "../jobs/invocation-job.ts";
import { renderSortedJson } from "../json.ts";
import { parseModelId } from "../models/families.ts";
import { findRepeated, readInvocationJob } from "../validations/jobs.ts";
import { checkModelAccess } from "../validations/model-access.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * CreateModelInvocationJob: has a file of requests answered, each line by the built-in models, after the server's
 * `jobDurationMs`.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
 */
export async function createModelInvocationJob(context: OperationContext): Promise<void> {
  const { jobs, now, region, random, body, deniedModels } = context;
  const request = readInvocationJob(body);
  checkModelAccess(request.modelId, deniedModels);
  const fingerprint = renderSortedJson(body);
  const token = request.clientRequestToken;
  const known = jobs.invocationJobs.values();
  const repeated = findRepeated(known, token, (job) => job.request.clientRequestToken, fingerprint);
  if (repeated !== undefined) return respondJson(context, { jobArn: repeated.jobArn });

  const { id } = parseModelId(request.modelId);
  const modelId = request.modelId.startsWith("arn:")
    ? request.modelId
    : renderArn(region, `foundation-model/${id}`, "");
  const job: InvocationJob = {
    jobArn: renderArn(region, `model-invocation-job/${createJobId(random)}`),
    request: { ...request, modelId },
    fingerprint,
    submitTime: now(),
    durationMs: jobs.durationMs,
  };
  jobs.invocationJobs.set(job.jobArn, job);
  jobs.schedule(() => runBatch({ ...context, modelId: request.modelId }, job));
  respondJson(context, { jobArn: job.jobArn });
}
