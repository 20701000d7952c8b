import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { expect, test } from "vitest";
import { presignRequest } from "../../src/aws/presign.ts";

const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((value) => !/\p{Cs}/u.test(value));
const token = fc.stringMatching(/^[\x21-\x7e]{1,24}$/);

test("signs any query as @smithy/signature-v4 does", async () => {
  const request = fc.record({
    query: fc.dictionary(fc.stringMatching(/^[a-wyz]{1,8}$/), text, { maxKeys: 4 }),
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/),
    secretAccessKey: token,
    sessionToken: fc.option(token, { nil: undefined }),
    seconds: fc.integer({ min: 1, max: 43_200 }),
    date: fc.date({ min: new Date("2000-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
  });
  const check = async (given: typeof request extends fc.Arbitrary<infer T> ? T : never): Promise<void> => {
    const { query, accessKeyId, secretAccessKey, sessionToken, seconds, date } = given;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    const [region, service, host] = ["eu-west-1", "bedrock", "bedrock.amazonaws.com"];
    const official = new SignatureV4({ credentials, region, service, sha256: Sha256 });
    const theirs = await official.presign(
      new HttpRequest({ method: "POST", protocol: "https:", hostname: host, path: "/", headers: { host }, query }),
      { expiresIn: seconds, signingDate: date },
    );
    const ours = await presignRequest(
      { method: "POST", path: "/", host, query },
      { credentials, region, service, date },
      seconds,
    );
    const sent = new URL(`https://${host}${ours}`).searchParams;
    expect(Object.fromEntries(sent)).toEqual(theirs.query);
  };
  await fc.assert(fc.asyncProperty(request, check));
});
