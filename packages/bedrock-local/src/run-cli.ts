import { readFileSync } from "node:fs";

import { Command, CommanderError, InvalidArgumentError } from "commander";

import { type Credential, DOCUMENTATION_CREDENTIAL } from "./auth.ts";
import { type GuardrailOptions, parseGuardrails } from "./guardrails/options.ts";
import { parseFaults, renderFault } from "./fault-grammar.ts";
import type { InjectedFault } from "./fault-plan.ts";
import { startFaultProxy } from "./fault-proxy.ts";
import { isPlainObject } from "./json.ts";
import type { ReceivedRequest } from "./requests.ts";
import { startBedrockLocal } from "./server.ts";

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
  readonly faults?: string;
  readonly seed: number;
  readonly upstream?: string;
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
const DEFAULT_SEED = 1;
/** Flags for which a proxy has no use. */
const OWN_ANSWERS = ["credentials", "apiKey", "region", "guardrails", "s3", "rate", "cors", "auth"];
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
    checkProxyFlags(options, program);
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
    .option("--faults <rules>", 'what goes wrong: rules as "cut@3#1 throttle~10%", or "any~20%"', parseFaultRules)
    .option("--seed <number>", "seed of what is random", parseSeed, DEFAULT_SEED)
    .option("--upstream <url>", "answer nothing, but pass requests on to this Bedrock, with --faults on the way back")
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

async function serve(options: CliOptions, resources: CliResources, io: CliIo): Promise<number> {
  let server: { readonly url: string; close(): Promise<void> };
  try {
    server = await start(options, resources, io);
  } catch (error) {
    io.stderr(`error: ${renderStartFailure(error, options.host, options.port)}\n`);
    return EXIT_FAILURE;
  }
  // From here on a signal stops the server in order; whoever reads the start-up block may send one at once.
  const stopped = io.stopped();
  if (!options.quiet)
    io.stdout(options.upstream === undefined ? renderBanner(server.url, options) : renderProxy(server.url, options));
  await stopped;
  await server.close();
  return 0;
}

function start(
  options: CliOptions,
  { credentials, guardrails }: CliResources,
  io: CliIo,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { port, host, rate, cors, quiet, region, apiKey, faults, seed, upstream } = options;
  const log = quiet
    ? {}
    : {
        onRequest: (request: ReceivedRequest, durationMs: number) => io.stdout(renderLogLine(request, durationMs)),
        onFault: (fault: InjectedFault) => io.stdout(renderFaultLine(fault)),
      };
  if (upstream !== undefined) return startFaultProxy({ upstream, faults: faults ?? "", seed, port, host, ...log });
  return startBedrockLocal({
    port,
    host,
    cors,
    region,
    guardrails,
    faults,
    seed,
    s3Directory: options.s3,
    apiKeys: apiKey,
    auth: options.auth ? "verify" : "none",
    credentials: credentials.length > 0 ? credentials : undefined,
    tokensPerSecond: rate,
    recordRequests: false,
    ...log,
  });
}

/** What only makes sense for answers of one's own is refused, rather than ignored. */
function checkProxyFlags({ upstream }: CliOptions, program: Command): void {
  if (upstream === undefined) return;
  if (!URL.canParse(upstream) || !/^https?:$/.test(new URL(upstream).protocol)) {
    program.error(`error: --upstream takes an http or https URL, not ${upstream}`);
  }
  if (new URL(upstream).username + new URL(upstream).password !== "") {
    program.error("error: --upstream takes a URL without a name and a password");
  }
  const extra = program.options.find(
    (option) =>
      OWN_ANSWERS.includes(option.attributeName()) && program.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (extra !== undefined) program.error(`error: --upstream answers nothing itself: leave out ${extra.long ?? ""}`);
}

function renderProxy(url: string, { upstream = "", faults = "none", seed }: CliOptions): string {
  return [
    `bedrock-local listens on ${url} (HTTP/1.1 and HTTP/2) and passes on to ${upstream}.`,
    `Faults: ${faults} (seed ${seed}).`,
    "",
    ...SERVICES.map((service) => `export AWS_ENDPOINT_URL_${service}=${url}`),
    "\n",
  ].join("\n");
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

/** What struck, in the words of `--faults`. */
function renderFaultLine({ operation, requestId, ...fault }: InjectedFault): string {
  return `fault ${renderFault(fault)} ${operation ?? "connection"} ${requestId ?? "-"}\n`;
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

function parseFaultRules(text: string): string {
  try {
    parseFaults(text, DEFAULT_SEED);
    return text;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError("Give a whole number from 0 on.");
  return seed;
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
