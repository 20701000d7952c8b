import { inspect } from "node:util";
import { expect } from "vitest";

// With the characters that JSON and URLs may escape.
export const SECRET = "S3cretKey/Canary+1=aaaaaaaaaaaaaaaaaaaaaa";
export const TOKEN = "T0ken/Canary+2==bbbbbbbbbbbbbbbbbbbbbbbbbb";
export const BEARER = "B3arer/Canary+3==cccccccccccccccccccccccc";
export const HEADER = "H3ader/Canary+4==dddddddddddddddddddddddd";
/** The parts of each that no escaping changes, and that no redacting may leave. */
const PARTS = ["S3cretKey", "T0ken", "B3arer", "H3ader", "aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc", "dddddddddd"];

export const pair = { accessKeyId: "ASIACANARY", secretAccessKey: SECRET, sessionToken: TOKEN };

/** Everything that anybody could see of a value. */
function show(value: unknown): string {
  const shown = [String(value), inspect(value, { depth: Infinity, showHidden: true, getters: true }), stringify(value)];
  if (value instanceof Error) {
    shown.push(inspect(new AggregateError([value], "several")), inspect(new Error("outer", { cause: value })));
    shown.push(inspect(structuredClone(value), { depth: Infinity, showHidden: true }));
  }
  for (let error = value; error instanceof Error; error = error.cause) {
    shown.push(error.message, String(error.stack), stringify(error), ...Object.values(error).map(String));
  }
  return shown.join("\n");
}

function stringify(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "";
}

/** Nothing that these values show holds a part of a secret. */
export function expectClean(what: string, ...values: unknown[]): void {
  const shown = values.map(show).join("\n");
  for (const part of PARTS) {
    const at = shown.indexOf(part);
    expect(at < 0 ? "" : `${what}: …${shown.slice(Math.max(0, at - 80), at + 40)}…`).toBe("");
  }
}
