import type { FileSystem } from "./file-system.ts";

/** What reads files, where the platform has any (Bun, Deno); `undefined` elsewhere. */
export function importFileSystem(): Promise<FileSystem | undefined> {
  const host: { process?: { getBuiltinModule?: (name: string) => FileSystem | undefined } } = globalThis;
  return Promise.resolve(host.process?.getBuiltinModule?.("fs/promises"));
}
