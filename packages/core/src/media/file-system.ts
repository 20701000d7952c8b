/** What is needed of `node:fs/promises`. */
export interface FileSystem {
  stat(path: string | URL): Promise<{ readonly size: number; isFile(): boolean }>;
  readFile(path: string | URL): Promise<Uint8Array>;
}
