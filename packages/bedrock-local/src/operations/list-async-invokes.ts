import { renderAsyncInvocation } from "../jobs/async-invocation.ts";
import { listPage } from "../jobs/paging.ts";
import { readListQuery } from "../validations/query.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

const RULES = { statuses: ["InProgress", "Completed", "Failed"], sortBy: "SubmissionTime" };

/**
 * ListAsyncInvokes: all work, filtered, newest first.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ListAsyncInvokes.html
 */
export async function listAsyncInvokes(context: OperationContext): Promise<void> {
  const { jobs, query } = context;
  const filter = readListQuery(query, RULES);
  await jobs.settle();
  const all = [...jobs.asyncInvocations.values()].map((invocation) => ({
    invocation,
    arn: invocation.invocationArn,
    name: "",
    status: invocation.status,
    submitTime: invocation.submitTime,
  }));
  const { items, nextToken } = listPage(all, { ...filter, nameContains: undefined });
  respondJson(context, {
    asyncInvokeSummaries: items.map(({ invocation }) => renderAsyncInvocation(invocation)),
    nextToken,
  });
}
