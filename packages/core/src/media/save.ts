import { importFileSystem } from "#media";
import { CapabilityError, InputError } from "../errors.ts";
import type { FileSystem } from "./file-system.ts";

/** A file to write. Its bytes are asked for when it is its turn, so that only one is in memory at a time. */
export interface FileDraft {
  readonly path: string;
  readonly read: () => Promise<Uint8Array>;
}

/** The folder with its separator at the end, and the file's name. */
const PATH = /^(.*[/\\])?(?!\.{1,2}$)([^/\\]+)$/s;

/**
 * Writes files, all or none: first into a new folder beside the first of them, then each is moved to its place. Folders
 * that are missing are made; old files are replaced. When a move fails, those that were new are taken back.
 *
 * @throws {InputError} `ERR_INPUT` when a path is none, or is a folder
 * @throws {CapabilityError} `ERR_CAPABILITY` when there are no files here
 * @throws the platform's own error when one cannot be written
 */
export async function saveFiles(
  drafts: readonly FileDraft[],
  importFiles: () => Promise<FileSystem | undefined> = importFileSystem,
): Promise<void> {
  const folders = drafts.map(({ path }) => folderOf(path));
  const [folder] = folders;
  if (folder === undefined) return;
  const files = await importFiles();
  if (!files) throw new CapabilityError("There are no files here: take toBuffer(), toStream() or blob().");
  for (const each of new Set(folders)) if (each !== "") await files.mkdir(each, { recursive: true });
  const added = new Set<string>();
  for (const { path } of drafts) if (!(await isReplaced(files, path))) added.add(path);
  const temporary = await files.mkdtemp(`${folder}.saving-`);
  let placed = 0;
  try {
    for (const [index, { read }] of drafts.entries()) await files.writeFile(`${temporary}/${index}`, await read());
    for (const [index, { path }] of drafts.entries()) {
      await files.rename(`${temporary}/${index}`, path);
      placed++;
    }
  } catch (error) {
    for (const { path } of drafts.slice(0, placed)) {
      if (added.has(path)) await files.rm(path, { recursive: true, force: true });
    }
    throw error;
  } finally {
    await files.rm(temporary, { recursive: true, force: true });
  }
}

/**
 * `images/mars.png` with the number 2 is `images/mars-2.png`.
 *
 * @throws {InputError} `ERR_INPUT` when the path is none of a file
 */
export function numberPath(path: string, number: number): string {
  folderOf(path);
  return path.replace(/(\.[^./\\]*)?$/, `-${number}$&`);
}

function folderOf(path: unknown): string {
  const isPath = typeof path === "string" && !path.includes("\0") && !/^[a-z][a-z0-9+.-]+:\/\//i.test(path);
  const parts = isPath ? PATH.exec(path) : null;
  if (parts) return parts[1] ?? "";
  throw new InputError(`${JSON.stringify(path)} is no path of a file: give one like "images/mars.png".`);
}

/** @throws {InputError} `ERR_INPUT` when there is something that is no file */
async function isReplaced(files: FileSystem, path: string): Promise<boolean> {
  let info: Awaited<ReturnType<FileSystem["stat"]>>;
  try {
    info = await files.stat(path);
  } catch {
    return false;
  }
  if (!info.isFile())
    throw new InputError(`${JSON.stringify(path)} is there already, and is no file: give another path.`);
  return true;
}
