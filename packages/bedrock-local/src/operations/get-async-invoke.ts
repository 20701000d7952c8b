import { renderAsyncInvocation } from "../jobs/async-invocation.ts";
import { findAsyncInvocation } from "../validations/jobs.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

/**
 * GetAsyncInvoke: how far work has come.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GetAsyncInvoke.html
 */
export async function getAsyncInvoke(context: OperationContext): Promise<void> {
  await context.jobs.settle();
  const invocation = findAsyncInvocation(context.jobs, context.labels["invocationArn"] ?? "");
  respondJson(context, renderAsyncInvocation(invocation));
}
