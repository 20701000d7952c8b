import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "@aws-crypto/sha256-js";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";

import { DOCUMENTATION_CREDENTIAL } from "../../src/auth.ts";
import type { BedrockLocal, BedrockLocalOptions } from "../../src/index.ts";
import { createFolderStore } from "../../src/storage/folder-store.ts";
import { createMemoryStore, type ObjectStore } from "../../src/storage/store.ts";
import { rejection } from "../support.ts";
import { startServer } from "../support-server.ts";

const folders: string[] = [];
const clients: S3Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe.each(["memory", "a folder"])("the S3 subset in %s", (kind) => {
  it("gives back what was put, whole and in ranges", async () => {
    const { client } = await start(kind);
    const place = { Bucket: "my-bucket", Key: "in/some file+ü (1).txt" };
    const put = await client.send(new PutObjectCommand({ ...place, Body: "0123456789", ContentType: "text/plain" }));
    const head = await client.send(new HeadObjectCommand(place));
    expect(head).toMatchObject({ ContentLength: 10, ContentType: "text/plain", ETag: put.ETag });
    expect(await read(client, place)).toBe("0123456789");
    expect(await read(client, { ...place, Range: "bytes=2-4" })).toBe("234");
    expect(await read(client, { ...place, Range: "bytes=-3" })).toBe("789");
    expect(await read(client, { ...place, Range: "bytes=8-100" })).toBe("89");
    expect(await rejection(read(client, { ...place, Range: "bytes=10-" }))).toMatchObject({ name: "InvalidRange" });
  });

  it("takes streams in aws-chunked", async () => {
    const { client, server } = await start(kind);
    const place = { Bucket: "my-bucket", Key: "stream" };
    const parts = Array.from({ length: 20 }, (_, index) => Buffer.alloc(9_000, index));
    const Body = Readable.from(parts);
    await client.send(new PutObjectCommand({ ...place, Body, ContentLength: 180_000 }));
    expect(server.requests[0]?.headers["content-encoding"]).toBe("aws-chunked");
    const answer = await client.send(new GetObjectCommand(place));
    const bytes = await answer.Body?.transformToByteArray();
    expect(Buffer.compare(Buffer.from(bytes ?? []), Buffer.concat(parts))).toBe(0);
  });

  it("lists by prefix and delimiter, page by page", async () => {
    const { client } = await start(kind);
    const Bucket = "my-bucket";
    for (const Key of ["b/1.txt", "a", "b/2 &<.txt", "b/c/3.txt", "c"]) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    }
    const all = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(all.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ["a", 1],
      ["b/1.txt", 7],
      ["b/2 &<.txt", 10],
      ["b/c/3.txt", 9],
      ["c", 1],
    ]);
    const folder = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "b/", Delimiter: "/" }));
    expect(folder.Contents?.map(({ Key }) => Key)).toEqual(["b/1.txt", "b/2 &<.txt"]);
    expect(folder.CommonPrefixes).toEqual([{ Prefix: "b/c/" }]);
    const keys: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken: token }));
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(keys).toEqual(["a", "b/1.txt", "b/2 &<.txt", "b/c/3.txt", "c"]);
  });

  it("deletes, and says what is not there", async () => {
    const { client } = await start(kind);
    const place = { Bucket: "my-bucket", Key: "x" };
    expect(await rejection(read(client, place))).toMatchObject({ name: "NoSuchBucket" });
    await client.send(new CreateBucketCommand({ Bucket: "my-bucket" }));
    await client.send(new HeadBucketCommand({ Bucket: "my-bucket" }));
    expect(await rejection(read(client, place))).toMatchObject({
      name: "NoSuchKey",
      message: "The specified key does not exist.",
    });
    await client.send(new PutObjectCommand({ ...place, Body: "x" }));
    await client.send(new DeleteObjectCommand(place));
    await client.send(new DeleteObjectCommand(place));
    expect(await rejection(client.send(new HeadObjectCommand(place)))).toMatchObject({ name: "NotFound" });
  });
});

describe("the S3 subset", () => {
  it("refuses a wrong key pair and a wrong signature in S3's words", async () => {
    const server = await startServer();
    const wrong = connect(server, { credentials: { ...DOCUMENTATION_CREDENTIAL, secretAccessKey: "other" } });
    const stranger = connect(server, { credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "x" } });
    const place = { Bucket: "my-bucket", Key: "x" };
    expect(await rejection(read(wrong, place))).toMatchObject({ name: "SignatureDoesNotMatch" });
    expect(await rejection(read(stranger, place))).toMatchObject({ name: "InvalidAccessKeyId" });
  });

  it("lets a signature for S3 open nothing of Bedrock, and one for Bedrock nothing of S3", async () => {
    const server = await startServer();
    const client = connect(server);
    expect(await rejection(read(client, { Bucket: "model", Key: "x/converse" }))).toMatchObject({
      name: "NoSuchBucket",
    });
    expect(server.requests[0]).toMatchObject({ operation: "S3", modelId: undefined, authorized: true });
  });

  it("takes presigned addresses until they expire", async () => {
    let now = Date.now();
    const server = await startServer({ now: () => now });
    const put = await presign(server, "PUT", "/my-bucket/in/a%20b.txt", now);
    expect((await fetch(put, { method: "PUT", body: "signed" })).status).toBe(200);
    const get = await presign(server, "GET", "/my-bucket/in/a%20b.txt", now);
    expect(await (await fetch(get)).text()).toBe("signed");
    const forged = await fetch(get.replace("a%20b", "a%20c"));
    expect([forged.status, await forged.text()]).toEqual([403, expect.stringContaining("SignatureDoesNotMatch")]);
    now += 61_000;
    const late = await fetch(get);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
  });

  it("needs no signature where nobody signs", async () => {
    const server = await startServer({ auth: "none", pathPrefix: "/aws" });
    await fetch(`${server.url}/my-bucket/x`, { method: "PUT", body: "open" });
    expect(await (await fetch(`${server.url}/my-bucket/x`)).text()).toBe("open");
    expect((await fetch(`${server.url}/my-bucket/x`, { method: "POST", body: "{}" })).status).toBe(404);
  });

  it("says that multipart uploads, copies and bucket settings are not there", async () => {
    const server = await startServer({ auth: "none" });
    for (const target of ["my-bucket/x?uploads", "my-bucket?acl", "my-bucket"]) {
      const answer = await fetch(`${server.url}/${target}`, { method: target.includes("uploads") ? "PUT" : "GET" });
      expect([501, 404]).toContain(answer.status);
    }
  });

  it("plays scripted errors as XML", async () => {
    const server = await startServer();
    server.enqueue({ error: "ThrottlingException", message: "Slow", match: { operation: "S3" } });
    const client = connect(server, { maxAttempts: 1 });
    expect(await rejection(read(client, { Bucket: "my-bucket", Key: "x" }))).toMatchObject({ name: "SlowDown" });
  });
});

describe("the folder", () => {
  it("is never left, whatever the key, and tells every key from every other", async () => {
    const folder = await makeFolder();
    const store = createFolderStore(join(folder, "inside"));
    const part = fc.constantFrom("..", ".", "", "a", "%", "%2E", "*", "ü", "\\", ":", "...", "%tmp-x");
    const keys = fc
      .array(part, { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/"))
      .filter((key) => key !== "");
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        await store.put("bucket", key, Buffer.from(key));
        expect(Buffer.from((await store.get("bucket", key))?.bytes ?? []).toString()).toBe(key);
        expect((await store.list("bucket"))?.map((entry) => entry.key)).toEqual([key]);
        expect(await readdir(folder)).toEqual(["inside"]);
        await store.remove("bucket", key);
      }),
      { numRuns: 60 },
    );
  });

  it("holds plain files, and refuses a key where a folder is", async () => {
    const folder = await makeFolder();
    const store = createFolderStore(folder);
    await store.put("bucket", "out/result.json", Buffer.from("{}"));
    expect(await readFile(join(folder, "bucket", "out", "result.json"), "utf8")).toBe("{}");
    expect(await rejection(store.put("bucket", "out", Buffer.from("x")))).toMatchObject({ code: "InvalidRequest" });
    expect(await store.get("bucket", "out")).toBeUndefined();
    expect(await readdir(join(folder, "bucket"))).toEqual(["out"]);
  });
});

describe("the memory", () => {
  it("sorts keys by their bytes", async () => {
    const store: ObjectStore = createMemoryStore(() => 0);
    for (const key of ["\u{1f600}", "\uff5e", "b", "B"]) await store.put("bucket", key, Buffer.from(""));
    expect((await store.list("bucket"))?.map(({ key }) => key)).toEqual(["B", "b", "\uff5e", "\u{1f600}"]);
  });
});

async function start(kind: string): Promise<{ server: BedrockLocal; client: S3Client }> {
  const options: BedrockLocalOptions = kind === "memory" ? {} : { s3Directory: await makeFolder() };
  const server = await startServer(options);
  return { server, client: connect(server) };
}

function connect(server: BedrockLocal, config: S3ClientConfig = {}): S3Client {
  const credentials = DOCUMENTATION_CREDENTIAL;
  const client = new S3Client({
    region: "us-east-1",
    endpoint: server.url,
    forcePathStyle: true,
    credentials,
    ...config,
  });
  clients.push(client);
  return client;
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bedrock-local-s3-"));
  folders.push(folder);
  return folder;
}

async function read(client: S3Client, place: { Bucket: string; Key: string; Range?: string }): Promise<string> {
  const answer = await client.send(new GetObjectCommand(place));
  return (await answer.Body?.transformToString()) ?? "";
}

async function presign(server: BedrockLocal, method: string, path: string, now: number): Promise<string> {
  const signer = new SignatureV4({
    credentials: DOCUMENTATION_CREDENTIAL,
    region: "us-east-1",
    service: "s3",
    sha256: Sha256,
    uriEscapePath: false,
  });
  const hostname = "127.0.0.1";
  const name = "x-amz-content-sha256";
  const headers = { host: `${hostname}:${server.port}`, [name]: "UNSIGNED-PAYLOAD" };
  const request = new HttpRequest({ method, hostname, port: server.port, protocol: "http:", path, headers });
  const kept = { unhoistableHeaders: new Set([name]), unsignableHeaders: new Set([name]) };
  const signed = await signer.presign(request, { expiresIn: 60, signingDate: new Date(now), ...kept });
  const query = new URLSearchParams(
    Object.entries(signed.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return `${server.url}${path}?${query}`;
}
