import { describe, expect, it } from "vitest";
import type { BedrockClient } from "../../src/bedrock/client.ts";
import { createBedrockProvider } from "../../src/bedrock/provider.ts";
import { createS3Storage, joinS3Uri, type Storage } from "../../src/bedrock/s3.ts";
import { createDefaultTransport } from "../../src/http/node.ts";
import { encodeUtf8 } from "../../src/bytes/utf8.ts";
import { errorOf, failureOf, testWorld, useServer } from "../support/bedrock.ts";

const server = useServer();

function createStorage(): Storage {
  const client: BedrockClient = createBedrockProvider({
    bedrock: {},
    transport: createDefaultTransport(),
    world: testWorld(server()),
    prices: {},
    maxRetries: 0,
    timeouts: {},
    logger: undefined,
  }).client;
  return createS3Storage(client, {});
}

const listing = (xml: string): { status: number; body: string } => ({
  status: 200,
  body: `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${xml}</ListBucketResult>`,
});

describe("the storage in S3", () => {
  it("finds again what it has written, whatever the key", async () => {
    const storage = createStorage();
    const uris = ["a b", "ä&<>\"'", "%41", "x/y+z=1", "a~!*()'", "...", "a/..b"].map((key) => `s3://my-bucket/${key}`);
    for (const uri of uris) await storage.put(uri, encodeUtf8(uri));
    expect(await storage.list("s3://my-bucket")).toEqual([...uris].sort());
    for (const uri of uris) {
      const pieces: Uint8Array[] = [];
      for await (const piece of await storage.get(uri)) pieces.push(piece);
      expect(Buffer.concat(pieces).toString()).toBe(uri);
    }
    expect(server().requests.every(({ authorized }) => authorized)).toBe(true);
  });

  it.each(["s3://my-bucket/../other/x", "s3://my-bucket/a/./b", "s3://../x", "my-bucket/x", "https://a/b", "s3://"])(
    "does not go to %s",
    async (uri) => {
      const storage = createStorage();
      for (const going of [storage.put(uri, new Uint8Array()), storage.get(uri), storage.list(uri)]) {
        expect(await failureOf(going)).toMatchObject({ code: "ERR_INPUT" });
      }
      expect(server().requests).toHaveLength(0);
    },
  );

  it("takes an entity of the document's own, and what is no character, as they stand", async () => {
    server().enqueue(
      listing("<Contents><Key>&#97;&#x62;&amp;&bomb;&constructor;&#1114112;&#x110000;&#99999999;</Key></Contents>"),
    );
    expect(await createStorage().list("s3://my-bucket/")).toEqual([
      "s3://my-bucket/ab&&bomb;&constructor;&#1114112;&#x110000;&#99999999;",
    ]);
  });

  it.each(["<html>Sign in</html>", "", "{}"])("does not take %j for an empty list", async (body) => {
    server().enqueue({ status: 200, body });
    expect(await failureOf(createStorage().list("s3://my-bucket/"))).toMatchObject({
      code: "ERR_RESPONSE",
      operation: "ListObjectsV2",
    });
  });

  it("does not run in circles", async () => {
    const page = listing("<NextContinuationToken>same</NextContinuationToken>");
    server().enqueue(page, page, page);
    expect(await failureOf(createStorage().list("s3://my-bucket/"))).toMatchObject({ code: "ERR_RESPONSE" });
    expect(server().requests).toHaveLength(2);
  });
});

describe("a file's URI", () => {
  it("is the folder's with its name", () => {
    expect(joinS3Uri("s3://b/f", "a/b..mp4")).toBe("s3://b/f/a/b..mp4");
  });

  it.each(["", ".", "..", "../a", "a/..", "a/../b"])("does not lead elsewhere by %j", (name) => {
    expect(errorOf(() => joinS3Uri("s3://b/f", name))).toMatchObject({ code: "ERR_INPUT" });
  });
});
