import { DOCUMENTATION_CREDENTIAL, startBedrockLocal, type BedrockLocal } from "@node-llm/bedrock-local";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 60_000;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const MODEL = "us.anthropic.claude-sonnet-4-6";

/** A running example. */
interface Example {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: { stdout: string; stderr: string; stdoutChunks: number };
  /** Settles when it and all its children have ended. */
  readonly exitCode: Promise<number | null>;
  /** Resolves once its standard output holds a text. */
  prints(text: string | RegExp): Promise<void>;
}

const running = new Set<ChildProcessWithoutNullStreams>();

/** Starts an example without any AWS variable but those given. */
function start(name: string, args: readonly string[] = [], env: Record<string, string> = {}): Example {
  const inherited = Object.entries(process.env).filter(([key]) => !/^(AWS_|BEDROCK_|NODE_OPTIONS)/.test(key));
  const child = spawn(process.execPath, [`examples/${name}`, ...args], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...env },
  });
  running.add(child);
  const output = { stdout: "", stderr: "", stdoutChunks: 0 };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    output.stdoutChunks += 1;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const exitCode = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return {
    child,
    output,
    exitCode,
    async prints(text) {
      const isThere = (): boolean => new RegExp(text).test(output.stdout);
      while (!isThere()) {
        if (!running.has(child)) throw new Error(`${name} ended without printing ${text}: ${output.stderr}`);
        await Promise.race([once(child.stdout, "data"), exitCode]);
      }
    },
  };
}

const folder = mkdtempSync(join(tmpdir(), "examples-"));
let server: BedrockLocal | undefined;

async function startServer(): Promise<{ server: BedrockLocal; env: Record<string, string> }> {
  server = await startBedrockLocal({ tokensPerSecond: 500 });
  const env = {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: server.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: DOCUMENTATION_CREDENTIAL.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DOCUMENTATION_CREDENTIAL.secretAccessKey,
  };
  return { server, env };
}

afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await server?.close();
  server = undefined;
});

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

  test("with --live takes endpoint and credentials from the environment, and makes one request", async () => {
    const { server, env } = await startServer();
    const { output, exitCode } = start("demo.mjs", ["--live"], { ...env, BEDROCK_MODEL: "amazon.nova-lite-v1:0" });
    expect(await exitCode).toBe(0);
    expect(output.stdout).toMatch(/Once, [^]+a lighthouse keeper/);
    expect(output.stdout).not.toMatch(/signature|partial/);
    expect(server.requests).toHaveLength(1);
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

  test("says what is missing and ends with 1 when --live has no credentials", async () => {
    const { output, exitCode } = start("demo.mjs", ["--live"], { AWS_REGION: "eu-central-1" });
    expect(await exitCode).toBe(1);
    expect(output.stderr).toMatch(/^\nConfigurationError \(ERR_CONFIGURATION\): .*AWS_ACCESS_KEY_ID/);
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
    server.enqueue({
      events: [
        { event: "messageStart", payload: { role: "assistant" } },
        { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Never ends." } } },
        { waitFor: new Promise(() => {}) },
      ],
    });
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

describe("the examples", { timeout: TIMEOUT_MS }, () => {
  test("chat.mjs goes on after a restart with what was said before", async () => {
    const file = join(folder, "chat.json");
    const first = start("chat.mjs", ["--file", file]);
    first.child.stdin.end("My name is Ada.\n");
    expect(await first.exitCode).toBe(0);
    const second = start("chat.mjs", ["--file", file]);
    second.child.stdin.end("What is my name?\n");
    expect(await second.exitCode).toBe(0);
    expect(first.output.stdout).toContain("Nice to meet you, Ada!");
    expect(second.output.stdout).toContain("Your name is Ada.");
    const saved: { messages: unknown[] } = JSON.parse(readFileSync(file, "utf8"));
    expect(saved.messages).toHaveLength(5);
  });

  test("stream-http.mjs streams an answer, and gives it up when the client goes away", async () => {
    const { server, env } = await startServer();
    const { child, output, exitCode, prints } = start("stream-http.mjs", ["--port", "0", "--live"], env);
    await prints("Open ");
    const url = /http:\S+\//.exec(output.stdout)?.[0] ?? "";

    const answer = await fetch(`${url}?q=Repeat:+Good+morning`);
    expect(await answer.text()).toBe("Good morning");
    await prints(`request id ${server.requests[0]?.id}`);

    server.enqueue({
      events: [
        { event: "messageStart", payload: { role: "assistant" } },
        { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Never ends." } } },
        { waitFor: new Promise(() => {}) },
      ],
    });
    const gone = new AbortController();
    const endless = await fetch(`${url}?q=Go+on`, { signal: gone.signal });
    await endless.body?.getReader().read();
    gone.abort();
    expect(await server.requests[1]?.closed).toBe("aborted");
    await prints("the client left after 11 characters");

    server.enqueue({ error: "ValidationException" });
    expect((await fetch(`${url}?q=Fail`)).status).toBe(502);

    child.kill("SIGINT");
    expect(await exitCode).toBe(0);
  });

  test("errors.mjs shows each failure as what it is", async () => {
    const { output, exitCode } = start("errors.mjs");
    expect(await exitCode).toBe(0);
    const errors = [...output.stdout.matchAll(/^ {2}(\w+Error) \(/gm)].map(([, name]) => name);
    expect(errors).toEqual([
      "RateLimitError",
      "BadRequestError",
      "TimeoutError",
      "AbortError",
      "IncompleteStreamError",
    ]);
    expect(output.stdout).toContain("answer: 42");
    expect(output.stdout).toContain("2 messages in the history");
  });

  test("are all listed in their README", () => {
    const files = readdirSync(join(ROOT, "examples")).filter((file) => file.endsWith(".mjs"));
    const readme = readFileSync(join(ROOT, "examples/README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| \[`(.+?)`\]\(\1\)/gm)].map(([, file]) => file);
    expect(new Set(listed)).toEqual(new Set(files));
  });
});
