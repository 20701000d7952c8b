import { APIError } from "../../errors.ts";
import type { Abort } from "../../http/abort.ts";
import { readText } from "../../http/body.ts";
import type { ChatRequest, ChatResult } from "../../provider.ts";
import { compact, isObject, tryParse, type JsonObject } from "../../types/json.ts";
import type { BedrockOptions } from "../config.ts";
import type { computeCost } from "../cost.ts";
import { encodeJson, MAX_ANSWER_BYTES } from "../json-body.ts";
import type { Prices } from "../prices.ts";
import { checkHeaders, type Call, type Pipeline, type Received } from "../pipeline.ts";
import { contentOf, parseRest, parseTexts } from "./parse-response.ts";
import type { parseBlock } from "./parse.ts";
import type { renderFittedRequest } from "./fitted-request.ts";
import { renderPlainConversation, renderPlainRequest } from "./plain-request.ts";
import type { RenderedRequest } from "./wire.ts";

/** What chats need of their client. */
export interface ConverseOptions {
  readonly pipeline: Pipeline;
  readonly bedrock: BedrockOptions;
  /** Prices that the user knows better. */
  readonly prices: Prices;
  /** What was loaded on first use, as asking for it again costs several microseconds. */
  readonly loaded: {
    cost?: Promise<{ readonly computeCost: typeof computeCost }>;
    parser?: Promise<{ readonly parseBlock: typeof parseBlock }>;
    fitted?: Promise<{ readonly renderFittedRequest: typeof renderFittedRequest }>;
  };
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
  { bedrock, loaded }: ConverseOptions,
  request: ChatRequest,
  isStreaming: boolean,
): Promise<RenderedRequest> {
  const plain = renderPlainConversation(request, bedrock);
  const rendered = plain && (renderPlainRequest(request, plain) ?? (await renderFitted(loaded, request, plain)));
  return rendered ?? (await import("./request.ts")).renderRequest(request, bedrock, isStreaming);
}

async function renderFitted(
  loaded: ConverseOptions["loaded"],
  ...[request, conversation]: Parameters<typeof renderFittedRequest>
): Promise<RenderedRequest | undefined> {
  return (await (loaded.fitted ??= import("./fitted-request.ts"))).renderFittedRequest(request, conversation);
}

/** Makes a request that is rendered already. */
export function askRendered(
  options: ConverseOptions,
  request: ChatRequest,
  rendered: RenderedRequest,
  abort?: Abort,
): Promise<ChatResult> {
  const call = { ...renderCall(rendered, request, false), ...(abort && { abort }) };
  const answer = options.pipeline.run(call, async (received) => {
    const raw = tryParse(await readText(received.response.body, MAX_ANSWER_BYTES));
    return createResult(options, rendered, isObject(raw) ? raw : {}, received);
  });
  void loadCost(options);
  return answer;
}

/** Begins to load what a result needs, so that it is there when the answer is. */
export function loadCost({ loaded }: ConverseOptions): NonNullable<ConverseOptions["loaded"]["cost"]> {
  if (!loaded.cost) (loaded.cost = import("../cost.ts")).catch(() => {});
  return loaded.cost;
}

async function loadParser({ loaded }: ConverseOptions): NonNullable<ConverseOptions["loaded"]["parser"]> {
  return (loaded.parser ??= import("./parse.ts"));
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
    body: encodeJson(body),
    options,
  };
}

/** Where an answer came from. */
export type Source = Pick<Received, "requestId" | "region" | "promoted">;

/** The result that a complete response stands for. */
export async function createResult(
  options: ConverseOptions,
  rendered: RenderedRequest,
  raw: JsonObject,
  { requestId, region, promoted }: Source,
): Promise<ChatResult> {
  const content = contentOf(raw);
  const rest = parseRest(raw);
  if (!content || !rest) {
    throw new APIError(
      "The answer is no Converse response (no output.message or stopReason): check the endpoint and any proxy.",
      { code: "ERR_RESPONSE", requestId },
    );
  }
  const { model, reader } = rendered;
  const { usage, finishReason } = rest;
  const metadata = options.pipeline.hasRegions && region ? { ...rest.metadata, region } : rest.metadata;
  const parts = parseTexts(content) ?? content.map((await loadParser(options)).parseBlock);
  const missed = usage && rendered.checkCache?.(usage);
  const warnings = missed ? [...rendered.warnings, missed] : rendered.warnings;
  const isGuarded = metadata.trace?.["guardrail"] !== undefined || finishReason === "guardrail_intervened";
  const { computeCost } = await loadCost(options);
  return {
    model: model.id,
    parts,
    ...rest,
    metadata,
    ...reader?.read(parts, finishReason),
    ...compact({
      requestId,
      cost: usage && computeCost(usage, promoted ?? model, metadata, options.prices, region),
      guardrail: isGuarded ? (await import("./guardrail.ts")).parseGuardrail(metadata.trace, finishReason) : undefined,
    }),
    warnings: promoted
      ? [...warnings, (await import("../promotion.ts")).createPromotionWarning(model, promoted)]
      : warnings,
    raw,
  };
}
