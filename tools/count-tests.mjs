// Reads a JSON report of vitest and prints "<passed> <failed> <skipped>". A test file that could not be loaded, and a report
// that is missing or empty, count as one failure each.
import { existsSync, readFileSync } from "node:fs";

/**
 * @typedef {object} FileResult
 * @property {"passed" | "failed"} status
 * @property {{ status: string }[]} assertionResults
 */

/**
 * @param {string} path of the report
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
function countTests(path) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  /** @type {{ testResults: FileResult[] }} */
  const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { testResults: [] };
  for (const file of report.testResults) {
    const statuses = file.assertionResults.map((test) => test.status);
    for (const status of statuses) {
      if (status === "passed" || status === "failed") count[status] += 1;
      else count.skipped += 1;
    }
    if (file.status === "failed" && !statuses.includes("failed")) count.failed += 1;
  }
  if (count.passed + count.failed === 0) count.failed = 1;
  return count;
}

const { passed, failed, skipped } = countTests(process.argv[2] ?? "");
console.log(passed, failed, skipped);
