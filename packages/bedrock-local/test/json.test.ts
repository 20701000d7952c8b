import { describe, expect, it } from "vitest";

import { renderSortedJson } from "../src/json.ts";

describe("renderSortedJson", () => {
  it("sorts members at every depth, keeps lists, and leaves out what is undefined", () => {
    expect(renderSortedJson({ b: [{ d: 1, c: [3, 1, 2] }], a: null, e: undefined })).toBe(
      '{"a":null,"b":[{"c":[3,1,2],"d":1}]}',
    );
  });
});
