import { renderArn } from "../arn.ts";
import type { AsyncInvocation } from "../jobs/async-invocation.ts";
import { createJobId } from "../jobs/job-id.ts";
import { prepareAsyncWork, runAsync } from "../jobs/run-async.ts";
import { renderSortedJson } from "../json.ts";
import { parseModelId } from "../models/families.ts";
import { findRepeated, readAsyncInvoke } from "../validations/jobs.ts";
import { checkModelAccess } from "../validations/model-access.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * StartAsyncInvoke: work whose result is put into the S3 subset, after the server's `jobDurationMs`.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html
 */
export async function startAsyncInvoke(context: OperationContext): Promise<void> {
  const { jobs, now, region, random, body, deniedModels } = context;
  const request = readAsyncInvoke(body);
  checkModelAccess(request.modelId, deniedModels);
  const { clientRequestToken, modelId, outputDataConfig } = request;
  const fingerprint = renderSortedJson(body);
  const known = jobs.asyncInvocations.values();
  const repeated = findRepeated(known, clientRequestToken, (work) => work.clientRequestToken, fingerprint);
  if (repeated !== undefined) return respondJson(context, { invocationArn: repeated.invocationArn });

  const work = prepareAsyncWork({ ...context, modelId }, request.modelInput);
  const id = createJobId(random);
  const { s3Uri } = outputDataConfig.s3OutputDataConfig;
  const invocation: AsyncInvocation = {
    invocationArn: renderArn(region, `async-invoke/${id}`),
    modelArn: renderArn(region, `foundation-model/${parseModelId(modelId).id}`, ""),
    clientRequestToken,
    fingerprint,
    outputDataConfig: {
      s3OutputDataConfig: { ...outputDataConfig.s3OutputDataConfig, s3Uri: `${s3Uri.replace(/\/$/, "")}/${id}` },
    },
    submitTime: now(),
    status: "InProgress",
  };
  jobs.asyncInvocations.set(invocation.invocationArn, invocation);
  jobs.schedule(() => runAsync(context, invocation, work));
  respondJson(context, { invocationArn: invocation.invocationArn });
}
