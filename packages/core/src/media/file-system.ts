/** What is needed of `node:fs/promises`. */
export interface FileSystem {
  stat(path: string | URL): Promise<{ readonly size: number; isFile(): boolean }>;
  readFile(path: string | URL): Promise<Uint8Array>;
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
  mkdtemp(prefix: string): Promise<string>;
  writeFile(path: string, data: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly recursive: true; readonly force: true }): Promise<void>;
}
