import { setTimeout as delay } from "node:timers/promises";

import { DOCUMENTATION_CREDENTIAL, type AuthPolicy, type Credential } from "./auth.ts";
import { resolveFaults } from "./fault-grammar.ts";
import type { ChooseFaults, FaultChooser, FaultOptions, InjectedFault } from "./fault-plan.ts";
import { type GuardrailOptions, parseGuardrails } from "./guardrails/options.ts";
import type { ReceivedRequest } from "./requests.ts";

/** Waits `ms` milliseconds; rejects as soon as `signal` is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Options of `startBedrockLocal`. */
export interface BedrockLocalOptions {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Key pairs to accept. Default: only the pair of AWS's documentation. */
  readonly credentials?: readonly Credential[] | undefined;
  /** Bearer tokens to accept. Default: none. */
  readonly apiKeys?: readonly string[] | undefined;
  /**
   * The only region whose signatures are accepted, and the one that resources are named after. Default: any, and that of
   * the signature.
   */
  readonly region?: string | undefined;
  /** `"none"` lets everyone in. Default `"verify"`. */
  readonly auth?: "verify" | "none" | undefined;
  /** The guardrails that requests may name. Default: a sample policy answers to every id. */
  readonly guardrails?: readonly GuardrailOptions[] | undefined;
  /** Ids of models that answer `AccessDeniedException`, with every profile and ARN of theirs. Default: none. */
  readonly deniedModels?: readonly string[] | undefined;
  /** Folder for the objects of the S3 subset, kept as `<bucket>/<key>`. Default: they are kept in memory. */
  readonly s3Directory?: string | undefined;
  /** How long async invocations and batch jobs take by the server's clock, in milliseconds. Default 1000. */
  readonly jobDurationMs?: number | undefined;
  /** Fewest records of a batch job; fewer let it fail. Default 1; AWS's quota is 100. */
  readonly minBatchRecords?: number | undefined;
  /** What the endpoint URL carries before the service's own paths, as `/some/prefix`. Default: nothing. */
  readonly pathPrefix?: string | undefined;
  /** How fast a stream of the built-in model runs, in pieces of text per second. Default: as fast as it can. */
  readonly tokensPerSecond?: number | undefined;
  /** Whether streams of the built-in model are cut at random bytes, as a network does. Default `true`. */
  readonly randomCuts?: boolean | undefined;
  /** Whether a page of any origin may call. Default `false`. */
  readonly cors?: boolean | undefined;
  /** Seed of all that is random: cuts, padding, the model's choices. The same seed and requests give the same bytes. Default 1. */
  readonly seed?: number | undefined;
  /** The clock, in milliseconds since 1970: for `date` headers, signature ages and expiry. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Waits between pieces and in scripts. Default: a real timer. */
  readonly sleep?: Sleep | undefined;
  /**
   * What goes wrong with answers of the built-in models: at random, as a text of rules says (`"cut@3#1 throttle~10%"`), or as a
   * function decides. Scripted replies are sent as they are. With this option, requests of the same path and body get the same
   * answer however many came between. Default: nothing.
   */
  readonly faults?: FaultOptions | ChooseFaults | FaultChooser | string | undefined;
  /** Called as each of these faults strikes, with the request unless it struck a connection as it opened. Default: nothing. */
  readonly onFault?: ((fault: InjectedFault, request: ReceivedRequest | undefined) => void) | undefined;
  /** Whether `requests` and `faults` are kept; switch it off for a server that runs for long. Default `true`. */
  readonly recordRequests?: boolean | undefined;
  /** Called when an exchange is over, with the time it took by the server's clock. Default: nothing. */
  readonly onRequest?: ((request: ReceivedRequest, durationMs: number) => void) | undefined;
}

/** The options with every default in its place. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** `undefined`: everyone is let in. */
  readonly authPolicy: AuthPolicy | undefined;
  /** `undefined`: a sample policy answers to every id. */
  readonly guardrails: readonly GuardrailOptions[] | undefined;
  /** The region that resources are named after; `undefined`: that of the request. */
  readonly region: string | undefined;
  readonly deniedModels: readonly string[];
  /** `undefined`: objects are kept in memory. */
  readonly s3Directory: string | undefined;
  readonly jobDurationMs: number;
  readonly minBatchRecords: number;
  readonly pathPrefix: string;
  readonly tokensPerSecond: number;
  readonly randomCuts: boolean;
  readonly cors: boolean;
  readonly seed: number;
  readonly now: () => number;
  readonly sleep: Sleep;
  /** `undefined`: nothing goes wrong. */
  readonly faults: FaultChooser | undefined;
  readonly onFault: (fault: InjectedFault, request: ReceivedRequest | undefined) => void;
  readonly recordRequests: boolean;
  readonly onRequest: (request: ReceivedRequest, durationMs: number) => void;
}

/** Every option, so that a misspelt one fails instead of being ignored. */
const NAMES: Readonly<Record<keyof BedrockLocalOptions, true>> = {
  port: true,
  host: true,
  credentials: true,
  apiKeys: true,
  region: true,
  guardrails: true,
  deniedModels: true,
  auth: true,
  s3Directory: true,
  jobDurationMs: true,
  minBatchRecords: true,
  pathPrefix: true,
  tokensPerSecond: true,
  randomCuts: true,
  cors: true,
  seed: true,
  now: true,
  sleep: true,
  faults: true,
  onFault: true,
  recordRequests: true,
  onRequest: true,
};

/** Fills in the defaults. Throws `RangeError` or `TypeError` that names the option and what was received. */
export function resolveOptions(options: BedrockLocalOptions): Settings {
  const { credentials = [DOCUMENTATION_CREDENTIAL], apiKeys = [], region, auth = "verify" } = options;
  const { port = 0, pathPrefix = "", tokensPerSecond = Infinity, seed = 1, faults } = options;
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name));
  if (unknown !== undefined) {
    throw new TypeError(
      `startBedrockLocal does not know the option ${unknown}: give ${Object.keys(NAMES).join(", ")}.`,
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`The option port must be a whole number from 0 to 65535, not ${port}.`);
  }
  if (!(tokensPerSecond > 0)) {
    throw new RangeError(`The option tokensPerSecond must be greater than 0, not ${tokensPerSecond}.`);
  }
  if (auth !== "verify" && auth !== "none") {
    throw new TypeError(`The option auth must be "verify" or "none", not "${String(auth)}".`);
  }
  return {
    port,
    host: options.host ?? "127.0.0.1",
    authPolicy: auth === "none" ? undefined : { credentials, apiKeys, region },
    guardrails: options.guardrails === undefined ? undefined : parseGuardrails(options.guardrails),
    region,
    deniedModels: checkDeniedModels(options.deniedModels ?? []),
    s3Directory: options.s3Directory,
    jobDurationMs: checkCount("jobDurationMs", options.jobDurationMs ?? 1000),
    minBatchRecords: checkCount("minBatchRecords", options.minBatchRecords ?? 1),
    pathPrefix: normalizePrefix(pathPrefix),
    tokensPerSecond,
    randomCuts: options.randomCuts ?? true,
    cors: options.cors ?? false,
    seed,
    now: options.now ?? Date.now,
    sleep: options.sleep ?? sleepOnTimer,
    faults: faults === undefined ? undefined : resolveFaults(faults, seed),
    onFault: options.onFault ?? ((): void => undefined),
    recordRequests: options.recordRequests ?? true,
    onRequest: options.onRequest ?? ((): void => undefined),
  };
}

function checkDeniedModels(ids: readonly string[]): readonly string[] {
  const given: unknown = ids;
  if (Array.isArray(given) && ids.every((id) => typeof id === "string" && id !== "")) return ids;
  throw new TypeError(`The option deniedModels must be a list of model ids, not ${JSON.stringify(ids)}.`);
}

function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`The option ${name} must be a whole number from 0 on, not ${value}.`);
}

function normalizePrefix(prefix: string): string {
  const trimmed = prefix.replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? "" : `/${trimmed}`;
}

/** Waits by a real timer. */
export async function sleepOnTimer(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
