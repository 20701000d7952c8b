import { isObject, objectsOf, type JsonObject, type JsonValue } from "../../../types/json.ts";
import { toText } from "./blocks.ts";

/** The most schemas that are looked at to make one of them: no real one holds as many on its root. */
const MAX_VISITS = 1000;
/** A property that is longer as JSON text, of many schemas that all say something else of it, may be anything. */
const MAX_LENGTH = 65_536;

/**
 * A tool's schema as Bedrock takes it: its root is an object, without `$ref`, `anyOf`, `oneOf` and `allOf`. Alternatives
 * become one object with the properties of all; only what all demand is required. A root of another type becomes the
 * property `value`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolInputSchema.html
 */
export function legalizeSchema(schema: JsonValue | undefined): JsonObject {
  if (!isObject(schema)) return { type: "object", properties: {} };
  if (schema["type"] === "object" && !JOINTS.some((name) => schema[name] !== undefined)) return schema;
  const flat = flatten(schema, schema, new Map());
  const { type } = flat;
  const isOther = Array.isArray(type) ? !type.includes("object") : type !== undefined && type !== "object";
  if (!isOther) return { ...flat, type: "object" };
  const { $defs, definitions, ...value } = schema;
  return {
    type: "object",
    properties: { value },
    required: ["value"],
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}

const JOINTS = ["$ref", "allOf", "anyOf", "oneOf"] as const;

/** @param known what became of the schemas that were seen; one that is being made says nothing of itself */
function flatten(schema: JsonObject, root: JsonObject, known: Map<JsonObject, JsonObject>): JsonObject {
  const made = known.get(schema);
  if (made || known.size >= MAX_VISITS) return made ?? {};
  known.set(schema, {});
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const enter = (list: JsonValue | undefined): JsonObject[] =>
    objectsOf(list).map((branch) => flatten(branch, root, known));
  let flat: JsonObject = own;
  const target = typeof $ref === "string" ? follow($ref, root) : undefined;
  if (isObject(target)) flat = join([flat, flatten(target, root, known)], "allOf");
  if (allOf !== undefined) flat = join([flat, ...enter(allOf)], "allOf");
  for (const choices of [anyOf, oneOf]) {
    const branches = enter(choices);
    const objects = branches.filter(({ type }) => type === "object" || type === undefined);
    if (objects.length > 0) flat = join([flat, join(objects, "anyOf")], "allOf");
    else if (branches[0]) flat = { ...flat, type: branches[0]["type"] };
  }
  known.set(schema, flat);
  return flat;
}

/** One object schema of several: `allOf` demands what any demands, `anyOf` what all demand. */
function join(schemas: readonly JsonObject[], how: "allOf" | "anyOf"): JsonObject {
  const properties = new Map<string, JsonValue>();
  for (const schema of schemas) {
    for (const [name, property] of Object.entries(isObject(schema["properties"]) ? schema["properties"] : {})) {
      const known = properties.get(name);
      if (property === undefined) continue;
      if (known === undefined || toText(known) === toText(property)) {
        properties.set(name, property);
        continue;
      }
      const both = { [how]: [known, property] };
      properties.set(name, toText(both).length > MAX_LENGTH ? {} : both);
    }
  }
  const demands = schemas.map(({ required }): unknown[] => (Array.isArray(required) ? required : []));
  const names = new Set(demands.flat().filter((name) => typeof name === "string"));
  const required = [...names].filter((name) => how === "allOf" || demands.every((list) => list.includes(name)));
  const all = Object.fromEntries(schemas.toReversed().flatMap((schema) => Object.entries(schema)));
  const { required: _, ...others }: JsonObject = how === "allOf" ? all : { type: "object" };
  return {
    ...others,
    ...(properties.size > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
  };
}

/** What a `$ref` into the schema itself points at. */
function follow(ref: string, root: JsonObject): JsonValue | undefined {
  if (!ref.startsWith("#")) return undefined;
  let at: JsonValue | undefined = root;
  for (const step of ref.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}
