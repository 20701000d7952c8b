import type { KnownHeaders } from "../../aws/event-stream/index.ts";
import { APIError } from "../../errors.ts";
import type { Abort } from "../../http/abort.ts";
import { readText } from "../../http/body.ts";
import type { ChatRequest, ChatResult } from "../../provider.ts";
import type { Message } from "../../types/message.ts";
import { isObject, tryParse, type JsonObject } from "../../types/json.ts";
import type { BedrockOptions } from "../config.ts";
import { computeCost, type choosePrice } from "../cost.ts";
import { encodeJson, MAX_ANSWER_BYTES } from "../json-body.ts";
import type { Prices } from "../prices.ts";
import { checkHeaders, type Call, type Pipeline, type Received } from "../pipeline.ts";
import { contentOf, parseRest, parseTexts } from "./parse-response.ts";
import type { resolveModel } from "../models.ts";
import type { parseBlock } from "./parse.ts";
import type * as KeptRenderings from "./kept-renderings.ts";
import type { KeptRendering } from "./kept-renderings.ts";
import type { renderFittedRequest } from "./fitted-request.ts";
import { renderPlainConversation, renderPlainRequest } from "./plain-request.ts";
import type { EncodedRequest, RenderedRequest } from "./wire.ts";

/** From this many bytes on, what was rendered is kept for the next turn. */
const LONG_BYTES = 16 * 1024;

/** What chats need of their client. */
export interface ConverseOptions {
  readonly pipeline: Pipeline;
  readonly bedrock: BedrockOptions;
  /** Prices that the user knows better. */
  readonly prices: Prices;
  /** Finds prices; it remembers. */
  readonly choosePrice: typeof choosePrice;
  /** Resolves model ids; it remembers. */
  readonly resolve: typeof resolveModel;
  /** What was loaded on first use, as asking for it again costs several microseconds. */
  readonly loaded: {
    parser?: Promise<{ readonly parseBlock: typeof parseBlock }>;
    fitted?: Promise<{ readonly renderFittedRequest: typeof renderFittedRequest }>;
    kept?: Promise<typeof KeptRenderings>;
    /** Those of the frames of streams. */
    headers?: KnownHeaders;
  };
  /** What is kept of long conversations, by their first messages. */
  readonly kept: WeakMap<Message, KeptRendering>;
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

/** Renders a request, and encodes it. What one that is more than plain text needs is loaded when there is one. */
export async function renderChat(
  options: Pick<ConverseOptions, "bedrock" | "resolve" | "loaded" | "kept">,
  request: ChatRequest,
  isStreaming: boolean,
): Promise<EncodedRequest> {
  const { bedrock, loaded, kept, resolve } = options;
  const { messages } = request;
  const [first] = messages;
  const known = first && kept.get(first);
  const recalled = known && (await loadKept(options)).recallWires(known, messages);
  const wires = known?.isPlain ? recalled : recalled && [];
  const plain = renderPlainConversation(request, bedrock, wires);
  const simple = plain && (renderPlainRequest(request, plain, resolve) ?? (await renderFitted(loaded, request, plain)));
  const rendered = simple ?? (await import("./request.ts")).renderRequest(request, bedrock, isStreaming, recalled);
  const rendering = known ?? ((rendered.mediaLength ?? 0) >= LONG_BYTES ? {} : undefined);
  if (!first || !rendering) {
    const bytes = encodeJson(rendered.body);
    if (first && bytes.length >= LONG_BYTES) kept.set(first, {});
    return Object.assign(rendered, { bytes });
  }
  const { encodeKept, keepWires } = await loadKept(options);
  if (!known) kept.set(first, rendering);
  keepWires(rendering, messages, (simple ? wires : recalled) ?? [], simple !== undefined);
  return Object.assign(rendered, { bytes: encodeKept(rendered.body, rendering) });
}

function loadKept({ loaded }: Pick<ConverseOptions, "loaded">): NonNullable<ConverseOptions["loaded"]["kept"]> {
  return (loaded.kept ??= import("./kept-renderings.ts"));
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
  rendered: EncodedRequest,
  abort?: Abort,
): Promise<ChatResult> {
  const call = renderCall(rendered, request, false);
  return options.pipeline.run(abort ? { ...call, abort } : call, async (received) => {
    const raw = tryParse(await readText(received.response.body, MAX_ANSWER_BYTES));
    return createResult(options, rendered, isObject(raw) ? raw : {}, received);
  });
}

async function loadParser({ loaded }: ConverseOptions): NonNullable<ConverseOptions["loaded"]["parser"]> {
  return (loaded.parser ??= import("./parse.ts"));
}

/** Frozen, so that their canonical form can be kept. */
const HEADERS = Object.freeze({ "content-type": "application/json", accept: "application/json" });
const STREAM_HEADERS = Object.freeze({ ...HEADERS, accept: "application/vnd.amazon.eventstream" });

/** The call of a rendered request. */
export function renderCall({ model, bytes }: EncodedRequest, { options }: ChatRequest, isStreaming: boolean): Call {
  const headers = isStreaming ? STREAM_HEADERS : HEADERS;
  return {
    operation: isStreaming ? "ConverseStream" : "Converse",
    model,
    method: "POST",
    path: `/model/${model.pathSegment}/${isStreaming ? "converse-stream" : "converse"}`,
    headers: options.headers ? { ...headers, ...checkHeaders(options.headers) } : headers,
    body: bytes,
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
  let warnings = missed ? [...rendered.warnings, missed] : rendered.warnings;
  if (promoted) warnings = [...warnings, (await import("../promotion.ts")).createPromotionWarning(model, promoted)];
  const isGuarded = metadata.trace?.["guardrail"] !== undefined || finishReason === "guardrail_intervened";
  const guardrail = isGuarded && (await import("./guardrail.ts")).parseGuardrail(metadata.trace, finishReason);
  const cost = usage && computeCost(usage, promoted ?? model, metadata, options.prices, region, options.choosePrice);
  return {
    model: model.id,
    parts,
    ...rest,
    metadata,
    ...reader?.read(parts, finishReason),
    ...(requestId !== undefined && { requestId }),
    ...(cost && { cost }),
    ...(guardrail && { guardrail }),
    warnings,
    raw,
  };
}
