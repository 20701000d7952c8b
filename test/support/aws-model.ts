import { existsSync, readFileSync } from "node:fs";

const file = new URL("../../../shared/reference/aws-model/bedrock-runtime.json", import.meta.url);

/** Whether AWS's service model is there; it is not part of the repository. */
export const hasModel = existsSync(file);

/** One shape of a service model in botocore's form. */
interface Shape {
  readonly type: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

/** Tells every way in which a JSON value breaks a shape, each with its path; none when it fits. */
export type ModelCheck = (shapeName: string, value: unknown) => string[];

/**
 * A checker of AWS's model of bedrock-runtime: types, required and unknown members, unions, enumerations, ranges, lengths
 * and patterns. It shares nothing with the validator of the local Bedrock.
 */
export function readModelCheck(): ModelCheck {
  const { shapes }: { shapes: Readonly<Record<string, Shape>> } = hasModel
    ? JSON.parse(readFileSync(file, "utf8"))
    : { shapes: {} };
  return (shapeName, value) => [...check({ shapes, name: shapeName, path: shapeName }, value)];
}

interface Place {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly name: string;
  readonly path: string;
}

function* check(place: Place, value: unknown): Generator<string> {
  const shape = place.shapes[place.name];
  if (!shape) throw new Error(`The service model has no shape ${place.name}.`);
  if (shape.document) return;
  const problem = checkType(shape, value);
  if (problem !== undefined) yield `${place.path}: ${problem}`;
  else if (shape.type === "structure") yield* checkStructure(place, shape, toRecord(value));
  else if (shape.type === "list") yield* checkList(place, shape, Array.isArray(value) ? value : []);
  else if (shape.type === "map") yield* checkMap(place, shape, toRecord(value));
  else yield* checkScalar(place, shape, value);
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  structure: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  map: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  list: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 0x7fffffff,
  long: (value) => Number.isSafeInteger(value),
  float: (value) => typeof value === "number" && Number.isFinite(value),
  double: (value) => typeof value === "number" && Number.isFinite(value),
  blob: (value) => typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value,
};

function checkType({ type }: Shape, value: unknown): string | undefined {
  const isOfType = TYPES[type];
  if (!isOfType) throw new Error(`The checker does not know the type ${type}.`);
  return isOfType(value) ? undefined : `is ${JSON.stringify(value)}, which is no ${type}`;
}

function* checkStructure({ shapes, path }: Place, shape: Shape, value: Record<string, unknown>): Generator<string> {
  const members = shape.members ?? {};
  for (const name of shape.required ?? []) if (value[name] === undefined) yield `${path}: ${name} is missing`;
  if (shape.union && Object.keys(value).length !== 1) {
    yield `${path}: has the members ${Object.keys(value).join(", ") || "(none)"}, which should be exactly one`;
  }
  for (const [name, memberValue] of Object.entries(value)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member) yield* check({ shapes, name: member.shape, path: `${path}.${name}` }, memberValue);
    else yield `${path}: ${name} is unknown`;
  }
}

function* checkList({ shapes, path }: Place, shape: Shape, list: readonly unknown[]): Generator<string> {
  yield* checkRange(path, shape, list.length);
  const name = shape.member?.shape ?? "";
  for (const [index, value] of list.entries()) yield* check({ shapes, name, path: `${path}[${index}]` }, value);
}

function* checkMap({ shapes, path }: Place, shape: Shape, map: Record<string, unknown>): Generator<string> {
  yield* checkRange(path, shape, Object.keys(map).length);
  for (const [key, value] of Object.entries(map)) {
    yield* check({ shapes, name: shape.key?.shape ?? "", path: `${path} key` }, key);
    yield* check({ shapes, name: shape.value?.shape ?? "", path: `${path}.${key}` }, value);
  }
}

function* checkScalar({ path }: Place, shape: Shape, value: unknown): Generator<string> {
  if (typeof value === "number") yield* checkRange(path, shape, value);
  if (typeof value !== "string") return;
  // Lengths count characters, and bytes where there are bytes.
  yield* checkRange(
    path,
    shape,
    shape.type === "blob" ? Buffer.from(value, "base64").length : Array.from(value).length,
  );
  if (shape.enum && !shape.enum.includes(value))
    yield `${path}: ${JSON.stringify(value)} is none of ${shape.enum.join()}`;
  if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`).test(value)) {
    yield `${path}: ${JSON.stringify(value)} does not match ${shape.pattern}`;
  }
}

function* checkRange(path: string, { min = -Infinity, max = Infinity }: Shape, size: number): Generator<string> {
  if (size < min || size > max) yield `${path}: ${size} is not from ${min} to ${max}`;
}
