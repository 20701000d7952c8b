import { InputError } from "../../errors.ts";
import { compact, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { checkListOptions, listPages, type ListOptions, type ListRequest } from "../control/pages.ts";

/** What to list; all members are optional. */
export interface JobFilter extends ListOptions {
  status?: string | undefined;
  submittedAfter?: Date | undefined;
  submittedBefore?: Date | undefined;
  /** Default: the newest first. */
  sortOrder?: "Ascending" | "Descending" | undefined;
}

const NAMES = ["status", "submittedAfter", "submittedBefore", "sortOrder"];

/**
 * Reads all pages of a list of jobs.
 *
 * @param where what is called, for errors
 * @throws {InputError} `ERR_INPUT` when the filter has a member that nobody knows, or a time is none
 */
export async function listJobs(
  client: BedrockClient,
  request: ListRequest,
  filter: JobFilter,
  where: string,
): Promise<readonly JsonObject[]> {
  checkListOptions(filter, NAMES, where);
  const { status, submittedAfter, submittedBefore, sortOrder = "Descending", ...options } = filter;
  const query = compact({
    ...request.query,
    submitTimeAfter: renderTime(submittedAfter, "submittedAfter"),
    submitTimeBefore: renderTime(submittedBefore, "submittedBefore"),
    statusEquals: status,
    sortOrder,
  });
  return (await listPages(client, { ...request, query }, options)).entries;
}

function renderTime(time: Date | undefined, name: string): string | undefined {
  if (time === undefined) return undefined;
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new InputError(`${name} is ${String(time)}: give a Date.`);
}
