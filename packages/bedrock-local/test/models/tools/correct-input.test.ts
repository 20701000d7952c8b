import { describe, expect, it } from "vitest";
import { correctInput } from "../../../src/models/tools/correct-input.ts";
import type { Json } from "../../../src/wire.ts";

const schema = {
  type: "object",
  properties: { city: { type: "string" }, unit: { enum: ["c", "f"] }, days: { type: "integer" } },
};
const correct = (input: Json, error: string, question = "Weather in Paris for 3 days?"): Json | undefined =>
  correctInput(schema, input, error, question);

describe("correcting arguments", () => {
  it.each<[string, Json, Json]>([
    ["unit must be one of c, f", { city: "Oslo" }, { city: "Oslo", unit: "c" }],
    ["unit: expected 'f'", { city: "Oslo", unit: "c" }, { city: "Oslo", unit: "f" }],
    ["city is required", { days: 1 }, { city: "Paris", days: 1 }],
    ["Unknown city, did you mean Paris?", { city: "Pariss" }, { city: "Paris" }],
    ["days must be at most 2", { days: 3 }, { days: 2 }],
  ])("%s", (error, input, corrected) => {
    expect(correct(input, error)).toEqual(corrected);
  });

  it.each(["Service down", "", "city looks odd"])("knows nothing better after %j", (error) => {
    expect(correct({ city: "Oslo" }, error)).toBeUndefined();
  });
});
