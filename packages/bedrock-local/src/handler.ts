import { authorize } from "./auth.ts";
import type { CacheLedger } from "./cache/ledger.ts";
import { AwsError, renderErrorBody, renderErrorType } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { breakAfterAnswer, delayAnswer, type FaultPlan, renderReplacement, withBodyFaults } from "./fault-injection.ts";
import { type Fault, hashRequest, type InjectedFault } from "./fault-plan.ts";
import type { ReplyQueue, ScriptedReply } from "./faults.ts";
import type { GuardrailRegistry } from "./guardrails/registry.ts";
import type { Jobs } from "./jobs/engine.ts";
import { applyGuardrail } from "./operations/apply-guardrail.ts";
import { converseStream } from "./operations/converse-stream.ts";
import { converse } from "./operations/converse.ts";
import { getFoundationModel } from "./operations/get-foundation-model.ts";
import { getGuardrail } from "./operations/get-guardrail.ts";
import { getInferenceProfile } from "./operations/get-inference-profile.ts";
import { invokeGuardrailChecks } from "./operations/invoke-guardrail-checks.ts";
import { countTokens } from "./operations/count-tokens.ts";
import { invokeModelWithResponseStream } from "./operations/invoke-model-with-response-stream.ts";
import { invokeModel } from "./operations/invoke-model.ts";
import { rerank } from "./operations/rerank.ts";
import { listFoundationModels } from "./operations/list-foundation-models.ts";
import { listGuardrails } from "./operations/list-guardrails.ts";
import { listInferenceProfiles } from "./operations/list-inference-profiles.ts";
import { createModelInvocationJob } from "./operations/create-model-invocation-job.ts";
import { getAsyncInvoke } from "./operations/get-async-invoke.ts";
import { getModelInvocationJob } from "./operations/get-model-invocation-job.ts";
import { listAsyncInvokes } from "./operations/list-async-invokes.ts";
import { listModelInvocationJobs } from "./operations/list-model-invocation-jobs.ts";
import { s3 } from "./operations/s3.ts";
import { startAsyncInvoke } from "./operations/start-async-invoke.ts";
import { stopModelInvocationJob } from "./operations/stop-model-invocation-job.ts";
import type { Operation } from "./operations/operation.ts";
import type { Settings } from "./options.ts";
import { createRandom } from "./random.ts";
import { findRegion } from "./region.ts";
import { playReply } from "./replay.ts";
import type { ReceivedRequest, RequestRecord } from "./requests.ts";
import { findRoute, type OperationName, type Route, S3_ROUTE } from "./router.ts";
import { renderS3ErrorBody, S3Error, toS3Error } from "./storage/s3-error.ts";
import { isSignedForS3 } from "./storage/s3-request.ts";
import type { ObjectStore } from "./storage/store.ts";
import { checkModelAccess } from "./validations/model-access.ts";

/** One exchange and all that answering it needs. */
export interface HandlerContext {
  readonly exchange: Exchange;
  /** Filled in on the way. */
  readonly request: RequestRecord;
  readonly settings: Settings;
  readonly replies: ReplyQueue;
  readonly cache: CacheLedger;
  readonly guardrails: GuardrailRegistry;
  readonly store: ObjectStore;
  readonly jobs: Jobs;
  /** Number of the request on this server, from 1: a seed of what is random in the answer. */
  readonly sequence: number;
  readonly onArrived: (request: ReceivedRequest) => void;
  /** Counts requests that are alike. */
  readonly countOccurrence: (request: ReceivedRequest) => number;
  readonly onFault: (fault: InjectedFault, request: ReceivedRequest) => void;
}

/** The service's limit for a request body. */
const MAX_BODY_BYTES = 25_000_000;
/** Limit for an object of the S3 subset, which is held in memory while it comes. */
const MAX_OBJECT_BYTES = 512_000_000;

const OPERATIONS: Readonly<Partial<Record<OperationName, Operation>>> = {
  Converse: converse,
  ConverseStream: converseStream,
  InvokeModel: invokeModel,
  InvokeModelWithResponseStream: invokeModelWithResponseStream,
  CountTokens: countTokens,
  Rerank: rerank,
  ApplyGuardrail: applyGuardrail,
  InvokeGuardrailChecks: invokeGuardrailChecks,
  ListFoundationModels: listFoundationModels,
  GetFoundationModel: getFoundationModel,
  ListInferenceProfiles: listInferenceProfiles,
  GetInferenceProfile: getInferenceProfile,
  ListGuardrails: listGuardrails,
  GetGuardrail: getGuardrail,
  StartAsyncInvoke: startAsyncInvoke,
  GetAsyncInvoke: getAsyncInvoke,
  ListAsyncInvokes: listAsyncInvokes,
  CreateModelInvocationJob: createModelInvocationJob,
  GetModelInvocationJob: getModelInvocationJob,
  ListModelInvocationJobs: listModelInvocationJobs,
  StopModelInvocationJob: stopModelInvocationJob,
  S3: s3,
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
  const isForS3 = isSignedForS3(exchange.target, request.headers);
  if (isForS3) request.operation = "S3";
  request.body = await exchange.readBody(isForS3 ? MAX_OBJECT_BYTES : MAX_BODY_BYTES);
  context.onArrived(request);
  if (settings.cors && exchange.method === "OPTIONS") {
    exchange.respond(204, renderBaseHeaders(context), new Uint8Array());
    return;
  }

  const isOpen = settings.authPolicy === undefined;
  const route = isForS3 ? S3_ROUTE : findRoute(exchange.method, exchange.target, settings.pathPrefix, isOpen);
  request.operation = route.operation;
  request.modelId = route.labels["modelId"];
  await checkAuthorization(context);

  const reply = replies.take(request);
  if (reply !== undefined) return play(context, reply);
  const plan = planFaults(context);
  if (plan === undefined) return operate(context, route);
  breakAfterAnswer(exchange, plan);
  await delayAnswer(exchange, plan);
  const replacement = renderReplacement(plan);
  if (replacement !== undefined) return play(context, replacement);
  await operate({ ...context, exchange: withBodyFaults(exchange, plan) }, route, plan);
}

function play(context: HandlerContext, reply: ScriptedReply): Promise<void> {
  const { exchange, settings } = context;
  return playReply(reply, {
    exchange,
    baseHeaders: renderBaseHeaders(context),
    sleep: settings.sleep,
    respondError: (error, headers) => respondError(context, error, headers),
  });
}

function planFaults({ request, settings, countOccurrence, onFault }: HandlerContext): FaultPlan | undefined {
  const { faults: chooser, sleep, now } = settings;
  const faults = chooser?.ofRequest(request, countOccurrence(request)) ?? [];
  if (faults.length === 0) return undefined;
  const operation = request.operation ?? "";
  const tell = (fault: Fault): void => onFault({ ...fault, requestId: request.id, operation }, request);
  return { faults, onFault: tell, sleep, now };
}

async function checkAuthorization({ exchange, request, settings }: HandlerContext): Promise<void> {
  const { method, target } = exchange;
  const { headers, body } = request;
  const policy = settings.authPolicy;
  const service = request.operation === "S3" ? "s3" : "bedrock";
  request.principal =
    policy === undefined
      ? "anonymous"
      : await authorize({ method, target, headers, body, service }, policy, new Date(settings.now()));
  request.authorized = true;
}

async function operate(
  context: HandlerContext,
  { operation: name, labels, query }: Route,
  faultPlan?: FaultPlan,
): Promise<void> {
  const { exchange, request, settings, sequence, cache, guardrails, store, jobs } = context;
  const operation = OPERATIONS[name];
  if (operation === undefined) {
    const text = `The local Bedrock does not answer ${name} yet. Script its answer with enqueue().`;
    throw new AwsError("UnknownOperationException", text);
  }
  if (labels["modelId"] !== undefined) checkModelAccess(labels["modelId"], settings.deniedModels);
  await operation({
    exchange,
    modelId: labels["modelId"] ?? "",
    labels,
    query,
    headers: request.headers,
    region: findRegion(settings.region, request.headers["authorization"]),
    deniedModels: settings.deniedModels,
    rawBody: request.body,
    get body(): unknown {
      return parseJsonBody(request.body);
    },
    baseHeaders: renderBaseHeaders(context),
    principal: request.principal ?? "anonymous",
    cache,
    guardrails,
    store,
    jobs,
    pathPrefix: settings.pathPrefix,
    now: settings.now,
    seed: settings.seed,
    // With faults, an attempt that is made again must get the same answer.
    random: createRandom(settings.seed, settings.faults === undefined ? sequence : hashRequest(request)),
    elapsedMs: () => Math.max(0, settings.now() - request.startedAt),
    sleep: settings.sleep,
    tokensPerSecond: settings.tokensPerSecond,
    randomCuts: settings.randomCuts,
    faultPlan,
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
  if (error instanceof S3Error) return respondS3Error(context, error);
  const reason = error instanceof Error ? error.message : String(error);
  respondError(
    context,
    error instanceof AwsError
      ? error
      : new AwsError("InternalServerException", `The local Bedrock has a defect: ${reason}`),
  );
}

function respondError(context: HandlerContext, error: AwsError, headers: Readonly<Record<string, string>> = {}): void {
  if (context.request.operation === "S3") return respondS3Error(context, toS3Error(error), headers);
  const body = Buffer.from(JSON.stringify(renderErrorBody(error)));
  const allHeaders = {
    ...renderBaseHeaders(context),
    "content-type": "application/json",
    "x-amzn-errortype": renderErrorType(error.name),
    ...headers,
  };
  context.exchange.respond(error.status, allHeaders, body);
}

function respondS3Error(context: HandlerContext, error: S3Error, headers: Readonly<Record<string, string>> = {}): void {
  const { exchange, request } = context;
  const [path = ""] = exchange.target.split("?", 1);
  const body = exchange.method === "HEAD" ? "" : renderS3ErrorBody(error, path, request.id);
  const s3Headers = { "content-type": "application/xml", "x-amz-request-id": request.id };
  exchange.respond(error.status, { ...renderBaseHeaders(context), ...s3Headers, ...headers }, Buffer.from(body));
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
    "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, POST, PUT",
    "access-control-allow-headers": requestedHeaders,
    "access-control-expose-headers": "date, x-amzn-errortype, x-amzn-requestid",
    "access-control-max-age": "600",
  };
}
