import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkHeap } from "../chaos/heap.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
/** Room for a busy machine. */
const TIMEOUT_MS = 300_000;

/** Runs a program of chaos/ as it is used, built. */
async function runProgram(...args: string[]): Promise<{ code: number; stdout: string }> {
  const done = run(process.execPath, ["--expose-gc", ...args], { cwd: root, maxBuffer: 10_000_000 });
  return done.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
}

test(
  "calls under random faults end in the right answer or a typed error, and leave nothing behind",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "chaos-"));
    const file = join(folder, "report.md");
    const { code, stdout } = await runProgram("chaos/run.mjs", "--seed", "1", "--calls", "150", "--report", file);
    expect(stdout).toContain("No violation.");
    expect(stdout).toContain("seed 1: 150 calls");
    expect(stdout).toMatch(/^(corrupt-\w+|cut|exception=\w+) .*[1-9]/m);
    expect(stdout).toMatch(/^\w[\w-]+@connect +[1-9]\d* +– +–$/m);
    expect(code).toBe(0);
    const markdown = readFileSync(file, "utf8");
    expect(markdown).toContain("No violation.");
    expect(markdown).toMatch(/^\| stream \| \d+ \| .*right answer \d+/m);
    rmSync(folder, { recursive: true });
  },
  TIMEOUT_MS,
);

test(
  "the checks find every defect that is put around the library",
  async () => {
    const { code, stdout } = await runProgram("chaos/find-defects.mjs", "--json");
    const found: Record<string, { isFound: boolean; violations: string[] }> = JSON.parse(stdout);
    expect(Object.keys(found).length).toBeGreaterThan(10);
    expect(Object.entries(found).filter(([, { isFound }]) => !isFound)).toEqual([]);
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);

test("a heap that grows is found; one that warms up, or goes up and down, is not", () => {
  const grown = Array.from({ length: 40 }, (_, round) => 20 + round / 5);
  expect(checkHeap(grown)).toEqual(["the heap grew by 4.6 MB"]);
  const warm = Array.from({ length: 40 }, (_, round) => (round < 6 ? 10 + 2 * round : 22) + (round % 3));
  expect(checkHeap(warm)).toEqual([]);
  expect(checkHeap([10, 20, 30, 40])).toEqual([]);
});
