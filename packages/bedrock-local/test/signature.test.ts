import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { parseAuthorization } from "../src/authorization.ts";
import { isPlainObject } from "../src/json.ts";
import { computeSignature, parseLongDate } from "../src/signature.ts";
import { parseObject } from "./support.ts";

const VECTORS_FILE = fileURLToPath(new URL("../../../../shared/vectors/aws-sigv4.json", import.meta.url));
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/** Name and signed request, as text, of every case whose path is normalized, as Bedrock's is. */
function readVectors(): [string, string][] {
  if (!existsSync(VECTORS_FILE)) return [];
  const { cases } = parseObject(readFileSync(VECTORS_FILE, "utf8"));
  if (!Array.isArray(cases)) throw new TypeError("The vectors have no list of cases.");
  return cases.flatMap((item: unknown): [string, string][] => {
    const { name, context, header } = isPlainObject(item) ? item : {};
    const isNormalized = isPlainObject(context) && context["normalize"] === true;
    const signed = isPlainObject(header) ? header["signedRequest"] : undefined;
    return isNormalized && typeof name === "string" && typeof signed === "string" ? [[name, signed]] : [];
  });
}

/** Reads an HTTP request from text as a server does: folded lines joined, values of one name in a list. */
function parseRequest(text: string): { method: string; target: string; headers: Record<string, string>; body: Buffer } {
  const [head = "", ...rest] = text.split("\n\n");
  const [requestLine = "", ...lines] = head.replaceAll(/\n[ \t]+/g, " ").split("\n");
  const [, method = "", target = ""] = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine) ?? [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    const earlier = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return { method, target, headers, body: Buffer.from(rest.join("\n\n")) };
}

describe.skipIf(!existsSync(VECTORS_FILE))("the signature of AWS's own test suite", () => {
  it.each(readVectors())("is found again for %s", async (_name, text) => {
    const request = parseRequest(text);
    const claim = parseAuthorization(request.headers["authorization"] ?? "", request.headers);
    const keyPair = { accessKeyId: claim.accessKeyId, secretAccessKey: SECRET };
    expect(await computeSignature({ ...claim, ...request }, keyPair)).toBe(claim.signature);
  });
});

describe("computeSignature", () => {
  it("finds the signature that Bedrock accepts for an ARN, encoded twice in the canonical path", async () => {
    const body = Buffer.from('{"messages":[{"role":"user","content":[{"text":"hi"}]}]}');
    const headers = {
      host: "bedrock-runtime.us-east-1.amazonaws.com",
      "content-type": "application/json",
      "x-amz-content-sha256": "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0",
      "x-amz-date": "20260102T030405Z",
    };
    const target =
      "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-micro-v1%3A0/converse";
    const claim = {
      signedHeaders: Object.keys(headers),
      longDate: "20260102T030405Z",
      region: "us-east-1",
      service: "bedrock",
    };
    const keyPair = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: SECRET };
    expect(await computeSignature({ method: "POST", target, headers, body, ...claim }, keyPair)).toBe(
      "776e058c4685fed98cf2a4209e26e1ba1e2503264be05d4ad1abe29ed6bc89f6",
    );
  });
});

describe("parseLongDate", () => {
  it("reads the basic form, and nothing else", () => {
    expect(parseLongDate("20260102T030405Z")).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(parseLongDate("2026").getTime()).not.toBe(parseLongDate("20260102T030405Z").getTime());
    expect(parseLongDate("20261302T030405Z").getTime()).toBeNaN();
  });
});
