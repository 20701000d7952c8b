import { AwsError } from "../errors.ts";
import { readShape, throwFindings } from "./shape.ts";
import type { StructureShape } from "./shapes/types.ts";

/** A query string that was found good. */
export interface ReadQuery {
  /** The parameters that are text, by the names of their members. */
  readonly text: Readonly<Record<string, string | undefined>>;
  /** The one parameter of the control plane's queries that is a number. */
  readonly maxResults: number | undefined;
}

/**
 * Reads a query string against a shape whose members are strings, and perhaps `maxResults`. Parameters that the shape
 * does not have are passed over, as on the wire.
 *
 * @param names what a member is called in the query, where it is not its own name.
 * @throws AwsError `SerializationException` for a number that is none, `ValidationException` for a broken constraint.
 */
export function readQuery(
  shape: StructureShape,
  query: URLSearchParams,
  names: Readonly<Record<string, string>> = {},
): ReadQuery {
  const { maxResults: count, ...text } = Object.fromEntries(
    Object.keys(shape.members).map((member) => [member, query.get(names[member] ?? member) ?? undefined]),
  );
  const maxResults = count === undefined ? undefined : parseInteger(count);
  throwFindings(readShape(shape, dropAbsent({ ...text, maxResults })).findings);
  return { text, maxResults };
}

function dropAbsent(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function parseInteger(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new AwsError("SerializationException", "STRING_VALUE can not be converted to an Integer");
}
