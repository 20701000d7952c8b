import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanDocumentName } from "../../../src/bedrock/converse/document-names.ts";

test.each([
  ["Report 2026 (final) [v2]", "Report 2026 (final) [v2]"],
  ["report_q3.final.pdf", "report_q3 final pdf"],
  ["Übersicht – Café", "Ubersicht Cafe"],
  ["財務　報告", "document"],
  ["a\t\n  b", "a b"],
  [" .a. ", "a"],
  ["a".repeat(201), "a".repeat(200)],
  [`.${"a".repeat(200)}`, "a".repeat(200)],
  [`${"a".repeat(199)} b`, "a".repeat(199)],
  ["", "document"],
])("%j becomes %j", (name, expected) => {
  expect(cleanDocumentName(name)).toBe(expected);
});

test("any name becomes one that Bedrock takes, and that stays as it is", () => {
  const alphabet = ["a", "Z", "9", "_", "-", "(", "]", " ", "\t", ".", "é", "\u0301", "　", "🎈", "\ud800"];
  const characters = fc.constantFrom(...alphabet);
  fc.assert(
    fc.property(fc.array(characters, { maxLength: 20 }), fc.nat(40), (parts, times) => {
      const clean = cleanDocumentName(parts.join("").repeat(times));
      expect(clean).toMatch(/^[A-Za-z0-9_\-()[\]]+( [A-Za-z0-9_\-()[\]]+)*$/);
      expect(clean.length).toBeLessThanOrEqual(200);
      expect(cleanDocumentName(clean)).toBe(clean);
    }),
  );
});
