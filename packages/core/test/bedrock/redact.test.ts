import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedact } from "../../src/bedrock/redact.ts";

const secretOf = fc.stringMatching(/^[\x21-\x7e]{8,60}$/);
const forms: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => encodeURIComponent(secret),
  (secret) => encodeURIComponent(encodeURIComponent(secret)),
  (secret) => secret.replace(/[^a-z0-9]/gi, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
];

describe("redacting", () => {
  test("takes a secret out in whatever form it is quoted, and leaves the rest", () => {
    fc.assert(
      fc.property(secretOf, fc.constantFrom(...forms), (secret, form) => {
        expect(createRedact([secret])(`«${form(secret)}» «${form(secret)}»`)).toBe("«[redacted]» «[redacted]»");
      }),
    );
  });

  test("takes every secret out, and none that is not there", () => {
    const redact = createRedact([undefined, "secret+1", "", "token/2"]);
    expect(redact("secret+1 and token/2, secret-1")).toBe("[redacted] and [redacted], secret-1");
    expect(createRedact([])("secret")).toBe("secret");
    expect(createRedact([undefined])("undefined")).toBe("undefined");
  });

  test("costs little where no secret is, however long the secrets are", () => {
    const redact = createRedact(["FwoGZXIvYXdz".repeat(100), `AWS4-HMAC-SHA256 ${"Credential/".repeat(40)}`]);
    // With patterns for whole secrets, this took longer than the test may.
    for (let nth = 0; nth < 500; nth++) expect(redact(`Slow down (${nth})`)).toBe(`Slow down (${nth})`);
  });

  test("takes a secret for text, not for a pattern", () => {
    expect(createRedact(["a.*b$1"])("axxb a.*b$1")).toBe("axxb [redacted]");
  });
});
