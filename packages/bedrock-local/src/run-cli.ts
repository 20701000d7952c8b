import { readFileSync } from "node:fs";

import { Command, CommanderError, InvalidArgumentError } from "commander";

import { type Credential, DOCUMENTATION_CREDENTIAL } from "./auth.ts";
import { type GuardrailOptions, parseGuardrails } from "./guardrails/options.ts";
import { isPlainObject } from "./json.ts";
import type { ReceivedRequest } from "./requests.ts";
import { type BedrockLocal, startBedrockLocal } from "./server.ts";

/** The world of the command line. */
export interface CliIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Resolves when the user wants the server to stop. Called once, after the server has started. */
  readonly stopped: () => Promise<void>;
}

interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly credentials: readonly string[];
  readonly apiKey: readonly string[];
  readonly rate: number;
  readonly region?: string;
  readonly guardrails?: string;
  readonly s3?: string;
  readonly cors: boolean;
  readonly quiet: boolean;
  readonly auth: boolean;
}

/** Of AWS's services, those that this server answers for; `AWS_ENDPOINT_URL` would lead all the others here, too. */
const SERVICES = ["BEDROCK_RUNTIME", "BEDROCK", "BEDROCK_AGENT_RUNTIME", "S3"];
const DEFAULT_PORT = 8787;
const DEFAULT_TOKENS_PER_SECOND = 60;
const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/**
 * Runs the command line: starts a server, prints how to reach it, logs one line per request, and stops when it is told to.
 *
 * `args` are the arguments after the program's name. Resolves with the exit code: 0 after a stop or `--help`, 1 when the
 * server cannot start, 2 for a flag that is wrong. Prints no secret but the pair of AWS's documentation.
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const program = createProgram().configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  try {
    program.parse(args, { from: "user" });
    const options = program.opts<CliOptions>();
    const credentials = options.credentials.map((text, index) => parseCredential(text, index, program));
    const guardrails = options.guardrails === undefined ? undefined : readGuardrails(options.guardrails, program);
    return await serve(options, { credentials, guardrails }, io);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
}

/** The flags and their help. Parsing throws `CommanderError` where it would end the process. */
export function createProgram(): Command {
  return new Command("bedrock-local")
    .description("A local Amazon Bedrock that speaks the real wire protocol.")
    .version(readVersion())
    .option("--port <number>", "port to listen on; 0 for any free one", parsePort, DEFAULT_PORT)
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option(
      "--credentials <id:secret[:token]>",
      "key pair to accept instead of AWS's documentation pair (repeatable)",
      collect,
      [],
    )
    .option("--api-key <key>", "bearer token to accept (repeatable)", collect, [])
    .option("--region <name>", "accept signatures for this region only")
    .option("--guardrails <file>", "JSON list of the guardrails that requests may name")
    .option("--s3 <folder>", "keep the objects of the S3 subset as files; otherwise they are kept in memory")
    .option("--rate <number>", "pieces of text per second in a stream", parseRate, DEFAULT_TOKENS_PER_SECOND)
    .option("--cors", "let pages of any origin call", false)
    .option("--quiet", "print nothing but errors", false)
    .option("--no-auth", "check neither signatures nor keys")
    .allowExcessArguments(false)
    .exitOverride();
}

interface CliResources {
  readonly credentials: readonly Credential[];
  readonly guardrails: readonly GuardrailOptions[] | undefined;
}

async function serve(options: CliOptions, { credentials, guardrails }: CliResources, io: CliIo): Promise<number> {
  const { port, host, rate, cors, quiet, region, apiKey } = options;
  let server: BedrockLocal;
  try {
    server = await startBedrockLocal({
      port,
      host,
      cors,
      region,
      guardrails,
      s3Directory: options.s3,
      apiKeys: apiKey,
      auth: options.auth ? "verify" : "none",
      credentials: credentials.length > 0 ? credentials : undefined,
      tokensPerSecond: rate,
      recordRequests: false,
      onRequest: quiet ? undefined : (request, durationMs) => io.stdout(renderLogLine(request, durationMs)),
    });
  } catch (error) {
    io.stderr(`error: ${renderStartFailure(error, host, port)}\n`);
    return EXIT_FAILURE;
  }
  // From here on a signal stops the server in order; whoever reads the start-up block may send one at once.
  const stopped = io.stopped();
  if (!quiet) io.stdout(renderBanner(server.url, options));
  await stopped;
  await server.close();
  return 0;
}

function renderBanner(url: string, { credentials, apiKey, region, auth }: CliOptions): string {
  const lines = [
    `bedrock-local listens on ${url} (HTTP/1.1 and HTTP/2).`,
    "",
    ...SERVICES.map((service) => `export AWS_ENDPOINT_URL_${service}=${url}`),
    `export AWS_REGION=${region ?? "us-east-1"}`,
  ];
  if (credentials.length === 0) {
    lines.push(
      `export AWS_ACCESS_KEY_ID=${DOCUMENTATION_CREDENTIAL.accessKeyId}`,
      `export AWS_SECRET_ACCESS_KEY=${DOCUMENTATION_CREDENTIAL.secretAccessKey}`,
      "unset AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK",
    );
  } else {
    lines.push("# and the AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY that you gave with --credentials");
  }
  if (apiKey.length > 0) lines.push("# or AWS_BEARER_TOKEN_BEDROCK with the key that you gave with --api-key");
  if (!auth) lines.push("# Nothing is checked: any credentials will do.");
  return `${lines.join("\n")}\n\n`;
}

/** The query is left out: it can carry a signature. */
function renderLogLine({ method, path, status, id }: ReceivedRequest, durationMs: number): string {
  const [pathOnly = ""] = path.split("?", 1);
  return `${method} ${pathOnly} ${status ?? "-"} ${Math.round(durationMs)} ms ${id}\n`;
}

function renderStartFailure(error: unknown, host: string, port: number): string {
  if (isPlainObject(error) && error["code"] === "EADDRINUSE") {
    return `port ${port} on ${host} is in use. Give another one with --port, or 0 for any free one.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `cannot listen on ${host} port ${port}: ${reason}. Check --host and --port.`;
}

/** The argument is not repeated in the message: it holds a secret. */
function parseCredential(text: string, index: number, program: Command): Credential {
  const [accessKeyId, secretAccessKey, sessionToken, ...rest] = text.split(":");
  if (!accessKeyId || !secretAccessKey || sessionToken === "" || rest.length > 0) {
    program.error(`error: --credentials number ${index + 1} is not in the form id:secret or id:secret:token`);
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function readGuardrails(file: string, program: Command): readonly GuardrailOptions[] {
  try {
    return parseGuardrails(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return program.error(`error: --guardrails ${file} cannot be used: ${reason}`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("Give a whole number from 0 to 65535.");
  return port;
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0)) throw new InvalidArgumentError("Give a number greater than 0.");
  return rate;
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const version = isPlainObject(manifest) ? manifest["version"] : undefined;
  return typeof version === "string" ? version : "unknown";
}
