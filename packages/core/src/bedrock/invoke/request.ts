import { decodeUtf8, encodeUtf8 } from "#bytes";
import { InputError } from "../../errors.ts";
import type { ChatParams, GuardrailConfig } from "../../provider.ts";
import { checkNames, type RequestOptions } from "../../requests/options.ts";
import { compact, isObject, objectOf, type JsonObject } from "../../types/json.ts";
import type { BedrockOptions } from "../config.ts";
import { resolveGuardrail } from "../guardrail-choice.ts";
import { checkPlain, encodeJson } from "../json-body.ts";
import { resolveModel } from "../models.ts";
import { checkHeaders, type Call } from "../pipeline.ts";

/** What a request's body may be: JSON, or what a model takes besides. */
export type InvokeBody = JsonObject | string | Uint8Array;

/** How a model is asked with a body of its own. */
export interface InvokeOptions extends RequestOptions, Pick<ChatParams, "performanceConfig" | "serviceTier"> {
  /** The model behind an ARN that does not name it; only for prices. */
  baseModel?: string | undefined;
  /** Media type of the body. Default `"application/json"`. */
  contentType?: string | undefined;
  /** Media type to answer with. Default `"application/json"`. */
  accept?: string | undefined;
  /** The guardrail to apply; `{}` for the client's. Default: none, as not every body is text. */
  guardrail?: Pick<GuardrailConfig, "guardrailIdentifier" | "guardrailVersion" | "trace"> | undefined;
  /** Labels for the invocation log, at most 16. */
  requestMetadata?: ChatParams["requestMetadata"];
}

/** The service refuses more. */
const MAX_BODY_BYTES = 25_000_000;

/** Each option, so that a misspelt one fails instead of being ignored. */
const OPTIONS: Readonly<Record<keyof InvokeOptions | "stream", true>> = {
  signal: true,
  timeouts: true,
  maxRetries: true,
  headers: true,
  baseModel: true,
  contentType: true,
  accept: true,
  guardrail: true,
  performanceConfig: true,
  serviceTier: true,
  requestMetadata: true,
  stream: true,
};

/**
 * Renders InvokeModel or InvokeModelWithResponseStream.
 *
 * @throws {InputError} `ERR_INPUT` when something cannot be sent
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function renderInvoke(
  id: string,
  body: InvokeBody,
  options: InvokeOptions,
  client: BedrockOptions,
  isStreaming: boolean,
): Call {
  checkNames(options, Object.keys(OPTIONS), "invoke()");
  const model = resolveModel(id, options.baseModel);
  const { contentType = "application/json", accept = "application/json", performanceConfig, serviceTier } = options;
  const guardrail = resolveGuardrail(options.guardrail, client);
  const prefix = "x-amzn-bedrock-";
  const own = {
    [`${prefix}trace`]: readText(guardrail, "trace", "guardrail")?.toUpperCase(),
    [`${prefix}guardrailidentifier`]: guardrail?.guardrailIdentifier,
    [`${prefix}guardrailversion`]: guardrail?.guardrailVersion,
    [`${prefix}performanceconfig-latency`]: readText(performanceConfig, "latency", "performanceConfig"),
    [`${prefix}service-tier`]: readText(serviceTier, "type", "serviceTier"),
    [`${prefix}request-metadata`]: options.requestMetadata && renderAscii(options.requestMetadata),
  };
  return {
    operation: isStreaming ? "InvokeModelWithResponseStream" : "InvokeModel",
    model,
    method: "POST",
    path: `/model/${model.pathSegment}/invoke${isStreaming ? "-with-response-stream" : ""}`,
    headers: {
      // What the caller sets here would win over the pipeline's own headers otherwise.
      ...checkHeaders({ ...options.headers, ...compact(own) }),
      [isStreaming ? `${prefix}accept` : "accept"]: checkText(accept, "accept"),
      "content-type": checkText(contentType, "contentType"),
    },
    body: encodeBody(body),
    options,
  };
}

function encodeBody(body: InvokeBody): Uint8Array {
  const isBytes = body instanceof Uint8Array;
  if (!isBytes && typeof body !== "string" && !isObject(body)) {
    const received = Array.isArray(body) ? "a list" : String(body);
    throw new InputError(`The body is ${received}: give an object, a text, or bytes.`);
  }
  if (isObject(body) && !isBytes) checkPlain(body, "The body");
  const bytes = isBytes ? body : typeof body === "string" ? encodeUtf8(body) : encodeJson(body);
  if (bytes.length > 0 && bytes.length <= MAX_BODY_BYTES) return bytes;
  throw new InputError(`The body has ${bytes.length} bytes: give 1 to ${MAX_BODY_BYTES}.`);
}

/** What a header may hold. */
function checkText(value: unknown, name: string): string {
  if (typeof value === "string" && /^[\x20-\x7e]+$/.test(value)) return value;
  throw new InputError(`${name} is ${String(value)}: give a text of printable ASCII.`);
}

/** A member that is a text. */
function readText<K extends string>(
  config: { readonly [P in K]?: string | undefined } | undefined,
  member: K,
  name: string,
): string | undefined {
  const value = objectOf(config)?.[member];
  if (config === undefined || (isObject(config) && value === undefined)) return undefined;
  return checkText(value, `${name}.${member}`);
}

/** JSON in the characters that a header may hold. */
function renderAscii(value: object): string {
  checkPlain(value, "requestMetadata");
  return decodeUtf8(encodeJson(value)).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
