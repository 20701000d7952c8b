/**
 * Reads a JSON value against a shape table and reports what is wrong in the words of AWS's front door.
 *
 * We interpret our own tables instead of using a schema library: the texts, the path format (`messages.1.member.role`,
 * lists counted from 1) and the folding of list and map members into one error are AWS's. A library would need a custom
 * renderer for each of them, which is longer than this reader.
 *
 * Four layers. A value of the wrong JSON type is a `SerializationException` and ends the reading. Then, in this order:
 * unknown members, broken constraints, and unions with no member or several.
 */
import { AwsError } from "../errors.ts";
import { isPlainObject } from "../json.ts";
import { checkType, createTypeError, findBrokenBounds, findBrokenRules, isScalar } from "./scalars.ts";
import type { ListShape, MapShape, Shape, StructureShape } from "./shapes/types.ts";

/** What a reading found besides a wrong JSON type. All lists are empty when the value is good. */
export interface Findings {
  /** `#/messages/0: extraneous key [x] is not permitted`, one per unknown member. */
  readonly extraneous: string[];
  /** `Value … failed to satisfy constraint: …`, one per broken constraint. */
  readonly broken: string[];
  /** One sentence per union that has not exactly one member. */
  readonly unions: string[];
}

/** A value without its absent members, and what is wrong with it. It is only good when there are no findings. */
export interface Reading {
  readonly value: unknown;
  readonly findings: Findings;
}

/** Where the reader stands. AWS counts list members from 1 in `path` and from 0 in `pointer` and `plain`. */
interface Place {
  readonly path: string;
  readonly pointer: string;
  readonly plain: string;
}

/** Deeper documents are refused, so that no later step can overflow the stack. */
const MAX_DOCUMENT_DEPTH = 500;

/** Values under this member are user content, which AWS does not repeat in an error. */
const UNQUOTED_ROOT = "messages";

/**
 * Reads `value` (parsed JSON) against `shape`. Members that are `null` count as absent, as on the wire.
 *
 * @param name what the value is called in errors; empty for a request body.
 * @throws AwsError `SerializationException` when a member has the wrong JSON type.
 */
export function readShape(shape: Shape, value: unknown, name = ""): Reading {
  const findings: Findings = { extraneous: [], broken: [], unions: [] };
  return { value: read(shape, value, { path: name, pointer: "#", plain: name }, findings), findings };
}

/**
 * Throws the most basic kind of finding as one error, or returns when there is nothing.
 *
 * An unknown member is an error here, although the real Converse skips some of them: a local server is there to show
 * the misspelt member. This is the only place that says so.
 *
 * @throws AwsError `ValidationException`.
 */
export function throwFindings({ extraneous, broken, unions }: Findings): void {
  if (extraneous.length > 0) {
    const text = `Malformed input request: ${extraneous.join("")}, please reformat your input and try again.`;
    throw new AwsError("ValidationException", text);
  }
  if (broken.length > 0) {
    const count = broken.length === 1 ? "1 validation error" : `${broken.length} validation errors`;
    throw new AwsError("ValidationException", `${count} detected: ${broken.join("; ")}`);
  }
  if (unions[0] !== undefined) throw new AwsError("ValidationException", unions[0]);
}

function read(shape: Shape, value: unknown, place: Place, findings: Findings): unknown {
  switch (shape.kind) {
    case "structure":
    case "union":
      return readStructure(shape, value, place, findings);
    case "list":
      return readList(shape, value, place, findings);
    case "map":
      return readMap(shape, value, place, findings);
    case "document":
      return readDocument(value);
    default:
      checkType(shape, value);
      for (const rule of findBrokenRules(shape, value)) addBroken(place, value, rule, findings);
      return value;
  }
}

function readStructure(shape: StructureShape, value: unknown, place: Place, findings: Findings): unknown {
  if (!isPlainObject(value)) throw createTypeError(shape, value);
  const present = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const memberShape = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    if (memberShape === undefined) {
      findings.extraneous.push(`${place.pointer}: extraneous key [${name}] is not permitted`);
    } else if (member !== null) {
      present.set(name, read(memberShape, member, enterMember(place, name), findings));
    }
  }
  for (const name of shape.required) {
    if (!present.has(name)) addBroken(enterMember(place, name), null, "Member must not be null", findings);
  }
  if (shape.kind === "union" && present.size !== 1) {
    const keys = Object.keys(shape.members).join(", ");
    findings.unions.push(`${shape.name} object at ${place.plain} must set one of the following keys: ${keys}.`);
  }
  return Object.fromEntries(present);
}

function readList(shape: ListShape, value: unknown, place: Place, findings: Findings): unknown[] {
  if (!Array.isArray(value)) throw createTypeError(shape, value);
  const items: readonly unknown[] = value;
  for (const rule of findBrokenBounds("length", shape, items.length)) addBroken(place, items, rule, findings);
  const rules = new Set<string>();
  const result = items.map((item, index) => {
    const itemPlace = enterItem(place, index);
    if (item === null) {
      addBroken(itemPlace, null, "Member must not be null", findings);
      return item;
    }
    if (!isScalar(shape.of)) return read(shape.of, item, itemPlace, findings);
    checkType(shape.of, item);
    for (const rule of findBrokenRules(shape.of, item)) rules.add(rule);
    return item;
  });
  addFolded("Member", rules, place, findings);
  return result;
}

function readMap(shape: MapShape, value: unknown, place: Place, findings: Findings): unknown {
  if (!isPlainObject(value)) throw createTypeError(shape, value);
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  for (const rule of findBrokenBounds("length", shape, entries.length)) addBroken(place, value, rule, findings);
  const keyRules = new Set<string>();
  const valueRules = new Set<string>();
  const result = entries.map(([key, item]): [string, unknown] => {
    for (const rule of findBrokenRules(shape.key, key)) keyRules.add(rule);
    if (!isScalar(shape.value)) return [key, read(shape.value, item, enterMember(place, key), findings)];
    checkType(shape.value, item);
    for (const rule of findBrokenRules(shape.value, item)) valueRules.add(rule);
    return [key, item];
  });
  addFolded("Map keys", keyRules, place, findings);
  addFolded("Map value", valueRules, place, findings);
  return Object.fromEntries(result);
}

function readDocument(value: unknown): unknown {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DOCUMENT_DEPTH) {
      const text = `A document is nested deeper than ${MAX_DOCUMENT_DEPTH} levels. Flatten it and try again.`;
      throw new AwsError("SerializationException", text);
    }
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return value;
}

/** AWS reports the members of a list or map of scalars as one error on the whole. */
function addFolded(what: string, rules: ReadonlySet<string>, place: Place, findings: Findings): void {
  if (rules.size === 0) return;
  addBroken(place, {}, `${what} must satisfy constraint: [${[...rules].join(", ")}]`, findings);
}

/** `value` is shown when it is a single value outside of the conversation. */
function addBroken(place: Place, value: unknown, rule: string, findings: Findings): void {
  const isSingle = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  const isShown = isSingle && !place.path.startsWith(`${UNQUOTED_ROOT}.`);
  const shown = value === null ? " null" : isShown ? ` '${value}'` : "";
  findings.broken.push(`Value${shown} at '${place.path}' failed to satisfy constraint: ${rule}`);
}

function enterMember({ path, pointer, plain }: Place, name: string): Place {
  const prefix = path === "" ? "" : ".";
  return { path: `${path}${prefix}${name}`, pointer: `${pointer}/${name}`, plain: `${plain}${prefix}${name}` };
}

function enterItem({ path, pointer, plain }: Place, index: number): Place {
  return { path: `${path}.${index + 1}.member`, pointer: `${pointer}/${index}`, plain: `${plain}.${index}` };
}
