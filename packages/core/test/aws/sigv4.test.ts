import { describe, expect, it } from "vitest";
import {
  canonicalRequest,
  createSigner,
  deriveSigningKey,
  signRequest,
  stringToSign,
  type AwsCredentials,
  type SignableRequest,
  type SigningContext,
} from "../../src/aws/sigv4.ts";
import { createHmacSha256Hex, sha256Hex } from "../../src/bytes/node.ts";
import { ConfigurationError } from "../../src/errors.ts";

const credentials: AwsCredentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("the example of AWS's documentation (IAM ListUsers)", () => {
  const headers = {
    host: "iam.amazonaws.com",
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    "X-Amz-Date": "20150830T123600Z",
  };
  const path = "/?Action=ListUsers&Version=2010-05-08";

  it("has the documented canonical request", async () => {
    const { text, signedHeaders } = canonicalRequest({ method: "GET", path, headers }, EMPTY_HASH);
    expect(text.split("\n")).toEqual([
      "GET",
      "/",
      "Action=ListUsers&Version=2010-05-08",
      "content-type:application/x-www-form-urlencoded; charset=utf-8",
      "host:iam.amazonaws.com",
      "x-amz-date:20150830T123600Z",
      "",
      "content-type;host;x-amz-date",
      EMPTY_HASH,
    ]);
    expect(signedHeaders).toBe("content-type;host;x-amz-date");
    expect(await sha256Hex(text)).toBe("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
  });

  it("has the documented string to sign, key and signature", async () => {
    const hash = "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
    const toSign = stringToSign("20150830T123600Z", "20150830/us-east-1/iam/aws4_request", hash);
    expect(toSign).toBe(`AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n${hash}`);
    const key = await deriveSigningKey(credentials.secretAccessKey, "20150830", "us-east-1", "iam");
    expect(Buffer.from(key).toString("hex")).toBe("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    expect(await createHmacSha256Hex(key)(toSign)).toBe(
      "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    );
  });

  it("is signed as documented", async () => {
    const date = new Date("2015-08-30T12:36:00Z");
    const signed = await signRequest(
      { method: "GET", path, host: headers.host, headers: { "content-type": headers["Content-Type"] } },
      { credentials, region: "us-east-1", service: "iam", date },
      { contentHashHeader: false },
    );
    expect(signed).toEqual({
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    });
  });
});

const context: SigningContext = {
  credentials,
  region: "us-east-1",
  service: "bedrock",
  date: Date.parse("2026-01-02T03:04:05.678Z"),
};
const converse: SignableRequest = {
  method: "POST",
  path: "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-micro-v1%3A0/converse",
  host: "bedrock-runtime.us-east-1.amazonaws.com",
  headers: { "content-type": "application/json" },
  body: '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
};

describe("a Bedrock request with an ARN in its path", () => {
  it("is signed as the AWS SDK signs it", async () => {
    expect(await signRequest(converse, context)).toEqual({
      "x-amz-date": "20260102T030405Z",
      "x-amz-content-sha256": "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=776e058c4685fed98cf2a4209e26e1ba1e2503264be05d4ad1abe29ed6bc89f6",
    });
  });

  it("is signed alike with the body as bytes, or with the hash in place of the body", async () => {
    const expected = await signRequest(converse, context);
    const { body, ...rest } = converse;
    expect(await signRequest({ ...rest, body: new TextEncoder().encode(String(body)) }, context)).toEqual(expected);
    const payloadHash = "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0";
    expect(await signRequest({ ...rest, payloadHash }, context)).toEqual(expected);
  });

  it("carries the session token of temporary credentials, signed", async () => {
    const temporary = { ...credentials, sessionToken: "TOKEN" };
    const signed = await signRequest(converse, { ...context, credentials: temporary });
    expect(signed["x-amz-security-token"]).toBe("TOKEN");
    expect(signed["authorization"]).toContain("x-amz-date;x-amz-security-token,");
  });

  it("is signed with this signature's own headers, whatever the caller's say", async () => {
    const headers = {
      ...converse.headers,
      "X-Amz-Date": "19700101T000000Z",
      "x-amz-content-sha256": "0",
      host: "another",
      Host: "other",
    };
    expect(await signRequest({ ...converse, headers }, context)).toEqual(await signRequest(converse, context));
  });
});

const linesOf = (request: Partial<SignableRequest>, options = {}): string[] =>
  canonicalRequest({ method: "GET", path: "/", ...request }, "HASH", options).text.split("\n");

describe("canonical headers", () => {
  it("leave out what proxies may change, and what the signature replaces", () => {
    const names = [
      "Authorization",
      "user-agent",
      "connection",
      "expect",
      "x-amzn-trace-id",
      "Proxy-Auth",
      "sec-ch",
      "date",
    ];
    const headers = { accept: "*/*", ...Object.fromEntries(names.map((name) => [name, "x"])) };
    expect(linesOf({ headers }).slice(3, -1)).toEqual(["accept:*/*", "", "accept"]);
  });

  it("are folded, trimmed, joined in their order and sorted by name", () => {
    const headers = { "x-b": ["2 ", " 1", "2"], "X-A": " \ta\r\n  b \t c ", "x-a-b": "", gone: undefined };
    expect(linesOf({ headers }).slice(3, -1)).toEqual(["x-a:a b c", "x-a-b:", "x-b:2,1,2", "", "x-a;x-a-b;x-b"]);
  });

  it("keep white space that is not HTTP's", () => {
    expect(linesOf({ headers: { a: "\u00a0x\u00a0\u00a0y" } })[3]).toBe("a:\u00a0x\u00a0\u00a0y");
  });
});

describe("the canonical path", () => {
  it.each([
    ["/model/a%3A0/converse", "/model/a%253A0/converse"],
    ["/model/a:0/x%2Fy", "/model/a%3A0/x%252Fy"],
    ["/a//b/./c/../d/", "/a/b/d/"],
    ["/..", "/"],
    ["/.well-known/a..b", "/.well-known/a..b"],
    ["/é !'()*", "/%C3%A9%20%21%27%28%29%2A"],
    ["/\ud800", "/%EF%BF%BD"],
    ["", "/"],
  ])("of %j is %j", (path, expected) => {
    expect(linesOf({ path })[1]).toBe(expected);
  });

  it("stays as it is without double encoding and normalization, as S3 wants it", () => {
    expect(linesOf({ path: "/a%20b//../c" }, { doubleEncode: false, normalizePath: false })[1]).toBe("/a%20b//../c");
  });
});

describe("the canonical query", () => {
  it.each([
    ["b=2&a=1", "a=1&b=2"],
    ["a=2&a=10&a=1", "a=1&a=10&a=2"],
    ["a-=1&a=2", "a=2&a-=1"],
    ["flag&empty=&=x", "=x&empty=&flag="],
    ["&a=1&&b=2&", "a=1&b=2"],
    ["a=b=c", "a=b%3Dc"],
    ["a=x+y%20z", "a=x%2By%20z"],
    ["a=%3a%2f%7e%41", "a=%3A%2F~A"],
    ["ü=%C3%BC&bad=%zz%&latin=%FC", "%C3%BC=%C3%BC&bad=%25zz%25&latin=%FC"],
    ["a=?", "a=%3F"],
  ])("of %j is %j", (query, expected) => {
    expect(linesOf({ path: `/?${query}` })[2]).toBe(expected);
  });
});

describe("credentials that cannot sign", () => {
  it.each([
    ["accessKeyId", { accessKeyId: "", secretAccessKey: "CANARY" }],
    ["secretAccessKey", { accessKeyId: "CANARY", secretAccessKey: "" }],
  ])("are refused with the name of what is missing (%s), and no secret", async (missing, broken) => {
    const error: unknown = await signRequest(converse, { ...context, credentials: broken }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(String(error)).toContain(`no ${missing}`);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("CANARY");
  });
});

describe("a signer that keeps its keys", () => {
  it("signs each path and second anew, whichever came before", async () => {
    const signer = createSigner();
    const paths = ["/a", "/b?x=1", "/b?x=2", "/a"];
    const dates = [0, 999, 1000, -1, 86_400_000, new Date(1500), 1000.5];
    for (const date of dates.flatMap((each) => [each, each])) {
      for (const path of paths) {
        const request = { ...converse, path };
        expect(await signer(request, { ...context, date })).toEqual(await signRequest(request, { ...context, date }));
      }
    }
    expect((await signer(converse, { ...context, date: 999 }))["x-amz-date"]).toBe("19700101T000000Z");
    expect((await signer(converse, { ...context, date: 1000 }))["x-amz-date"]).toBe("19700101T000001Z");
    expect((await signer(converse, { ...context, date: -1 }))["x-amz-date"]).toBe("19691231T235959Z");
    await expect(signer(converse, { ...context, date: Number.NaN })).rejects.toThrow(RangeError);
  });

  it("signs headers anew when they, the host, the token or their object change, frozen or not", async () => {
    const signer = createSigner();
    const changing: Record<string, string> = { accept: "a" };
    const headers = [Object.freeze({ accept: "a" }), Object.freeze({ accept: "a", "x-z": " b  c " }), changing];
    for (let round = 0; round < 3; round++) {
      changing["x-round"] = String(round);
      for (const each of headers) {
        for (const sessionToken of [undefined, "t1", "t2"]) {
          for (const host of ["a.test", "b.test"]) {
            const request = { ...converse, headers: each, host, body: `${round}` };
            const signing = { ...context, credentials: { ...credentials, sessionToken }, date: round * 1000 };
            expect(await signer(request, signing)).toEqual(await signRequest(request, signing));
          }
        }
      }
    }
  });

  it("signs what headers say now, when a list in them has changed or a getter says something else", async () => {
    const signer = createSigner();
    const list = ["a"];
    const listed = Object.freeze({ "x-list": list });
    const createRead = () => ({
      get "x-count"() {
        return `now ${list.length}`;
      },
    });
    for (const headers of [listed, { ...listed }, createRead(), Object.freeze(createRead())]) {
      for (let round = 0; round < 2; round++) {
        const request = { ...converse, headers };
        expect(await signer(request, context)).toEqual(await signRequest(request, context));
        list.push("b");
      }
    }
  });

  it("refuses incomplete credentials with a rejection", async () => {
    const broken = { ...credentials, secretAccessKey: "" };
    const signing = createSigner()(converse, { ...context, credentials: broken });
    await expect(signing).rejects.toMatchObject({ code: "ERR_CONFIGURATION" });
  });

  it("signs every request as a fresh one would, over more scopes than it keeps", async () => {
    const signer = createSigner();
    const contexts = Array.from({ length: 60 }, (_, i) => ({
      credentials: { ...credentials, secretAccessKey: `secret${i % 3}` },
      region: `region-${i % 5}`,
      service: i % 2 ? "bedrock" : "iam",
      date: Date.UTC(2026, 0, 1 + (i % 4)),
    }));
    for (const each of [...contexts, ...contexts.toReversed()]) {
      expect(await signer(converse, each)).toEqual(await signRequest(converse, each));
    }
  });
});
