import { createRefusal } from "../validations/refusal.ts";

/** A part of a list, and the token that asks for the rest. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `undefined` on the last page. */
  readonly nextToken: string | undefined;
}

/** How a part of a list is asked for. */
export interface PageRequest {
  /** Most items of a page. Default 100. */
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
}

const DEFAULT_PAGE_SIZE = 100;

/**
 * Cuts a page out of a list.
 *
 * @param name what is listed: a token of another list is refused.
 * @throws AwsError `ValidationException` for a token that was not given by this list. The text is ours.
 */
export function cutPage<Item>(
  name: string,
  list: readonly Item[],
  { maxResults = DEFAULT_PAGE_SIZE, nextToken }: PageRequest,
): Page<Item> {
  const start = nextToken === undefined ? 0 : parseToken(name, nextToken);
  const end = start + maxResults;
  return { items: list.slice(start, end), nextToken: end < list.length ? renderToken(name, end) : undefined };
}

function renderToken(name: string, start: number): string {
  return Buffer.from(`${name}:${start}`).toString("base64url");
}

function parseToken(name: string, token: string): number {
  const start = Number(/^(.*):(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[2] ?? Number.NaN);
  if (renderToken(name, start) === token) return start;
  throw createRefusal("The provided nextToken is invalid.");
}
