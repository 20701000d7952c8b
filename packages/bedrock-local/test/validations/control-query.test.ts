import { describe, expect, it } from "vitest";
import { readQuery } from "../../src/validations/control-query.ts";
import { listInferenceProfilesRequest } from "../../src/validations/shapes/control.ts";

const read = (query: string): ReturnType<typeof readQuery> =>
  readQuery(listInferenceProfilesRequest, new URLSearchParams(query), { typeEquals: "type" });

describe("a query string", () => {
  it("is read by the names of the wire, and passes over what it does not know", () => {
    expect(read("maxResults=7&nextToken=a&type=APPLICATION&x=1")).toEqual({
      text: { nextToken: "a", typeEquals: "APPLICATION" },
      maxResults: 7,
    });
    expect(read("typeEquals=APPLICATION").text["typeEquals"]).toBeUndefined();
    expect(read("").maxResults).toBeUndefined();
  });

  it.each(["1.5", "1e3", "0x10", "", "seven", " 7"])("has whole numbers only: %j", (text) => {
    expect(() => read(`maxResults=${encodeURIComponent(text)}`)).toThrow("can not be converted to an Integer");
  });

  it("tells all broken constraints at once", () => {
    expect(() => read("maxResults=-1&nextToken=a%20b&type=x")).toThrow(/^3 validation errors detected: /);
  });
});
