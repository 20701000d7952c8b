import { stringOf, type JsonObject } from "../../types/json.ts";
import type { RequestOptions } from "../../requests/options.ts";
import type { BedrockClient } from "../client.ts";
import { callJson, type JsonCall } from "../json-call.ts";

/** What to list; all members are optional. */
export interface JobFilter extends RequestOptions {
  status?: string | undefined;
  submittedAfter?: Date | undefined;
  submittedBefore?: Date | undefined;
  /** Default: the newest first. */
  sortOrder?: "Ascending" | "Descending" | undefined;
  /** The most to give. Default: all. */
  limit?: number | undefined;
}

/**
 * Reads all pages of a list of jobs.
 *
 * @param member where the answer has them
 * @param query more to filter by
 */
export async function listJobs(
  client: BedrockClient,
  call: Pick<JsonCall, "operation" | "service" | "path">,
  member: string,
  { status, submittedAfter, submittedBefore, sortOrder = "Descending", limit = Infinity, ...options }: JobFilter,
  query: Readonly<Record<string, string | undefined>>,
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let nextToken: string | undefined;
  do {
    const parameters = {
      ...query,
      submitTimeAfter: submittedAfter?.toISOString(),
      submitTimeBefore: submittedBefore?.toISOString(),
      statusEquals: status,
      maxResults: String(Math.min(1000, limit - found.length)),
      nextToken,
      sortOrder,
    };
    const path = `${call.path}?${renderQuery(parameters)}`;
    const { json } = await callJson(client, { ...call, path, options }, (answer) =>
      Array.isArray(answer[member] ?? []),
    );
    const page = json[member];
    if (Array.isArray(page)) found.push(...(page as JsonObject[]));
    nextToken = stringOf(json["nextToken"]);
  } while (nextToken !== undefined && found.length < limit);
  return found.slice(0, limit);
}

function renderQuery(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`).join("&");
}
