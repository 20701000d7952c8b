import { renderTime } from "./async-invocation.ts";

/** How many records of a batch there are, and what became of them. */
export interface RecordCounts {
  readonly totalRecordCount: number;
  readonly processedRecordCount: number;
  readonly successRecordCount: number;
  readonly errorRecordCount: number;
}

/** What CreateModelInvocationJob was called with. */
export interface InvocationJobRequest {
  readonly jobName: string;
  readonly roleArn: string;
  readonly modelId: string;
  readonly clientRequestToken?: string;
  readonly inputDataConfig: { readonly s3InputDataConfig: { readonly s3Uri: string } };
  readonly outputDataConfig: { readonly s3OutputDataConfig: { readonly s3Uri: string } };
  readonly vpcConfig?: unknown;
  readonly timeoutDurationInHours?: number;
  readonly modelInvocationType?: "InvokeModel" | "Converse";
}

/** A batch job. Times are in milliseconds since 1970. */
export interface InvocationJob {
  readonly jobArn: string;
  readonly request: InvocationJobRequest;
  /** The request as it came, to tell a repeated one from another one with the same token. */
  readonly fingerprint: string;
  readonly submitTime: number;
  readonly durationMs: number;
  /** How it ended, once it has. */
  end?: { readonly status: "Completed" | "Failed"; readonly message?: string; readonly at: number };
  counts?: RecordCounts;
  /** When it was told to stop. */
  stoppedAt?: number;
}

const DEFAULT_TIMEOUT_HOURS = 24;
const HOUR_MS = 60 * 60 * 1000;

/** The state of a job at the moment `nowMs`: each comes after a share of the job's whole duration. */
export function findJobStatus(job: InvocationJob, nowMs: number): string {
  const { durationMs, submitTime, stoppedAt, end } = job;
  if (stoppedAt !== undefined) return nowMs >= stoppedAt + durationMs / 10 ? "Stopped" : "Stopping";
  if (end !== undefined) return end.status;
  const share = (nowMs - submitTime) / durationMs;
  if (share < 0.1) return "Submitted";
  return share < 0.3 ? "Validating" : "InProgress";
}

/** The members that GetModelInvocationJob and ListModelInvocationJobs show. */
export function renderInvocationJob(job: InvocationJob, nowMs: number): Record<string, unknown> {
  const { jobArn, request, submitTime, end, stoppedAt, counts } = job;
  const { timeoutDurationInHours = DEFAULT_TIMEOUT_HOURS } = request;
  const status = findJobStatus(job, nowMs);
  const endedAt = end?.at ?? (status === "Stopped" ? stoppedAt : undefined);
  return {
    jobArn,
    ...request,
    // An operation of their own tells them.
    tags: undefined,
    status,
    message: end?.message,
    submitTime: renderTime(submitTime),
    lastModifiedTime: renderTime(endedAt ?? stoppedAt ?? submitTime),
    endTime: endedAt === undefined ? undefined : renderTime(endedAt),
    timeoutDurationInHours,
    jobExpirationTime: renderTime(submitTime + timeoutDurationInHours * HOUR_MS),
    ...counts,
  };
}
