import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanDocumentName } from "../../../src/bedrock/converse/document-names.ts";

test.each([
  ["Report 2026 (final) [v2]", "Report 2026 (final) [v2]"],
  ["report_q3.final.pdf", "report_q3 final pdf"],
  ["Übersicht – Café", "Ubersicht Cafe"],
  ["財務　報告", "document"],
  ["a\t\n  b", "a b"],
  ["", "document"],
])("%j becomes %j", (name, expected) => {
  expect(cleanDocumentName(name)).toBe(expected);
});

test("any name becomes one that Bedrock takes, and that stays as it is", () => {
  fc.assert(
    fc.property(fc.uint16Array({ maxLength: 20 }), fc.nat(40), (codes, times) => {
      const clean = cleanDocumentName(String.fromCharCode(...codes).repeat(times));
      expect(clean).toMatch(/^[A-Za-z0-9\-()[\]]+( [A-Za-z0-9\-()[\]]+)*$/);
      expect(clean.length).toBeLessThanOrEqual(200);
      expect(cleanDocumentName(clean)).toBe(clean);
    }),
  );
});
