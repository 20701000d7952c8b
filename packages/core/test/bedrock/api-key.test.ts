import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import { createBedrockApiKey, type BedrockApiKeyOptions } from "../../src/bedrock/api-key.ts";
import { createWorld, type World } from "../../src/world.ts";
import { failureOf, KEYS } from "../support/bedrock.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const ENV = { ...KEYS, AWS_REGION: "eu-west-1", HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" };

function worldOf(env: World["env"] = ENV): World {
  const { monotonic, setTimer, random } = createWorld();
  return { now: () => NOW, monotonic, setTimer, random, env };
}

/** What a key says: the signed request. */
function read(key: string): URL {
  expect(key).toMatch(/^bedrock-api-key-[A-Za-z0-9+/]+=*$/);
  return new URL(`https://${atob(key.slice("bedrock-api-key-".length))}`);
}

test("an API key is the call CallWithBearerToken, signed as AWS's own SDK signs it", async () => {
  const { host, pathname, searchParams } = read(await createBedrockApiKey({}, worldOf()));
  expect([host, pathname]).toEqual(["bedrock.amazonaws.com", "/"]);
  const credentials = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };
  const official = await new SignatureV4({
    credentials,
    region: "eu-west-1",
    service: "bedrock",
    sha256: Sha256,
  }).presign(
    new HttpRequest({
      method: "POST",
      hostname: "bedrock.amazonaws.com",
      path: "/",
      headers: { host: "bedrock.amazonaws.com" },
      query: { Action: "CallWithBearerToken" },
    }),
    { expiresIn: 43_200, signingDate: new Date(NOW) },
  );
  expect(Object.fromEntries(searchParams)).toEqual({ ...official.query, Version: "1" });
});

test("credentials, region and life can be chosen as for a client", async () => {
  const options: BedrockApiKeyOptions = {
    bedrockRegion: "us-west-2",
    bedrockCredentials: () => ({ accessKeyId: "ASIAX", secretAccessKey: "s", sessionToken: "t" }),
    expiresInSeconds: 900,
  };
  const { searchParams } = read(
    await createBedrockApiKey(options, worldOf({ ...ENV, AWS_BEARER_TOKEN_BEDROCK: "no" })),
  );
  expect(searchParams.get("X-Amz-Credential")).toBe("ASIAX/20260102/us-west-2/bedrock/aws4_request");
  expect(searchParams.get("X-Amz-Security-Token")).toBe("t");
  expect(searchParams.get("X-Amz-Expires")).toBe("900");
});

test.each([0, 43_201, 1.5, NaN])("expiresInSeconds cannot be %s", async (expiresInSeconds) => {
  const error = await failureOf(createBedrockApiKey({ expiresInSeconds }, worldOf()));
  expect(error).toMatchObject({ code: "ERR_CONFIGURATION", message: expect.stringContaining("43200") });
});

test("without a region, or without credentials, none is made", async () => {
  const region = await failureOf(createBedrockApiKey({}, worldOf({ ...ENV, AWS_REGION: "" })));
  expect(region).toMatchObject({ code: "ERR_CONFIGURATION", message: expect.stringContaining("bedrockRegion") });
  const keys = await failureOf(createBedrockApiKey({}, worldOf({ ...ENV, AWS_ACCESS_KEY_ID: "" })));
  expect(keys).toMatchObject({ code: "ERR_CONFIGURATION", message: expect.stringContaining("AWS_ACCESS_KEY_ID") });
});
