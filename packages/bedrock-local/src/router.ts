import { AwsError } from "./errors.ts";

/** Every operation that has a plain HTTP route: of bedrock-runtime, bedrock, bedrock-agent-runtime, and a little of S3. */
export type OperationName =
  | "ApplyGuardrail"
  | "Converse"
  | "ConverseStream"
  | "CountTokens"
  | "GetAsyncInvoke"
  | "InvokeGuardrailChecks"
  | "InvokeModel"
  | "InvokeModelWithResponseStream"
  | "ListAsyncInvokes"
  | "StartAsyncInvoke"
  | "CreateModelInvocationJob"
  | "GetFoundationModel"
  | "GetGuardrail"
  | "GetInferenceProfile"
  | "GetModelInvocationJob"
  | "ListFoundationModels"
  | "ListGuardrails"
  | "ListInferenceProfiles"
  | "ListModelInvocationJobs"
  | "StopModelInvocationJob"
  | "Rerank"
  | "S3";

/** What a request asks for. */
export interface Route {
  readonly operation: OperationName;
  /** The variable parts of the path by their names in the service's model, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

interface RoutePattern {
  readonly operation: OperationName;
  readonly method: string;
  readonly path: RegExp;
}

// A label is one path segment on the real service. Here it may hold a raw "/", so that a client that sends an ARN
// unescaped gets an answer too; a client that escapes it is routed the same way.
const ROUTES: readonly (readonly [operation: OperationName, route: string])[] = [
  ["Converse", "POST /model/{modelId}/converse"],
  ["ConverseStream", "POST /model/{modelId}/converse-stream"],
  ["InvokeModel", "POST /model/{modelId}/invoke"],
  ["InvokeModelWithResponseStream", "POST /model/{modelId}/invoke-with-response-stream"],
  ["CountTokens", "POST /model/{modelId}/count-tokens"],
  ["ApplyGuardrail", "POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply"],
  ["InvokeGuardrailChecks", "POST /guardrail-checks/invoke"],
  ["StartAsyncInvoke", "POST /async-invoke"],
  ["ListAsyncInvokes", "GET /async-invoke"],
  ["GetAsyncInvoke", "GET /async-invoke/{invocationArn}"],
  ["ListFoundationModels", "GET /foundation-models"],
  ["GetFoundationModel", "GET /foundation-models/{modelIdentifier}"],
  ["ListInferenceProfiles", "GET /inference-profiles"],
  ["GetInferenceProfile", "GET /inference-profiles/{inferenceProfileIdentifier}"],
  ["ListGuardrails", "GET /guardrails"],
  ["GetGuardrail", "GET /guardrails/{guardrailIdentifier}"],
  ["CreateModelInvocationJob", "POST /model-invocation-job"],
  ["ListModelInvocationJobs", "GET /model-invocation-jobs"],
  ["StopModelInvocationJob", "POST /model-invocation-job/{jobIdentifier}/stop"],
  ["GetModelInvocationJob", "GET /model-invocation-job/{jobIdentifier}"],
  ["Rerank", "POST /rerank"],
];

/** Every {@link OperationName}. */
export const OPERATION_NAMES: readonly OperationName[] = [...ROUTES.map(([operation]) => operation), "S3"];

const PATTERNS: readonly RoutePattern[] = ROUTES.map(([operation, route]) => createPattern(operation, route));

function createPattern(operation: OperationName, route: string): RoutePattern {
  const [method = "", path = ""] = route.split(" ");
  return { operation, method, path: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>.+)")}$`) };
}

/**
 * Finds the operation for a method and a request target (path and query as received). `pathPrefix` (`""`, or `/some/path`
 * without a slash at its end) is what the endpoint URL carries before the service's own paths.
 *
 * Throws `AwsError` `UnknownOperationException` when no operation has this method and path, as the service does.
 */
export function parseRoute(method: string, target: string, pathPrefix: string): Route {
  const [path = "", query = ""] = target.split(/\?(.*)/s, 2);
  const servicePath = path.startsWith(`${pathPrefix}/`) ? path.slice(pathPrefix.length) : undefined;
  for (const pattern of PATTERNS) {
    const match = pattern.method === method ? pattern.path.exec(servicePath ?? "") : null;
    if (match === null) continue;
    const labels = Object.entries(match.groups ?? {}).map(([name, label]) => [name, decodeLabel(label)] as const);
    return { operation: pattern.operation, labels: Object.fromEntries(labels), query: new URLSearchParams(query) };
  }
  throw new AwsError("UnknownOperationException", `No operation of Bedrock has the route ${method} ${path}.`);
}

/** What is asked of the S3 subset; bucket and key are read by the operation. */
export const S3_ROUTE: Route = { operation: "S3", labels: {}, query: new URLSearchParams() };

/**
 * Finds the operation as `parseRoute` does; where nobody signs (`isOpen`), a path of no operation is one of the S3 subset.
 *
 * Throws `AwsError` `UnknownOperationException`.
 */
export function findRoute(method: string, target: string, pathPrefix: string, isOpen: boolean): Route {
  const isBucketPath = isOpen && target.startsWith(`${pathPrefix}/`) && target.length > pathPrefix.length + 1;
  try {
    return parseRoute(method, target, pathPrefix);
  } catch (error) {
    if (isBucketPath && /^(PUT|GET|HEAD|DELETE)$/.test(method)) return S3_ROUTE;
    throw error;
  }
}

/** A label with a broken percent escape is taken as it is: the model id check refuses it. */
function decodeLabel(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    return label;
  }
}
