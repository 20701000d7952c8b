import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, extname, join, relative, sep } from "node:path";

import { isPlainObject } from "../json.ts";
import { S3Error } from "./s3-error.ts";
import { compareKeys, computeEtag, DEFAULT_CONTENT_TYPE, type ObjectStore, type StoredEntry } from "./store.ts";

/** Content types are not kept in a folder; they go by the end of the name. */
const TYPE_BY_EXTENSION: Readonly<Record<string, string>> = {
  ".json": "application/json",
  ".jsonl": "application/x-ndjson",
  ".out": "application/x-ndjson",
  ".mp4": "video/mp4",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".txt": "text/plain",
};
/** Files in the making begin with this; no key is stored under such a name, as `%` is escaped. */
const UNFINISHED = "%tmp-";

/**
 * Keeps objects as files: `<folder>/<bucket>/<key>`. The parts of a key are percent-encoded where they are no plain file
 * names, so that no key leads out of the folder. A file is there whole or not at all.
 *
 * `put` throws `S3Error` `InvalidRequest` for a key that would need a folder where a file is, or the other way round.
 */
export function createFolderStore(folder: string): ObjectStore {
  const locate = (bucket: string, key: string): string => join(folder, bucket, ...key.split("/").map(encodePart));
  return {
    async put(bucket, key, bytes): Promise<void> {
      const path = locate(bucket, key);
      const unfinished = join(folder, bucket, `${UNFINISHED}${randomUUID()}`);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(unfinished, bytes);
        await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true });
        if (!hasCode(error, "EEXIST", "EISDIR", "ENOTDIR", "ENOTEMPTY", "ENAMETOOLONG", "EPERM")) throw error;
        throw new S3Error(
          "InvalidRequest",
          `The key ${key} cannot be a file beside those that the folder has already.`,
        );
      }
    },
    async get(bucket, key) {
      const path = locate(bucket, key);
      const bytes = await orNothing(readFile(path));
      if (bytes === undefined) return undefined;
      const contentType = TYPE_BY_EXTENSION[extname(path)] ?? DEFAULT_CONTENT_TYPE;
      return { bytes, contentType, modifiedAt: (await stat(path)).mtimeMs };
    },
    async remove(bucket, key): Promise<void> {
      const path = locate(bucket, key);
      await orNothing(rm(path));
      await removeEmptyFolders(dirname(path), join(folder, bucket));
    },
    async addBucket(bucket): Promise<void> {
      await mkdir(join(folder, bucket), { recursive: true });
    },
    list: (bucket) => listFolder(join(folder, bucket)),
  };
}

/** Removes folders that hold nothing any more, from `path` up to `root`, which stays. */
async function removeEmptyFolders(path: string, root: string): Promise<void> {
  try {
    for (let at = path; at !== root; at = dirname(at)) await rmdir(at);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR")) throw error;
  }
}

async function listFolder(root: string): Promise<StoredEntry[] | undefined> {
  const found = await orNothing(readdir(root, { recursive: true, withFileTypes: true }));
  if (found === undefined) return undefined;
  const files = found.filter((entry) => entry.isFile() && !entry.name.startsWith(UNFINISHED));
  const entries = files.map(async (entry): Promise<StoredEntry> => {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const key = relative(root, path).split(sep).map(decodePart).join("/");
    return { key, size: bytes.byteLength, etag: computeEtag(bytes), modifiedAt: (await stat(path)).mtimeMs };
  });
  return (await Promise.all(entries)).sort(compareKeys);
}

/** One part of a key as a file name. `%` alone stands for the empty part. */
function encodePart(part: string): string {
  if (part === "") return "%";
  return /^\.+$/.test(part) ? part.replaceAll(".", "%2E") : encodeURIComponent(part).replaceAll("*", "%2A");
}

function decodePart(name: string): string {
  return name === "%" ? "" : decodeURIComponent(name);
}

/** The result, or `undefined` when there is no such file, or a folder in its place. */
async function orNothing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, "ENOENT", "EISDIR", "ENOTDIR", "ENAMETOOLONG", "ERR_FS_EISDIR")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isPlainObject(error) && typeof error["code"] === "string" && codes.includes(error["code"]);
}
