import type { FileSystem } from "./file-system.ts";

/** What reads files; loaded when the first one is read. */
export function importFileSystem(): Promise<FileSystem | undefined> {
  return import("node:fs/promises");
}
