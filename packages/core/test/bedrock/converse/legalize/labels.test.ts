import { describe, expect, test } from "vitest";
import { createLabel, isLabel } from "../../../../src/bedrock/converse/legalize/labels.ts";

const ILLEGAL = /[^a-z]/g;
const NONE: ReadonlySet<string> = new Set();

describe("the label of a name", () => {
  test("is the name where it is legal and free", () => {
    const longest = "a".repeat(64);
    expect(createLabel("weather", ILLEGAL, NONE)).toBe("weather");
    expect(createLabel(longest, ILLEGAL, NONE)).toBe(longest);
    expect([isLabel(longest, ILLEGAL), isLabel(`${longest}a`, ILLEGAL)]).toEqual([true, false]);
  });

  test.each(["", "get it", "a".repeat(65), "é".repeat(100)])("of %j is a short one, and always the same", (own) => {
    expect(isLabel(own, ILLEGAL)).toBe(false);
    const label = createLabel(own, ILLEGAL, NONE);
    expect(label).toMatch(/^[a-z_]{0,56}_[0-9a-z]{1,7}$/);
    expect(createLabel(own, ILLEGAL, NONE)).toBe(label);
  });

  test("keeps what can be read of the name", () => {
    expect(createLabel("get it", ILLEGAL, NONE)).toMatch(/^get_it_/);
    expect(createLabel("a".repeat(65), ILLEGAL, NONE)).toMatch(/^a{56}_[0-9a-z]+$/);
  });

  test("is another where the name is taken, and as often as it is", () => {
    const taken = new Set<string>(["weather"]);
    const counts = new Map<string, number>();
    for (let n = 0; n < 5; n++) taken.add(createLabel("weather", ILLEGAL, taken, counts));
    expect(taken.size).toBe(6);
    expect(counts.get("weather")).toBe(5);
    // Without what was counted they are found all the same.
    expect(taken.has(createLabel("weather", ILLEGAL, taken))).toBe(false);
  });

  test("of two names that look the same is not the same", () => {
    expect(createLabel("get it", ILLEGAL, NONE)).not.toBe(createLabel("get_it", ILLEGAL, NONE));
  });
});
