import type { OperationContext } from "./operation.ts";
import { renderXml, S3Error } from "../storage/s3-error.ts";
import { decodeAwsChunked, parseS3Target, type S3Target } from "../storage/s3-request.ts";
import { listObjects } from "../storage/list-objects.ts";
import { computeEtag, type StoredObject } from "../storage/store.ts";

/** What of an operation's context is needed. */
type S3Context = Pick<
  OperationContext,
  "exchange" | "headers" | "rawBody" | "baseHeaders" | "jobs" | "store" | "pathPrefix"
>;

/**
 * The part of S3 that batch jobs and long work need, in path style: PutObject, GetObject with ranges, HeadObject,
 * DeleteObject, ListObjectsV2, CreateBucket and HeadBucket.
 *
 * @throws S3Error in S3's words; `NotImplemented` for all else.
 * Specification: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export async function s3(context: S3Context): Promise<void> {
  const { method, target } = context.exchange;
  await context.jobs.settle();
  const place = parseS3Target(target, context.pathPrefix);
  const { bucket, key, query } = place;
  const isPlain = [...query.keys()].every((name) => name === "x-id" || /^(x-amz|response)-/i.test(name));
  if (bucket === "" || (!isPlain && (key !== "" || method !== "GET"))) throw createNotImplemented();
  if (key === "") return onBucket(context, place);
  switch (method) {
    case "PUT":
      return putObject(context, place);
    case "GET":
    case "HEAD":
      return getObject(context, place);
    case "DELETE":
      await context.store.remove(bucket, key);
      return respond(context, 204, {});
    default:
      throw createNotImplemented();
  }
}

async function onBucket(context: S3Context, { bucket, query }: S3Target): Promise<void> {
  const { store, exchange } = context;
  if (exchange.method === "PUT") {
    await store.addBucket(bucket);
    return respond(context, 200, { location: `/${bucket}` });
  }
  if (exchange.method !== "GET" && exchange.method !== "HEAD") throw createNotImplemented();
  const entries = await store.list(bucket);
  if (entries === undefined) throw createNoSuchBucket();
  if (exchange.method === "HEAD") return respond(context, 200, {});
  if (query.get("list-type") !== "2") throw createNotImplemented();
  const xml = renderXml({ ListBucketResult: listObjects(entries, bucket, query) });
  respond(context, 200, { "content-type": "application/xml" }, Buffer.from(xml));
}

async function putObject(context: S3Context, { bucket, key }: S3Target): Promise<void> {
  const { headers, rawBody, store } = context;
  if (headers["x-amz-copy-source"] !== undefined) throw createNotImplemented();
  const isChunked = /\baws-chunked\b/.test(headers["content-encoding"] ?? "");
  const bytes = isChunked ? decodeAwsChunked(rawBody) : rawBody;
  await store.put(bucket, key, bytes, headers["content-type"]);
  respond(context, 200, { etag: `"${computeEtag(bytes)}"` });
}

async function getObject(context: S3Context, { bucket, key }: S3Target): Promise<void> {
  const { headers, store } = context;
  const object = await store.get(bucket, key);
  if (object === undefined) {
    if ((await store.list(bucket)) === undefined) throw createNoSuchBucket();
    throw new S3Error("NoSuchKey", "The specified key does not exist.");
  }
  const size = object.bytes.byteLength;
  const range = parseRange(headers["range"], size);
  const bytes = range === undefined ? object.bytes : object.bytes.subarray(range.start, range.end + 1);
  const about = {
    ...describeObject(object),
    ...(range === undefined ? {} : { "content-range": `bytes ${range.start}-${range.end}/${size}` }),
    "content-length": String(bytes.byteLength),
  };
  const status = range === undefined ? 200 : 206;
  respond(context, status, about, context.exchange.method === "HEAD" ? undefined : bytes);
}

function describeObject({ bytes, contentType, modifiedAt }: StoredObject): Record<string, string> {
  return {
    "content-type": contentType,
    etag: `"${computeEtag(bytes)}"`,
    "last-modified": new Date(modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
  };
}

/** One range of bytes, both ends included. A header that is no such range is ignored, as HTTP wants it. */
function parseRange(header = "", size: number): { readonly start: number; readonly end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start > end) throw new S3Error("InvalidRange", "The requested range is not satisfiable");
  return { start, end };
}

function respond(
  { exchange, baseHeaders }: S3Context,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = new Uint8Array(),
): void {
  exchange.respond(status, { ...baseHeaders, ...renderS3Ids(baseHeaders), ...headers }, body);
}

/** S3 has a name of its own for the request id. */
function renderS3Ids(baseHeaders: Readonly<Record<string, string>>): Record<string, string> {
  return { "x-amz-request-id": baseHeaders["x-amzn-requestid"] ?? "" };
}

function createNoSuchBucket(): S3Error {
  return new S3Error("NoSuchBucket", "The specified bucket does not exist");
}

function createNotImplemented(): S3Error {
  return new S3Error("NotImplemented", "A header or query you provided implies functionality that is not implemented.");
}
