/** One call of StartAsyncInvoke and what became of it. Times are in milliseconds since 1970. */
export interface AsyncInvocation {
  readonly invocationArn: string;
  readonly modelArn: string;
  readonly clientRequestToken: string | undefined;
  /** The request as it came, to tell a repeated one from another one with the same token. */
  readonly fingerprint: string;
  readonly outputDataConfig: { readonly s3OutputDataConfig: Readonly<Record<string, string>> };
  readonly submitTime: number;
  status: "InProgress" | "Completed" | "Failed";
  failureMessage?: string;
  endTime?: number;
}

/** The members that GetAsyncInvoke and ListAsyncInvokes show. */
export function renderAsyncInvocation(invocation: AsyncInvocation): Record<string, unknown> {
  const { invocationArn, modelArn, clientRequestToken, status, failureMessage, outputDataConfig } = invocation;
  const { submitTime, endTime } = invocation;
  return {
    invocationArn,
    modelArn,
    clientRequestToken,
    status,
    failureMessage,
    submitTime: renderTime(submitTime),
    lastModifiedTime: renderTime(endTime ?? submitTime),
    endTime: endTime === undefined ? undefined : renderTime(endTime),
    outputDataConfig,
  };
}

/** A moment as AWS writes it. */
export function renderTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
