import { setFlagsFromString } from "node:v8";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { findEntities, findNumbers } from "../../../src/models/schema/entities.ts";

// V8 stops optimizing regular expressions in a process that has compiled many of them: some are quadratic only then.
beforeAll(() => setFlagsFromString("--no-regexp-optimization"));
afterAll(() => setFlagsFromString("--regexp-optimization"));

describe("findEntities", () => {
  it.each([
    ["email", "Write to ann.lee+x@mail.example.org now", ["ann.lee+x@mail.example.org"]],
    ["path", "Open ./src/a-b/main.ts and notes.md", ["./src/a-b/main.ts", "notes.md"]],
    ["expression", "Work out (2 + 3) * -4 and 10/4", ["(2 + 3) * -4", "10/4"]],
    ["expression", "from -12.5 * (3 - 1)", ["-12.5 * (3 - 1)"]],
  ])("finds each %s", (kind, text, found) => {
    expect(findEntities(text, kind).map(({ value }) => value)).toEqual(found);
  });

  // What is quadratic takes half a minute here, and runs into the test's time limit.
  it.each(["1", "(", "( ", "a/", "a.", "1-", "a@", " ", "A "])(
    "gets through a long text of nothing but %j",
    (piece) => {
      const text = `${piece.repeat(60_000 / piece.length)}!`;
      for (const kind of ["email", "path", "expression", "phone", "code", "url", "quoted", "name"]) {
        findEntities(text, kind);
      }
      expect(findNumbers(text).length).toBeLessThanOrEqual(text.length);
    },
  );
});
