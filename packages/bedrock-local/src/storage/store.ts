import { createHash } from "node:crypto";

/** A stored object. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** In milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** A key with what a listing tells of its object. */
export interface StoredEntry {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: number;
}

/** Buckets of objects. A bucket comes into being when something is first put into it. */
export interface ObjectStore {
  put(bucket: string, key: string, bytes: Uint8Array, contentType?: string): Promise<void>;
  /** `undefined` when there is no such object. */
  get(bucket: string, key: string): Promise<StoredObject | undefined>;
  remove(bucket: string, key: string): Promise<void>;
  /** Makes an empty bucket, if there is none of the name. */
  addBucket(bucket: string): Promise<void>;
  /** All objects of a bucket, sorted by the bytes of their keys; `undefined` when there is no such bucket. */
  list(bucket: string): Promise<readonly StoredEntry[] | undefined>;
}

/** What is stored without a content type has this one, as on S3. */
export const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

/** The `etag` of an object's bytes, without quotation marks. */
export function computeEtag(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Sorts by the bytes of the keys in UTF-8, as S3 lists. */
export function compareKeys(a: { readonly key: string }, b: { readonly key: string }): number {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}

interface MemoryObject extends StoredObject {
  readonly etag: string;
}

/** Keeps objects in memory, until the server is gone. `now` gives milliseconds since 1970. */
export function createMemoryStore(now: () => number): ObjectStore {
  const buckets = new Map<string, Map<string, MemoryObject>>();
  return {
    async put(bucket, key, bytes, contentType = DEFAULT_CONTENT_TYPE): Promise<void> {
      const objects = buckets.get(bucket) ?? new Map<string, MemoryObject>();
      buckets.set(bucket, objects);
      objects.set(key, { bytes, contentType, modifiedAt: now(), etag: computeEtag(bytes) });
    },
    get: async (bucket, key) => buckets.get(bucket)?.get(key),
    async remove(bucket, key): Promise<void> {
      buckets.get(bucket)?.delete(key);
    },
    async addBucket(bucket): Promise<void> {
      if (!buckets.has(bucket)) buckets.set(bucket, new Map());
    },
    async list(bucket): Promise<StoredEntry[] | undefined> {
      const objects = buckets.get(bucket);
      if (objects === undefined) return undefined;
      return [...objects]
        .map(([key, { bytes, etag, modifiedAt }]) => ({ key, size: bytes.byteLength, etag, modifiedAt }))
        .sort(compareKeys);
    },
  };
}
