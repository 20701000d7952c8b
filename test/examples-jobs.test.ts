import { describe, expect, test } from "vitest";
import { createExampleRunner, TIMEOUT_MS } from "./support/example-process.ts";

const { start } = createExampleRunner();

/** Runs an example to its end, and gives what it printed. */
async function run(name: string, args: readonly string[] = []): Promise<string> {
  const { child, output, exitCode } = start(name, args);
  child.stdin.end();
  expect({ code: await exitCode, stderr: output.stderr }).toEqual({ code: 0, stderr: "" });
  return output.stdout;
}

describe("the examples of long work", { timeout: TIMEOUT_MS }, () => {
  test("invoke.mjs shows a model's own body, whole and as a stream", async () => {
    const stdout = await run("invoke.mjs");
    expect(stdout).toMatch(/"text":"1, 2, 3, 4, 5"[^]+usage +\d+ tokens in, \d+ out\n +request id [0-9a-f-]{36}/);
    expect(stdout).toMatch(/"type":"message_start"[^]+"type":"content_block_delta"[^]+"type":"message_stop"[^]+usage/);
  });

  test("batch.mjs answers many questions in one job, in their order", async () => {
    const stdout = await run("batch.mjs", ["--count", "120"]);
    expect(stdout).toMatch(/status +Completed, 120 records done\n +records +120 answered, 0 failed/);
    expect(stdout).toMatch(/R0000000001 {2}7\n +R0000000002 {2}14\n +R0000000003 {2}21/);
    expect(stdout).toMatch(/results +120, in the order/);
  });

  test("video.mjs waits for a video, and reads it from S3", async () => {
    expect(await run("video.mjs")).toMatch(/status +Completed\n +files +s3:.+output\.mp4.*\n +video +[1-9]\d+ bytes/);
  });
});
