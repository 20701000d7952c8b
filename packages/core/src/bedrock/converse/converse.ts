import { encodeUtf8 } from "#bytes";
import { APIError, InputError } from "../../errors.ts";
import type { Abort } from "../../http/abort.ts";
import { readText } from "../../http/body.ts";
import type { ChatRequest, ChatResult } from "../../provider.ts";
import { compact, isObject, tryParse, type JsonObject } from "../../types/json.ts";
import type { Warning } from "../../types/response.ts";
import type { Usage } from "../../types/usage.ts";
import type { BedrockOptions } from "../config.ts";
import type { computeCost } from "../cost.ts";
import type { Prices } from "../prices.ts";
import { checkHeaders, type Call, type Pipeline, type Received } from "../pipeline.ts";
import { parseConverse } from "./parse.ts";
import { renderPlainRequest } from "./plain-request.ts";
import type { RenderedRequest } from "./wire.ts";

/** What chats need of their client. */
export interface ConverseOptions {
  readonly pipeline: Pipeline;
  readonly bedrock: BedrockOptions;
  /** Prices that the user knows better. */
  readonly prices: Prices;
  /** What was loaded on first use, as asking for it again costs several microseconds. */
  readonly loaded: { cost?: Promise<{ readonly computeCost: typeof computeCost }> };
}

/**
 * Makes one Converse request.
 *
 * @throws {LLMError}
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export async function converse(options: ConverseOptions, request: ChatRequest): Promise<ChatResult> {
  return askRendered(options, request, await renderChat(options, request, false));
}

/** Renders a request. What one that is more than plain text needs is loaded when there is one. */
export async function renderChat(
  { bedrock }: ConverseOptions,
  request: ChatRequest,
  isStreaming: boolean,
): Promise<RenderedRequest> {
  const plain = renderPlainRequest(request, bedrock);
  return plain ?? (await import("./request.ts")).renderRequest(request, bedrock, isStreaming);
}

/** Makes a request that is rendered already. */
export function askRendered(
  options: ConverseOptions,
  request: ChatRequest,
  rendered: RenderedRequest,
  abort?: Abort,
): Promise<ChatResult> {
  const call = { ...renderCall(rendered, request, false), ...(abort && { abort }) };
  return options.pipeline.run(call, async (received) => {
    const raw = tryParse(await readText(received.response.body, MAX_ANSWER_BYTES));
    return createResult(options, rendered, isObject(raw) ? raw : {}, received);
  });
}

/** No answer is longer; a server that never ends must not fill the memory. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

function toJson(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new InputError("The request holds something that JSON cannot, or is nested too deeply.", { cause });
  }
}

/** The call of a rendered request. */
export function renderCall({ model, body }: RenderedRequest, { options }: ChatRequest, isStreaming: boolean): Call {
  return {
    operation: isStreaming ? "ConverseStream" : "Converse",
    model,
    method: "POST",
    path: `/model/${model.pathSegment}/${isStreaming ? "converse-stream" : "converse"}`,
    headers: {
      "content-type": "application/json",
      accept: isStreaming ? "application/vnd.amazon.eventstream" : "application/json",
      ...checkHeaders(options.headers),
    },
    body: encodeUtf8(toJson(body)),
    options,
  };
}

/** Where an answer came from. */
export type Source = Pick<Received, "requestId" | "region">;

/** The result that a complete response stands for. */
export async function createResult(
  { prices, loaded }: ConverseOptions,
  rendered: RenderedRequest,
  raw: JsonObject,
  { requestId, region }: Source,
): Promise<ChatResult> {
  const parsed = parseConverse(raw);
  if (!parsed) {
    throw new APIError(
      "The answer is no Converse response (no output.message or stopReason): check the endpoint and any proxy.",
      { code: "ERR_RESPONSE", requestId },
    );
  }
  const { model, reader } = rendered;
  const { usage, metadata, finishReason } = parsed;
  const missed = findCacheMiss(rendered, usage);
  const isGuarded = metadata.trace?.["guardrail"] !== undefined || finishReason === "guardrail_intervened";
  const costs = await (loaded.cost ??= import("../cost.ts"));
  return {
    model: model.id,
    ...parsed,
    ...reader?.read(parsed.parts, finishReason),
    ...compact({
      requestId,
      cost: usage && costs.computeCost(usage, model, metadata, prices, region),
      guardrail: isGuarded ? (await import("./guardrail.ts")).parseGuardrail(metadata.trace, finishReason) : undefined,
    }),
    warnings: missed ? [...rendered.warnings, missed] : rendered.warnings,
    raw,
  };
}

/** Tells of a prompt that was long enough for the cache points that were planned, but had no part in any cache. */
function findCacheMiss({ model, expectsCache }: RenderedRequest, usage: Usage | undefined): Warning | undefined {
  if (!expectsCache || !usage || usage.cacheReadTokens + usage.cacheWriteTokens > 0) return undefined;
  if (usage.inputTokens < (model.traits.cache?.minTokens ?? 0)) return undefined;
  return {
    code: "cache_never_hit",
    message:
      `Cache points were sent, but of ${usage.inputTokens} input tokens none was read from a cache or written to one: ` +
      `check that ${model.id} caches prompts in this region, or take cache away.`,
  };
}
