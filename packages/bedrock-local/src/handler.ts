import { authorize } from "./auth.ts";
import type { CacheLedger } from "./cache/ledger.ts";
import { AwsError, renderErrorBody, renderErrorType } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { ReplyQueue } from "./faults.ts";
import type { GuardrailRegistry } from "./guardrails/registry.ts";
import { converseStream } from "./operations/converse-stream.ts";
import { converse } from "./operations/converse.ts";
import type { Operation } from "./operations/operation.ts";
import type { Settings } from "./options.ts";
import { createRandom } from "./random.ts";
import { playReply } from "./replay.ts";
import type { ReceivedRequest, RequestRecord } from "./requests.ts";
import { type OperationName, parseRoute, type Route } from "./router.ts";

/** One exchange and all that answering it needs. */
export interface HandlerContext {
  readonly exchange: Exchange;
  /** Filled in on the way. */
  readonly request: RequestRecord;
  readonly settings: Settings;
  readonly replies: ReplyQueue;
  readonly cache: CacheLedger;
  readonly guardrails: GuardrailRegistry;
  /** Number of the request on this server, from 1: a seed of what is random in the answer. */
  readonly sequence: number;
  readonly onArrived: (request: ReceivedRequest) => void;
}

/** The service's limit for a request body. */
const MAX_BODY_BYTES = 25_000_000;

const OPERATIONS: Readonly<Partial<Record<OperationName, Operation>>> = {
  Converse: converse,
  ConverseStream: converseStream,
};

/** Answers one exchange, from its body to the last byte. Never rejects. */
export async function handleExchange(context: HandlerContext): Promise<void> {
  try {
    await answer(context);
  } catch (error) {
    if (!context.exchange.signal.aborted) fail(context, error);
  }
}

async function answer(context: HandlerContext): Promise<void> {
  const { exchange, request, settings, replies } = context;
  request.body = await exchange.readBody(MAX_BODY_BYTES);
  context.onArrived(request);
  if (settings.cors && exchange.method === "OPTIONS") {
    exchange.respond(204, renderBaseHeaders(context), new Uint8Array());
    return;
  }

  const route = parseRoute(exchange.method, exchange.target, settings.pathPrefix);
  request.operation = route.operation;
  request.modelId = route.labels["modelId"];
  await checkAuthorization(context);

  const reply = replies.take(request);
  if (reply === undefined) return operate(context, route);
  await playReply(reply, {
    exchange,
    baseHeaders: renderBaseHeaders(context),
    sleep: settings.sleep,
    respondError: (error, headers) => respondError(context, error, headers),
  });
}

async function checkAuthorization({ exchange, request, settings }: HandlerContext): Promise<void> {
  const { method, target } = exchange;
  const { headers, body } = request;
  const policy = settings.authPolicy;
  request.principal =
    policy === undefined
      ? "anonymous"
      : await authorize({ method, target, headers, body }, policy, new Date(settings.now()));
  request.authorized = true;
}

async function operate(context: HandlerContext, { operation: name, labels, query }: Route): Promise<void> {
  const { exchange, request, settings, sequence, cache, guardrails } = context;
  const operation = OPERATIONS[name];
  if (operation === undefined) {
    const text = `The local Bedrock does not answer ${name} yet. Script its answer with enqueue().`;
    throw new AwsError("UnknownOperationException", text);
  }
  await operation({
    exchange,
    modelId: labels["modelId"] ?? "",
    labels,
    query,
    headers: request.headers,
    region: settings.region,
    rawBody: request.body,
    get body(): unknown {
      return parseJsonBody(request.body);
    },
    baseHeaders: renderBaseHeaders(context),
    principal: request.principal ?? "anonymous",
    cache,
    guardrails,
    now: settings.now,
    seed: settings.seed,
    random: createRandom(settings.seed, sequence),
    elapsedMs: () => Math.max(0, settings.now() - request.startedAt),
    sleep: settings.sleep,
    tokensPerSecond: settings.tokensPerSecond,
    randomCuts: settings.randomCuts,
  });
}

/** An empty body stands for a structure without members, as in AWS's REST protocols. */
function parseJsonBody(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new AwsError("SerializationException", "The request body is not valid JSON in UTF-8.");
  }
}

/** After an answer has begun, all that is left to tell the client is a broken connection. */
function fail(context: HandlerContext, error: unknown): void {
  if (context.exchange.status !== undefined) {
    context.exchange.close();
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  respondError(
    context,
    error instanceof AwsError
      ? error
      : new AwsError("InternalServerException", `The local Bedrock has a defect: ${reason}`),
  );
}

function respondError(context: HandlerContext, error: AwsError, headers: Readonly<Record<string, string>> = {}): void {
  const body = Buffer.from(JSON.stringify(renderErrorBody(error)));
  const allHeaders = {
    ...renderBaseHeaders(context),
    "content-type": "application/json",
    "x-amzn-errortype": renderErrorType(error.name),
    ...headers,
  };
  context.exchange.respond(error.status, allHeaders, body);
}

function renderBaseHeaders({ request, settings }: HandlerContext): Record<string, string> {
  return {
    date: new Date(settings.now()).toUTCString(),
    "x-amzn-requestid": request.id,
    ...(settings.cors ? renderCorsHeaders(request.headers["access-control-request-headers"]) : {}),
  };
}

function renderCorsHeaders(requestedHeaders = "*"): Record<string, string> {
  return {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": requestedHeaders,
    "access-control-expose-headers": "date, x-amzn-errortype, x-amzn-requestid",
    "access-control-max-age": "600",
  };
}
