import { AwsError } from "../errors.ts";
import { readShape, throwFindings } from "./shape.ts";
import { integer, oneOf, string, structure } from "./shapes/builders.ts";
import type { ListFilter } from "../jobs/paging.ts";

/** What the queries of ListAsyncInvokes and ListModelInvocationJobs differ in. */
export interface ListQueryRules {
  readonly statuses: readonly string[];
  readonly sortBy: string;
}

/**
 * Reads the query of a list of jobs. Members that it does not have are ignored, as by AWS.
 *
 * @throws AwsError `ValidationException`, or `SerializationException` for a number or time that is none.
 */
export function readListQuery(query: URLSearchParams, { statuses, sortBy }: ListQueryRules): ListFilter {
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  const maxResults = readNumber(text("maxResults"));
  const filter = {
    statusEquals: text("statusEquals"),
    nameContains: text("nameContains"),
    nextToken: text("nextToken"),
    sortOrder: text("sortOrder"),
    maxResults,
  };
  const shape = structure("ListRequest", {
    statusEquals: oneOf(...statuses),
    nameContains: string({ min: 1, max: 63, pattern: "[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\\+\\-\\.]){0,63}" }),
    nextToken: string({ min: 1, max: 2048, pattern: "\\S*" }),
    sortOrder: oneOf("Ascending", "Descending"),
    maxResults: integer({ min: 1, max: 1000 }),
    sortBy: oneOf(sortBy),
  });
  const present = Object.entries({ ...filter, sortBy: text("sortBy") }).filter(([, value]) => value !== undefined);
  throwFindings(readShape(shape, Object.fromEntries(present)).findings);
  return {
    ...filter,
    submitTimeAfter: readTime(text("submitTimeAfter")),
    submitTimeBefore: readTime(text("submitTimeBefore")),
  };
}

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  throw new AwsError("SerializationException", "STRING_VALUE can not be converted to an Integer");
}

function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new AwsError("SerializationException", `Unable to parse the timestamp ${text}: use ISO 8601.`);
}
