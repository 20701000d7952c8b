import { S3Error } from "./s3-error.ts";

/** What a request to the S3 subset is about. `bucket` is `""` for the service itself, `key` is `""` for a bucket. */
export interface S3Target {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 1024;
const SCOPE_OF_HEADER = /^AWS4-HMAC-SHA256\s.*?Credential=[^/,\s]+\/\d*\/[^/,]*\/s3\//;
const SCOPE_OF_QUERY = /(?:^|&)X-Amz-Credential=[^&]*(?:%2F|\/)s3(?:%2F|\/)/i;

/** Whether a request was signed for S3: in its header or, presigned, in its query. */
export function isSignedForS3(target: string, headers: Readonly<Record<string, string>>): boolean {
  return SCOPE_OF_HEADER.test(headers["authorization"] ?? "") || SCOPE_OF_QUERY.test(target.split("?")[1] ?? "");
}

/**
 * Reads bucket and key from a request target in path style. `pathPrefix` is what the endpoint carries before them.
 *
 * @throws S3Error `InvalidBucketName`, or `InvalidArgument` for a key that is too long or is not encoded as UTF-8.
 */
export function parseS3Target(target: string, pathPrefix: string): S3Target {
  const [path = "", query = ""] = target.split(/\?(.*)/s, 2);
  if (!`${path}/`.startsWith(`${pathPrefix}/`)) {
    throw new S3Error("InvalidRequest", `The path must begin with ${pathPrefix}/, as the endpoint does.`);
  }
  const [bucket = "", key = ""] = path
    .slice(pathPrefix.length + 1)
    .split(/\/(.*)/s, 2)
    .map(decode);
  if (bucket !== "" && !BUCKET.test(bucket)) {
    throw new S3Error("InvalidBucketName", `The specified bucket is not valid: ${bucket}`);
  }
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error("InvalidArgument", `The key is longer than ${MAX_KEY_BYTES} bytes.`);
  }
  return { bucket, key, query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidArgument", "The path is not UTF-8 with percent escapes.");
  }
}

/**
 * Takes the chunks of `content-encoding: aws-chunked` apart. Signatures of single chunks and trailing checksums are not
 * verified.
 *
 * @throws S3Error `InvalidRequest` when the chunks are broken.
 */
export function decodeAwsChunked(body: Uint8Array): Uint8Array {
  const source = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Uint8Array[] = [];
  for (let at = 0; ;) {
    const end = source.indexOf("\r\n", at);
    const size = /^([0-9a-f]{1,8})(;|$)/i.exec(end < 0 ? "" : source.toString("latin1", at, end))?.[1];
    const length = Number.parseInt(size ?? "", 16);
    if (size === undefined || end + 2 + length > source.byteLength) {
      throw new S3Error("InvalidRequest", "The body is not encoded as aws-chunked: a chunk is broken.");
    }
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(source.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}

/** A `s3://bucket/key` address taken apart; `undefined` when it is none. `key` may be `""`. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  return bucket !== undefined && BUCKET.test(bucket) ? { bucket, key } : undefined;
}
