import type { CacheLedger } from "../cache/ledger.ts";
import type { Exchange } from "../exchange.ts";
import type { FaultPlan } from "../fault-injection.ts";
import type { GuardrailRegistry } from "../guardrails/registry.ts";
import type { Jobs } from "../jobs/engine.ts";
import type { Sleep } from "../options.ts";
import type { Random } from "../random.ts";
import type { ObjectStore } from "../storage/store.ts";

/** What an operation has to work with. */
export interface OperationContext {
  readonly exchange: Exchange;
  /** Decoded; `""` when the path has none. */
  readonly modelId: string;
  /** The variable parts of the path by their names in the service's model, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The region that resources are named after. */
  readonly region: string;
  /** Ids of models that may not be used; what names its model in the body calls `checkModelAccess` with it. */
  readonly deniedModels: readonly string[];
  readonly rawBody: Uint8Array;
  /** The request's body, parsed; `{}` when it is empty. Reading it throws `AwsError` when it is no JSON. */
  readonly body: unknown;
  /** The headers that every answer carries. */
  readonly baseHeaders: Readonly<Record<string, string>>;
  /** Who asks: whose cache is read. */
  readonly principal: string;
  /** The server's prompt cache. */
  readonly cache: CacheLedger;
  readonly guardrails: GuardrailRegistry;
  /** The objects of the S3 subset. */
  readonly store: ObjectStore;
  /** Async invocations and batch jobs. */
  readonly jobs: Jobs;
  /** What the endpoint carries before the service's own paths. */
  readonly pathPrefix: string;
  /** The server's clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** The server's seed: the key for signatures is made from it. */
  readonly seed: number;
  /** Seeded for this request alone. */
  readonly random: Random;
  /** Milliseconds since the request came, by the server's clock. */
  readonly elapsedMs: () => number;
  readonly sleep: Sleep;
  readonly tokensPerSecond: number;
  readonly randomCuts: boolean;
  /** What is to go wrong with the frames of the answer; `undefined`: nothing. */
  readonly faultPlan: FaultPlan | undefined;
}

/** Answers one request. Throws `AwsError` for an error answer, before it begins its own. */
export type Operation = (context: OperationContext) => Promise<void>;
