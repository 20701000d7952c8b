import { APIError, InputError } from "../../errors.ts";
import { checkNames, REQUEST_OPTIONS, type RequestOptions } from "../../requests/options.ts";
import { objectsOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import type { Service } from "../endpoints.ts";
import { callJson } from "../json-call.ts";

/** How a list is asked for. */
export interface ListOptions extends RequestOptions {
  /** The most entries to give. Default: all. */
  limit?: number | undefined;
}

/** A list that comes in pages. */
export interface ListRequest {
  /** Like `"ListGuardrails"`. */
  readonly operation: string;
  /** Default `"bedrock"`. */
  readonly service?: Service;
  /** Without query. */
  readonly path: string;
  /** The member of the answer that holds the entries. */
  readonly member: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Whether it comes in pages. Default `true`. */
  readonly isPaged?: boolean;
}

/** The most that Bedrock puts on a page. */
const MAX_PAGE = 1000;

/**
 * Reads a list, page after page.
 *
 * @param options checked already; `limit` ends the reading
 * @returns the entries, and the region that told them
 * @throws {LLMError} what the pipeline throws; `APIError` `ERR_RESPONSE` when an answer is no page, or pages go in a circle
 */
export async function listPages(
  client: BedrockClient,
  { operation, service = "bedrock", path, member, query = {}, isPaged = true }: ListRequest,
  { limit = Infinity, ...options }: ListOptions,
): Promise<{ readonly entries: readonly JsonObject[]; readonly region: string }> {
  const entries: JsonObject[] = [];
  const seen = new Set<string | undefined>();
  let nextToken: string | undefined;
  let region = "";
  do {
    seen.add(nextToken);
    const maxResults = String(Math.min(MAX_PAGE, limit - entries.length));
    const search = renderQuery({ ...query, ...(isPaged && { maxResults }), ...(nextToken && { nextToken }) });
    const call = { operation, service, path: path + search, options };
    // Of an empty list the member may be absent.
    const isPage = (json: JsonObject): boolean => Array.isArray(json[member]) || Object.keys(json).length === 0;
    const answer = await callJson(client, call, isPage);
    for (const entry of objectsOf(answer.json[member])) entries.push(entry);
    ({ region } = answer);
    nextToken = stringOf(answer.json["nextToken"]) || undefined;
    if (nextToken && seen.has(nextToken)) {
      throw new APIError(`${operation} gave a page twice: ask again.`, { code: "ERR_RESPONSE", operation });
    }
  } while (nextToken && entries.length < limit);
  return { entries: entries.slice(0, limit), region };
}

function renderQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

/** @throws {InputError} `ERR_INPUT` when an option is unknown, or the limit is none */
export function checkListOptions(options: ListOptions, own: readonly string[], where: string): void {
  checkNames(options, [...own, "limit", ...REQUEST_OPTIONS], where);
  const { limit = 1 } = options;
  if (Number.isInteger(limit) && limit >= 1) return;
  throw new InputError(`limit is ${String(limit)}: give a whole number of at least 1, or nothing for all.`);
}

/** A time, which is a text in ISO 8601. */
export function dateOf(value: unknown): Date | undefined {
  const date = new Date(typeof value === "string" ? value : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
