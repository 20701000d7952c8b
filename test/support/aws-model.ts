import type { ReceivedRequest } from "@node-llm/bedrock-local";
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const folder = new URL("../../../shared/reference/aws-model/", import.meta.url);

/** Whether AWS's service models are there; they are not part of the repository. */
export const hasModel = existsSync(folder);

const SERVICES = ["bedrock-runtime", "bedrock", "bedrock-agent-runtime"] as const;

/** A service model in botocore's form. */
interface Model {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

interface Operation {
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input: { readonly shape: string };
}

interface Member {
  readonly shape: string;
  /** Where the request has it; the body otherwise. */
  readonly location?: "uri" | "querystring" | "header";
  readonly locationName?: string;
}

/** One shape of a service model. */
interface Shape {
  readonly type: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Member>>;
  /** The member that is the whole body. */
  readonly payload?: string;
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
  const { shapes } = readModel("bedrock-runtime");
  return (shapeName, value) => [...check({ shapes, name: shapeName, path: shapeName }, value)];
}

function readModel(service: (typeof SERVICES)[number]): Model {
  return hasModel
    ? JSON.parse(readFileSync(new URL(`${service}.json`, folder), "utf8"))
    : { shapes: {}, operations: {} };
}

/**
 * A checker of whole requests to all services but S3: method, path with its labels, query, headers of Bedrock's own, and
 * body. It tells every way in which a request breaks AWS's model.
 */
export function readRequestCheck(): (request: ReceivedRequest) => string[] {
  const models = SERVICES.map(readModel);
  return (request) => {
    const { operation: name = "" } = request;
    if (name === "S3") return [];
    const model = models.find(({ operations }) => operations[name]);
    const operation = model?.operations[name];
    if (!model || !operation) return [`${request.method} ${request.path}: no service has ${name || "the operation"}`];
    const [input, problems] = readInput(model, operation, request);
    return [...problems, ...check({ shapes: model.shapes, name: operation.input.shape, path: name }, input)];
  };
}

/** Tests that everything that was sent fits AWS's model. */
export function itFitsAwsModel(requests: () => readonly ReceivedRequest[]): void {
  it.skipIf(!hasModel)("all requests of these tests fit AWS's model of the services", () => {
    expect(requests().flatMap(readRequestCheck())).toEqual([]);
  });
}

/** Puts a request's parts together as the operation's input; what has no place in it is a problem. */
function readInput(
  { shapes }: Model,
  { http, input }: Operation,
  { method, path, headers, body, json }: ReceivedRequest,
): [input: Record<string, unknown>, problems: string[]] {
  const { members = {}, payload } = shapes[input.shape] ?? {};
  const { pathname, searchParams } = new URL(path, "http://x");
  const names = [...http.requestUri.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const labels = new RegExp(`^${http.requestUri.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(pathname)?.slice(1);
  const values: Readonly<Record<string, (name: string) => string | undefined>> = {
    uri: (name) => decodeURIComponent(labels?.[names.indexOf(name)] ?? ""),
    querystring: (name) => searchParams.get(name) ?? undefined,
    header: (name) => headers[name.toLowerCase()],
  };
  const placed = Object.entries(members).flatMap(([name, { shape, location, locationName = name }]) => {
    const value = location && values[location]?.(locationName);
    return value === undefined ? [] : [[name, readText(shapes[shape], value)]];
  });
  const known = Object.values(members).map(
    ({ location, locationName = "" }) => `${location}:${locationName.toLowerCase()}`,
  );
  const given = [
    ...[...searchParams.keys()].map((name) => `querystring:${name.toLowerCase()}`),
    ...Object.keys(headers)
      .filter((name) => name.startsWith("x-amzn-bedrock-"))
      .map((name) => `header:${name}`),
  ];
  const content = payload === undefined ? json : { [payload]: Buffer.from(body).toString("base64") };
  return [
    { ...Object(content), ...Object.fromEntries(placed) },
    [
      ...(method === http.method && labels ? [] : [`${method} ${path}: should be ${http.method} ${http.requestUri}`]),
      ...given.filter((name) => !known.includes(name)).map((name) => `${path}: ${name} is unknown`),
    ],
  ];
}

/** What stands in a path, a query or a header, as JSON would have it. */
function readText(shape: Shape | undefined, text: string): unknown {
  return shape?.type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
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
  timestamp: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value),
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
