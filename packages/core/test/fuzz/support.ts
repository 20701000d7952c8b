import fc from "fast-check";
import { expect } from "vitest";
import { LLMError } from "../../src/errors.ts";
import { createLLM, type LLM, type LLMOptions } from "../../src/llm.ts";
import { createWorld } from "../../src/world.ts";

/**
 * How often a property is tried. `FUZZ_RUNS` says how often instead; then the seed is another each time, unless `FUZZ_SEED`
 * names one. A failure prints seed and path.
 */
export function tries(numRuns: number): { numRuns: number; seed?: number; endOnFailure: boolean } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  const seed = FUZZ_SEED === undefined ? (FUZZ_RUNS === undefined ? 20_261_123 : undefined) : Number(FUZZ_SEED);
  return { numRuns: Number(FUZZ_RUNS ?? numRuns), ...(seed !== undefined && { seed }), endOnFailure: true };
}

/** A hang ends here; the longer mode has all day. */
export const TIMEOUT_MS: number = process.env["FUZZ_RUNS"] === undefined ? 30_000 : 86_400_000;

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const MEMBERS = PROTOTYPES.map((each) => Reflect.ownKeys(each).length);

/** No prototype that all values share has been changed. */
export function expectUnpolluted(): void {
  expect(PROTOTYPES.map((each) => Reflect.ownKeys(each).length)).toEqual(MEMBERS);
}

/** What a call gave: its value, or the `LLMError` that it threw. Anything else that it throws fails the test. */
export async function outcomeOf<T>(run: () => T | Promise<T>): Promise<{ value: T } | { error: LLMError }> {
  try {
    return { value: await run() };
  } catch (error) {
    expectTyped(error);
    return { error };
  } finally {
    expectUnpolluted();
  }
}

function expectTyped(error: unknown): asserts error is LLMError {
  if (error instanceof LLMError && /^ERR_[A-Z_]+$/.test(error.code)) return;
  throw new Error(`Not a typed error: ${String(error)}`, { cause: error });
}

/** A client whose every request is answered by `answer`. */
export function createAnswered(answer: (url: string) => Response, options: Partial<LLMOptions> = {}): LLM {
  const fetch = (input: string | URL | Request): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    return Promise.resolve().then(() => answer(url));
  };
  const env = { AWS_ACCESS_KEY_ID: "AKIAFUZZFUZZFUZZ", AWS_SECRET_ACCESS_KEY: "fuzz-secret", AWS_REGION: "us-east-1" };
  const { setTimer } = createWorld();
  const world = { ...createWorld(), env, random: () => 0, setTimer: (wake: () => void) => setTimer(wake, 0) };
  return createLLM(
    { provider: "bedrock", fetch, maxRetries: 0, maxToolCalls: 1, timeouts: NO_TIMEOUTS, ...options },
    world,
  );
}

/** Timers of the world above end at once. */
const NO_TIMEOUTS = { connectMs: 0, firstByteMs: 0, idleMs: 0, totalMs: 0 };

/** What stands in a JSON text for something that no JavaScript value gives. */
const RAW: Readonly<Record<string, string>> = {
  "@@deep list": "[".repeat(10_000) + "]".repeat(10_000),
  "@@deep object": '{"text":'.repeat(10_000) + "1" + "}".repeat(10_000),
  "@@infinite": "1e999",
  "@@negative": "-1e999",
  "@@digits": "1".repeat(400),
  "@@tiny": "1e-999",
};

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "toJSON", "length", ""];

/** Values of all types that nobody expects. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 2 ** 53, Number.MAX_VALUE, "", [], {}, [[]], [null], [{}]),
  fc.constantFrom(...Object.keys(RAW)),
  fc.constantFrom("\ud800", "\udc00\ud800", "\0", "\u2028", "x".repeat(70_000), " ".repeat(70_000), "\u202e", "NaN"),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(...NAMES).map((name) => Object.fromEntries([[name, { polluted: true, text: "x", length: 2 ** 40 }]])),
  fc.jsonValue({ maxDepth: 3 }),
);

/** One change of a JSON value: at a place, by its number. */
interface Edit {
  readonly at: number;
  readonly kind: "replace" | "remove" | "add" | "copy" | "rename";
  readonly name: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom("replace" as const, "remove" as const, "add" as const, "copy" as const, "rename" as const),
  name: fc.constantFrom(...NAMES),
  value: hostileValue,
});

/** The JSON texts that a few changes make of these values. */
export function mutatedJson(...values: readonly unknown[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...values), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([value, edits]) => renderHostile(edits.reduce(change, value)));
}

/** JSON, with what only a text can hold. */
export function renderHostile(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"(@@[a-z ]+)"/g, (whole, name: string) => RAW[name] ?? whole);
}

/** A copy with one change. */
function change(root: unknown, { at, ...how }: Edit): unknown {
  let left = at % countPlaces(root);
  const walk = (value: unknown): unknown => {
    if (left-- === 0)
      return how.kind === "replace" || typeof value !== "object" || !value ? how.value : alter(value, how);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)]));
  };
  return walk(root);
}

function alter(value: object, { kind, name, value: added }: Omit<Edit, "at">): unknown {
  const entries: [string, unknown][] = Object.entries(value);
  const half = Math.floor(entries.length / 2);
  if (kind === "remove") entries.splice(half, 1);
  else if (kind === "add") entries.push([name, added]);
  else if (kind === "copy") entries.push(...entries.slice(half));
  else if (entries[half]) entries[half] = [name, entries[half][1]];
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

function countPlaces(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + countPlaces(member), 1);
}
