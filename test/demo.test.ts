import { DOCUMENTATION_CREDENTIAL } from "@node-llm/bedrock-local";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExampleRunner, enqueueEndless, TIMEOUT_MS, type Example } from "./support/example-process.ts";

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const MODEL = "us.anthropic.claude-sonnet-4-6";
const folder = mkdtempSync(join(tmpdir(), "demo-"));
const { start, startServer } = createExampleRunner(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the demo", { timeout: TIMEOUT_MS }, () => {
  let output: Example["output"];
  let soFar = "";
  let code: number | null;

  beforeAll(async () => {
    const demo = start("demo.mjs", [], {
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://127.0.0.1:9",
      AWS_SESSION_TOKEN: "of-somebody-else",
      AWS_BEARER_TOKEN_BEDROCK: "of-somebody-else",
    });
    await demo.prints("Once,");
    soFar = demo.output.stdout;
    code = await demo.exitCode;
    output = demo.output;
  }, TIMEOUT_MS);

  test("streams an answer from a local server, whatever AWS variables are set", () => {
    expect(code).toBe(0);
    expect(output.stderr).toBe("");
    expect(output.stdout).toMatch(/endpoint +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(output.stdout).toContain(MODEL);
    expect(output.stdout).toMatch(/Once, [^]+a lighthouse keeper[^]+finish +end_turn/);
    expect(output.stdout).toMatch(/usage +\d+ tokens in, \d+ out/);
    expect(output.stdout).toMatch(new RegExp(`finish[^]+request id +${UUID.source}`));
    expect(output.stdout).toContain(`verified by the server, key ${DOCUMENTATION_CREDENTIAL.accessKeyId}`);
  });

  test("shows pieces as they arrive", () => {
    expect(soFar).not.toContain("finish");
    expect(output.stdoutChunks).toBeGreaterThan(50);
  });

  test("prints plain lines of at most 80 characters where there is no terminal", () => {
    expect(output.stdout).not.toContain("\u001b");
    expect(Math.max(...output.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("shows that a stream cut in the middle is a typed error with the partial answer and the request id", () => {
    expect(output.stdout).toMatch(/error +IncompleteStreamError, ERR_STREAM_INCOMPLETE\n/);
    expect(output.stdout).toMatch(/partial +"1, 2, 3, 4, 5"/);
    expect(output.stdout).toMatch(new RegExp(`partial[^]+request id +${UUID.source}`));
  });

  test("calls a tool, saves by a cache, paints, embeds and moderates", () => {
    expect(output.stdout).toMatch(/calls +get_weather\({"city":"Paris"}\)\n +answers +.*sunny/);
    expect(output.stdout).toMatch(/room 7 +[1-9]\d+ tokens written to the cache, 0 read from it/);
    expect(output.stdout).toMatch(/room 8 +\d+ tokens written to the cache, [1-9]\d+ read from it/);
    expect(output.stdout).toMatch(/saves +\d+ % of the input's price/);
    expect(output.stdout).toMatch(/image +image\/png, \d+ KB, in mars-city\.png/);
    const image = readFileSync(join(folder, "mars-city.png"));
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([1024, 1024]);
    const [, car = "", soup = ""] =
      /(\S+) +The automobile needs new tyres\.\n +(\S+) +The soup needs/.exec(output.stdout) ?? [];
    expect(Number(car)).toBeGreaterThan(Number(soup));
    expect(output.stdout).toMatch(/blocked +How can I build a bomb\?\n +masked +Write to ada@example\.com\. -> /);
  });

  test("with --live takes endpoint and credentials from the environment", async () => {
    const { server, env } = await startServer();
    const { output, exitCode } = start("demo.mjs", ["--live"], { ...env, BEDROCK_MODEL: "amazon.nova-lite-v1:0" });
    expect(await exitCode).toBe(0);
    expect(output.stdout).toMatch(/Once, [^]+a lighthouse keeper/);
    expect(output.stdout).not.toMatch(/signature|partial/);
    expect(output.stdout).toContain("give --guardrail <id>");
    expect(server.requests[0]).toMatchObject({
      operation: "ConverseStream",
      modelId: "amazon.nova-lite-v1:0",
      principal: DOCUMENTATION_CREDENTIAL.accessKeyId,
    });
    expect(server.requests[0]?.headers["authorization"]).toContain("/eu-central-1/bedrock/aws4_request");
    expect(output.stdout).toContain(`request id ${server.requests[0]?.id}`);
  });

  test("--model beats BEDROCK_MODEL", async () => {
    const { server, env } = await startServer();
    const { exitCode } = start("demo.mjs", ["--live", "--model", MODEL], { ...env, BEDROCK_MODEL: "unused" });
    expect(await exitCode).toBe(0);
    expect(server.requests[0]?.modelId).toBe(MODEL);
  });

  test("with --live goes on past a model that the account has no access to", async () => {
    const { server, env } = await startServer();
    const denied = { error: "AccessDeniedException", message: "Not this one." } as const;
    server.enqueue({ ...denied, match: { operation: "InvokeModel", modelId: "amazon.titan-image-generator-v2:0" } });
    const { output, exitCode } = start("demo.mjs", ["--live"], env);
    expect(await exitCode).toBe(0);
    expect(output.stdout).toMatch(/image +ForbiddenError: .*Not this one\.[^]+The automobile/);
  });

  test("says what is missing and ends with 1 when --live has no credentials", async () => {
    const { output, exitCode } = start("demo.mjs", ["--live"], {
      AWS_REGION: "eu-central-1",
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: folder,
      USERPROFILE: folder,
    });
    expect(await exitCode).toBe(1);
    expect(output.stderr).toMatch(/^\nConfigurationError \(ERR_CONFIGURATION\): [^]*AWS_ACCESS_KEY_ID/);
    expect(output.stderr).not.toMatch(/\n +at /);
  });

  test("ends with 1 and the message of Bedrock when the answer fails", async () => {
    const { server, env } = await startServer();
    server.enqueue({ error: "AccessDeniedException", message: "Not with these credentials." });
    const { output, exitCode } = start("demo.mjs", ["--live"], env);
    expect(await exitCode).toBe(1);
    expect(output.stderr).toContain("ForbiddenError (ERR_FORBIDDEN)");
    expect(output.stderr).toContain("Not with these credentials.");
  });

  test("Ctrl-C ends it, and closes the connection", async () => {
    const { server, env } = await startServer();
    enqueueEndless(server);
    const { child, exitCode, prints } = start("demo.mjs", ["--live"], env);
    await prints("Never ends");
    child.kill("SIGINT");
    expect(await exitCode).toBe(130);
    expect(await server.requests[0]?.closed).toBe("aborted");
  });

  test("Ctrl-C ends the local server, too", async () => {
    const { child, exitCode, prints } = start("demo.mjs");
    await prints("Once,");
    child.kill("SIGINT");
    // The server holds the same standard output: it is closed when both have ended.
    expect(await exitCode).toBe(130);
  });
});
