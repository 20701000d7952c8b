import { createRefusal } from "../validations/refusal.ts";

/** One page of a list, and how to ask for the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** What jobs are listed by. Times are in milliseconds since 1970. */
export interface ListFilter {
  readonly submitTimeAfter?: number | undefined;
  readonly submitTimeBefore?: number | undefined;
  readonly statusEquals?: string | undefined;
  readonly nameContains?: string | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly sortOrder?: string | undefined;
}

/** What a filter looks at. */
export interface Listable {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly submitTime: number;
}

const DEFAULT_PAGE = 100;

/**
 * The items that fit `filter`, newest first unless it says otherwise, one page of them. A token stands for the last item of
 * the page before it, so that work that is started meanwhile moves nothing.
 *
 * @throws AwsError `ValidationException` for a token that is none.
 */
export function listPage<T extends Listable>(all: Iterable<T>, filter: ListFilter): Page<T> {
  const found = [...all].filter((item) => fits(item, filter));
  if (filter.sortOrder !== "Ascending") found.reverse();
  const start = filter.nextToken === undefined ? 0 : findStart(found, filter.nextToken);
  const items = found.slice(start, start + (filter.maxResults ?? DEFAULT_PAGE));
  const last = items.at(-1);
  const hasMore = start + items.length < found.length;
  return { items, nextToken: hasMore && last ? Buffer.from(last.arn).toString("base64url") : undefined };
}

function fits(item: Listable, filter: ListFilter): boolean {
  const { submitTimeAfter = -Infinity, submitTimeBefore = Infinity, statusEquals, nameContains = "" } = filter;
  return (
    item.submitTime > submitTimeAfter &&
    item.submitTime < submitTimeBefore &&
    (statusEquals === undefined || item.status === statusEquals) &&
    item.name.includes(nameContains)
  );
}

function findStart(items: readonly Listable[], token: string): number {
  const arn = Buffer.from(token, "base64url").toString();
  const index = items.findIndex((item) => item.arn === arn);
  if (index < 0) throw createRefusal("The provided next token is invalid.");
  return index + 1;
}
