import * as realFiles from "node:fs/promises";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FileSystem } from "../../src/media/file-system.ts";
import { numberPath, saveFiles } from "../../src/media/save.ts";
import { encodeUtf8 } from "../../src/bytes/utf8.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "save-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const draft = (name: string, content = name) => ({
  path: join(folder, name),
  read: () => Promise.resolve(encodeUtf8(content)),
});
const filesOf = (): string[] => readdirSync(folder, { recursive: true }).map(String).sort();
const contentOf = (name: string): string => readFileSync(join(folder, name), "utf8");
/** A file system of which some functions differ. */
const withFiles = (over: Partial<FileSystem>) => () => Promise.resolve({ ...(realFiles as FileSystem), ...over });

test("files go into folders that are made, in place of old ones", async () => {
  writeFileSync(join(folder, "a.txt"), "old and longer");
  await saveFiles([draft("a.txt", "new"), draft("b/c/d.txt")]);
  expect(filesOf()).toEqual(["a.txt", "b", "b/c", "b/c/d.txt"]);
  expect([contentOf("a.txt"), contentOf("b/c/d.txt")]).toEqual(["new", "b/c/d.txt"]);
});

test("a path without a folder is one of the working folder", async () => {
  const written: string[] = [];
  const over: Partial<FileSystem> = {
    mkdir: (path) => Promise.reject(new Error(path)),
    stat: () => Promise.reject(new Error("none")),
    mkdtemp: (prefix) => Promise.resolve(`${prefix}1`),
    writeFile: (path) => Promise.resolve(void written.push(path)),
    rename: (from, to) => Promise.resolve(void written.push(from, to)),
    rm: (path) => Promise.resolve(void written.push(path)),
  };
  await saveFiles([{ path: "a.txt", read: () => Promise.resolve(encodeUtf8("a")) }], withFiles(over));
  expect(written).toEqual([".saving-1/0", ".saving-1/0", "a.txt", ".saving-1"]);
});

test("nothing is left of files that cannot be written", async () => {
  writeFileSync(join(folder, "a.txt"), "old");
  const writeFile: FileSystem["writeFile"] = (path, data) =>
    path.endsWith("/1") ? Promise.reject(new Error("The disk is full.")) : realFiles.writeFile(path, data);
  const saving = saveFiles([draft("a.txt"), draft("b.txt")], withFiles({ writeFile }));
  await expect(saving).rejects.toThrow("The disk is full.");
  expect(filesOf()).toEqual(["a.txt"]);
  expect(contentOf("a.txt")).toBe("old");
});

test("what was moved to its place is taken back when another cannot be", async () => {
  const rename: FileSystem["rename"] = (from, to) =>
    to.endsWith("c.txt") ? Promise.reject(new Error("No.")) : realFiles.rename(from, to);
  const saving = saveFiles([draft("a.txt"), draft("b.txt"), draft("c.txt")], withFiles({ rename }));
  await expect(saving).rejects.toThrow("No.");
  expect(filesOf()).toEqual([]);
});

test("what had replaced an old file is not taken back, as nothing would be left", async () => {
  writeFileSync(join(folder, "a.txt"), "old");
  const rename: FileSystem["rename"] = (from, to) =>
    to.endsWith("b.txt") ? Promise.reject(new Error("No.")) : realFiles.rename(from, to);
  await expect(saveFiles([draft("a.txt", "new"), draft("b.txt")], withFiles({ rename }))).rejects.toThrow("No.");
  expect(filesOf()).toEqual(["a.txt"]);
  expect(contentOf("a.txt")).toBe("new");
});

test("one image is in memory at a time", async () => {
  let open = 0;
  const writeFile: FileSystem["writeFile"] = () => Promise.resolve(void open--);
  const read = () => {
    expect(++open).toBe(1);
    return Promise.resolve(encodeUtf8("x"));
  };
  const rename = () => Promise.resolve();
  await saveFiles(
    [
      { ...draft("a"), read },
      { ...draft("b"), read },
    ],
    withFiles({ writeFile, rename }),
  );
  expect(open).toBe(0);
});

test("where there are no files, it is said what else can be done", async () => {
  await expect(saveFiles([draft("a.txt")], () => Promise.resolve(undefined))).rejects.toMatchObject({
    code: "ERR_CAPABILITY",
    message: expect.stringContaining("toBuffer()") as unknown,
  });
});

test("no files are no work", async () => {
  await saveFiles([], () => expect.unreachable());
  expect(filesOf()).toEqual([]);
});

test.each([
  ["mars.png", "mars-2.png"],
  ["a.b/mars", "a.b/mars-2"],
  ["a/mars.tar.gz", "a/mars.tar-2.gz"],
  ["a\\b.png", "a\\b-2.png"],
  ["$&.png", "$&-2.png"],
])("%s gets a number", (path, expected) => {
  expect(numberPath(path, 2)).toBe(expected);
});

test.each(["", "images/", ".", "..", "images/..", "a\0.png", "https://a/b.png"])(
  "%j is no path of a file",
  async (path) => {
    expect(() => numberPath(path, 1)).toThrow(expect.objectContaining({ code: "ERR_INPUT" }));
    await expect(saveFiles([{ path, read: () => expect.unreachable() }])).rejects.toMatchObject({ code: "ERR_INPUT" });
  },
);
