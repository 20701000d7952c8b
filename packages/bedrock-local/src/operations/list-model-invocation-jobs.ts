import { findJobStatus, renderInvocationJob } from "../jobs/invocation-job.ts";
import { listPage } from "../jobs/paging.ts";
import { readListQuery } from "../validations/query.ts";
import type { OperationContext } from "./operation.ts";
import { respondJson } from "./respond.ts";

const STATUSES =
  "Submitted InProgress Completed Failed Stopping Stopped PartiallyCompleted Expired Validating Scheduled";
const RULES = { statuses: STATUSES.split(" "), sortBy: "CreationTime" };

/**
 * ListModelInvocationJobs: all batch jobs, filtered, newest first.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListModelInvocationJobs.html
 */
export async function listModelInvocationJobs(context: OperationContext): Promise<void> {
  const { jobs, query, now } = context;
  const filter = readListQuery(query, RULES);
  await jobs.settle();
  const all = [...jobs.invocationJobs.values()].map((job) => ({
    job,
    arn: job.jobArn,
    name: job.request.jobName,
    status: findJobStatus(job, now()),
    submitTime: job.submitTime,
  }));
  const { items, nextToken } = listPage(all, filter);
  respondJson(context, { invocationJobSummaries: items.map(({ job }) => renderInvocationJob(job, now())), nextToken });
}
