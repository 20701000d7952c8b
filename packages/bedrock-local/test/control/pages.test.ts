import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutPage } from "../../src/control/pages.ts";

const list = (length: number): number[] => Array.from({ length }, (_value, index) => index);

describe("pages", () => {
  it("put together are the list, for every length and size", () => {
    fc.assert(
      fc.property(fc.nat(250), fc.integer({ min: 1, max: 300 }), (length, maxResults) => {
        const found: number[] = [];
        let nextToken: string | undefined;
        let pages = 0;
        do {
          const page = cutPage("numbers", list(length), { maxResults, nextToken });
          expect(page.items.length).toBeLessThanOrEqual(maxResults);
          found.push(...page.items);
          nextToken = page.nextToken;
          pages += 1;
        } while (nextToken !== undefined);
        expect(found).toEqual(list(length));
        expect(pages).toBe(Math.max(1, Math.ceil(length / maxResults)));
      }),
    );
  });

  it("have 100 items unless told otherwise", () => {
    const page = cutPage("numbers", list(101), { maxResults: undefined, nextToken: undefined });
    expect(page.items).toHaveLength(100);
    expect(page.nextToken).toMatch(/^\S+$/);
  });

  it("are refused for a token that is none, or of another list", () => {
    const refusal = "The provided nextToken is invalid.";
    const { nextToken } = cutPage("numbers", list(2), { maxResults: 1, nextToken: undefined });
    for (const token of ["x", "", "numbers:1", `${nextToken}A`, Buffer.from("numbers:-1").toString("base64")]) {
      expect(() => cutPage("numbers", list(2), { maxResults: 1, nextToken: token })).toThrow(refusal);
    }
    expect(() => cutPage("letters", list(2), { maxResults: 1, nextToken })).toThrow(refusal);
  });
});
