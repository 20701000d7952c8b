import { afterEach, expect, test, vi } from "vitest";
import * as node from "../../src/aws/sigv4.ts";

afterEach(() => {
  vi.doUnmock("#bytes");
  vi.resetModules();
});

/** The signers of a platform whose hashes are promises, as those of Web Crypto are. */
async function loadWeb(): Promise<typeof node> {
  vi.resetModules();
  vi.doMock("#bytes", () => import("../../src/bytes/web.ts"));
  return import("../../src/aws/sigv4.ts");
}

const context: node.SigningContext = {
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" },
  region: "us-east-1",
  service: "bedrock",
  date: new Date("2026-01-02T03:04:05Z"),
};
const request: node.SignableRequest = {
  method: "POST",
  path: "/model/a%3A0/converse?x=1",
  host: "bedrock-runtime.us-east-1.amazonaws.com",
  headers: { "content-type": "application/json" },
  body: '{"messages":[]}',
};

test("a request is signed the same where hashes are promises", async () => {
  const web = await loadWeb();
  expect(web.signRequest).not.toBe(node.signRequest);
  for (const options of [{}, { contentHashHeader: false }, { doubleEncode: false }]) {
    const signed = await node.signRequest(request, context, options);
    expect(await web.signRequest(request, context, options)).toEqual(signed);
    const sign = web.createSigner(options);
    expect(await sign(request, context)).toEqual(signed);
    // With the key that it keeps.
    expect(await sign(request, context)).toEqual(signed);
  }
});
