import { AwsError } from "./errors.ts";

/** Every operation of bedrock-runtime that has a plain HTTP route. */
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
  | "StartAsyncInvoke";

/** What a request asks for. `modelId` is decoded, and absent where the path has none. */
export interface Route {
  readonly operation: OperationName;
  readonly modelId: string | undefined;
}

interface RoutePattern {
  readonly operation: OperationName;
  readonly method: string;
  readonly path: RegExp;
}

// A model id is one path segment on the real service. Here it may hold a raw "/", so that a client that sends an ARN
// unescaped gets an answer too; a client that escapes it is routed the same way.
const PATTERNS: readonly RoutePattern[] = [
  { operation: "Converse", method: "POST", path: /^\/model\/(?<modelId>.+)\/converse$/ },
  { operation: "ConverseStream", method: "POST", path: /^\/model\/(?<modelId>.+)\/converse-stream$/ },
  { operation: "InvokeModel", method: "POST", path: /^\/model\/(?<modelId>.+)\/invoke$/ },
  {
    operation: "InvokeModelWithResponseStream",
    method: "POST",
    path: /^\/model\/(?<modelId>.+)\/invoke-with-response-stream$/,
  },
  { operation: "CountTokens", method: "POST", path: /^\/model\/(?<modelId>.+)\/count-tokens$/ },
  { operation: "ApplyGuardrail", method: "POST", path: /^\/guardrail\/.+\/version\/[^/]+\/apply$/ },
  { operation: "InvokeGuardrailChecks", method: "POST", path: /^\/guardrail-checks\/invoke$/ },
  { operation: "StartAsyncInvoke", method: "POST", path: /^\/async-invoke$/ },
  { operation: "ListAsyncInvokes", method: "GET", path: /^\/async-invoke$/ },
  { operation: "GetAsyncInvoke", method: "GET", path: /^\/async-invoke\/.+$/ },
];

/**
 * Finds the operation for a method and a request target (path and query as received). `pathPrefix` (`""`, or `/some/path`
 * without a slash at its end) is what the endpoint URL carries before the service's own paths.
 *
 * Throws `AwsError` `UnknownOperationException` when no operation has this method and path, as the service does.
 */
export function parseRoute(method: string, target: string, pathPrefix: string): Route {
  const [path = ""] = target.split("?", 1);
  const servicePath = path.startsWith(`${pathPrefix}/`) ? path.slice(pathPrefix.length) : undefined;
  for (const pattern of PATTERNS) {
    const match = pattern.method === method ? pattern.path.exec(servicePath ?? "") : null;
    if (match !== null) return { operation: pattern.operation, modelId: decodeLabel(match.groups?.["modelId"]) };
  }
  throw new AwsError("UnknownOperationException", `No operation of bedrock-runtime has the route ${method} ${path}.`);
}

/** A label with a broken percent escape is taken as it is: the model id check refuses it. */
function decodeLabel(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return decodeURIComponent(label);
  } catch {
    return label;
  }
}
