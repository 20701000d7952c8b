import { readBytes, readText } from "../http/body.ts";
import type { ByteStream } from "../http/transport.ts";
import { encode } from "../aws/signing.ts";
import { APIError, InputError } from "../errors.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { BedrockClient } from "./client.ts";
import { MAX_ANSWER_BYTES } from "./json-body.ts";
import type { Call } from "./pipeline.ts";

/**
 * Where jobs read and write. The default is S3 with the client's own credentials and region; give another one to go
 * through a client of your own.
 */
export interface Storage {
  put(uri: string, body: Uint8Array): Promise<void>;
  /** The content, piece by piece. */
  get(uri: string): Promise<AsyncIterable<Uint8Array>>;
  /** The URIs of all objects that begin with this one, sorted. */
  list(uriPrefix: string): Promise<readonly string[]>;
}

/** A place in S3; the key is `""` for the whole bucket. */
interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Checks a place for jobs to read from or write to.
 *
 * @param option its name, for the error
 * @returns the URI without a slash at its end
 * @throws {InputError} `ERR_INPUT`
 */
export function checkS3Uri(uri: unknown, option: string): string {
  if (typeof uri === "string" && S3_URI.test(uri) && uri.length <= 1024 && !CLIMBING.test(uri)) {
    return uri.replace(/\/$/, "");
  }
  throw new InputError(`${option} is ${JSON.stringify(uri)}: give a place in S3 like "s3://bucket/folder".`);
}

// As Bedrock takes them.
const S3_URI = /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](\/[-!_*'().a-z0-9A-Z]+)*\/?$/;
/** S3 takes such keys literally, but what stands between (proxies, `fetch`) makes another path of them. */
const CLIMBING = /\/\.{1,2}(\/|$)/;

/**
 * The URI of a file in a folder.
 *
 * @throws {InputError} `ERR_INPUT` when the name leads elsewhere
 */
export function joinS3Uri(folderUri: string, name: string): string {
  if (typeof name === "string" && name !== "" && !CLIMBING.test(`/${name}`)) return `${folderUri}/${name}`;
  throw new InputError(`The name is ${JSON.stringify(name)}: give the name of a file, like "output.mp4".`);
}

/**
 * S3 with the client's own credentials, by signed requests in path style.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function createS3Storage(
  { pipeline }: BedrockClient,
  { signal, timeouts, maxRetries }: RequestOptions,
): Storage {
  const call = (operation: string, method: string, path: string, body?: Uint8Array): Call => {
    // Headers of the caller's own are for Bedrock.
    const options = { signal, timeouts, maxRetries };
    return { operation, service: "s3", method, path, headers: {}, body, options };
  };
  return {
    async put(uri, body) {
      await pipeline.run(call("PutObject", "PUT", renderPath(parseS3Uri(uri)), body), ({ response }) =>
        readBytes(response.body, MAX_ANSWER_BYTES),
      );
    },
    get: async (uri) =>
      pipeline.run(call("GetObject", "GET", renderPath(parseS3Uri(uri))), ({ response: { body } }) =>
        Promise.resolve({ [Symbol.asyncIterator]: () => readPieces(body) }),
      ),
    async list(uriPrefix) {
      const { bucket, key } = parseS3Uri(uriPrefix);
      const uris: string[] = [];
      const seen = new Set<string>();
      for (let token: string | undefined = ""; token !== undefined;) {
        if (seen.has(token)) throw createListError("a page twice");
        seen.add(token);
        const after: string = token && `&continuation-token=${encode(token)}`;
        const path: string = `/${bucket}?list-type=2${after}&prefix=${encode(key)}`;
        const xml: string = await pipeline.run(call("ListObjectsV2", "GET", path), async ({ response }) => {
          const text = await readText(response.body, MAX_ANSWER_BYTES);
          if (/<ListBucketResult[\s>]/.test(text)) return text;
          throw createListError("no list");
        });
        for (const [, found = ""] of xml.matchAll(/<Key>([^<]*)<\/Key>/g))
          uris.push(`s3://${bucket}/${unescape(found)}`);
        const next: string | undefined = /<NextContinuationToken>([^<]*)</.exec(xml)?.[1];
        token = next && unescape(next);
      }
      return uris.sort();
    },
  };
}

async function* readPieces(body: ByteStream): AsyncGenerator<Uint8Array, void> {
  try {
    for (;;) {
      const { done, value } = await body.next();
      if (done) return;
      yield value;
    }
  } finally {
    body.cancel();
  }
}

function createListError(what: string): APIError {
  return new APIError(`The answer of S3 is ${what}: check the endpoint and any proxy.`, { code: "ERR_RESPONSE" });
}

/** @throws {InputError} `ERR_INPUT` */
function parseS3Uri(uri: string): S3Location {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  if (bucket !== undefined && !CLIMBING.test(uri.slice("s3:/".length))) return { bucket, key };
  throw new InputError(`${JSON.stringify(uri)} is no object in S3: give "s3://bucket/key".`);
}

function renderPath({ bucket, key }: S3Location): string {
  return `/${bucket}/${key.split("/").map(encode).join("/")}`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Takes the escapes of XML back. Entities of a document's own, and what is no character, stay as they are. */
function unescape(text: string): string {
  return text.replace(/&(?:#(x?[\da-f]{1,8})|(\w{2,4}));/gi, (whole: string, code?: string, name = "") => {
    if (code === undefined) return ENTITIES.get(String(name)) ?? whole;
    const point = Number(/^x/i.test(code) ? `0${code.toLowerCase()}` : code);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
