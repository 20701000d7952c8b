import { DOCUMENTATION_CREDENTIAL, startBedrockLocal, type BedrockLocal } from "@node-llm/bedrock-local";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

/** The repository. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
/** Processes start slowly on a busy machine. */
export const TIMEOUT_MS = 60_000;

/** A running example. */
export interface Example {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: { stdout: string; stderr: string; stdoutChunks: number };
  /** Settles when it and all its children have ended. */
  readonly exitCode: Promise<number | null>;
  /** Resolves once its standard output holds a text. */
  prints(text: string | RegExp): Promise<void>;
}

/** A local Bedrock, and the variables that lead an example with `--live` to it. */
export interface ExampleServer {
  readonly server: BedrockLocal;
  readonly env: Record<string, string>;
}

/** How a test file runs examples; all that it starts ends after each test. */
export interface ExampleRunner {
  /** Starts an example without any AWS variable but those given. */
  start(name: string, args?: readonly string[], env?: Record<string, string>): Example;
  startServer(): Promise<ExampleServer>;
}

/**
 * To be called once in a test file.
 *
 * @param cwd where the examples run. Default: the repository
 */
export function createExampleRunner(cwd: string = ROOT): ExampleRunner {
  const running = new Set<ChildProcessWithoutNullStreams>();
  const servers: BedrockLocal[] = [];
  afterEach(async () => {
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return {
    start: (name, args = [], env = {}) => startExample(running, name, args, env, cwd),
    async startServer() {
      const server = await startBedrockLocal({ tokensPerSecond: 500 });
      servers.push(server);
      const env = {
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: DOCUMENTATION_CREDENTIAL.accessKeyId,
        AWS_SECRET_ACCESS_KEY: DOCUMENTATION_CREDENTIAL.secretAccessKey,
      };
      return { server, env };
    },
  };
}

function startExample(
  running: Set<ChildProcessWithoutNullStreams>,
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Example {
  const inherited = Object.entries(process.env).filter(([key]) => !/^(AWS_|BEDROCK_|NODE_OPTIONS)/.test(key));
  const child = spawn(process.execPath, [join(ROOT, "examples", name), ...args], {
    cwd,
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

/** Scripts a stream that begins, and then says nothing more. */
export function enqueueEndless(server: BedrockLocal): void {
  server.enqueue({
    events: [
      { event: "messageStart", payload: { role: "assistant" } },
      { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Never ends." } } },
      { waitFor: new Promise(() => {}) },
    ],
  });
}
