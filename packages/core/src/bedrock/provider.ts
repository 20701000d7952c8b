import { encodeUtf8 } from "#bytes";
import { AbortError, addFacts, APIError, InputError } from "../errors.ts";
import { Abort, type AbortLike } from "../http/abort.ts";
import { readText } from "../http/body.ts";
import type { ChatRequest, ChatResult, Provider, ProviderStream } from "../provider.ts";
import type { Chunk } from "../types/chunk.ts";
import { compact, isObject, tryParse, type JsonObject } from "../types/json.ts";
import type { PartialResponse, Warning } from "../types/response.ts";
import { ConverseEvents } from "./converse/stream.ts";
import { legalize } from "./converse/legalize.ts";
import { renderParams } from "./converse/params.ts";
import { parseConverse } from "./converse/parse.ts";
import { renderConversation } from "./converse/render.ts";
import { resolveModel } from "./models.ts";
import { checkHeaders, Pipeline, type Call, type PipelineOptions } from "./pipeline.ts";

/** Creates the Bedrock provider. It reads the environment at the first request, and never again. */
export function createBedrockProvider(options: PipelineOptions): Provider {
  const pipeline = new Pipeline(options);
  return {
    name: "bedrock",
    async chat(request) {
      const { call, warnings } = renderCall(request, false);
      return pipeline.run(call, async ({ response, requestId }) => {
        const raw = tryParse(await readText(response.body, MAX_ANSWER_BYTES));
        return finish(request, isObject(raw) ? raw : {}, requestId, warnings);
      });
    },
    stream: (request) => new ConverseStream(pipeline, request),
  };
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

/** A request as it goes out, and what had to be changed for it. */
interface RenderedCall {
  readonly call: Call;
  readonly warnings: readonly Warning[];
}

function renderCall({ model: id, messages, params, options }: ChatRequest, isStreaming: boolean): RenderedCall {
  const model = resolveModel(id);
  const { system, messages: turns, warnings } = legalize(renderConversation(messages));
  // A stored prompt brings messages of its own.
  if (turns.length === 0 && !model.isPrompt) {
    throw new InputError("There is nothing to answer, as every message is blank: give some text.");
  }
  const body = {
    ...(turns.length > 0 && { messages: turns }),
    ...(system.length > 0 && { system }),
    ...renderParams(params, isStreaming),
  };
  const call: Call = {
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
  return { call, warnings };
}

/** The result that a complete response stands for. */
function finish(
  { model }: ChatRequest,
  raw: JsonObject,
  requestId: string | undefined,
  warnings: readonly Warning[],
): ChatResult {
  const parsed = parseConverse(raw);
  if (!parsed) {
    throw new APIError(
      "The answer is no Converse response (no output.message or stopReason): check the endpoint and any proxy.",
      { code: "ERR_RESPONSE", requestId },
    );
  }
  return { model, ...parsed, ...compact({ requestId }), warnings, raw };
}

/** The stream of one answer. It is retried until its first chunk was handed over, and never after. */
class ConverseStream implements ProviderStream {
  readonly #pipeline: Pipeline;
  readonly #request: ChatRequest;
  readonly #abort = new Abort();
  /** The caller's signal. */
  readonly #signal: AbortLike | undefined;
  #warnings: readonly Warning[] = [];
  #requestId: string | undefined;
  #events: ConverseEvents | undefined;
  #result: ChatResult | undefined;

  constructor(pipeline: Pipeline, request: ChatRequest) {
    this.#pipeline = pipeline;
    this.#request = request;
    const { signal } = request.options;
    this.#signal = signal && pipeline.follow(signal);
  }

  async next(): Promise<IteratorResult<Chunk, ChatResult>> {
    if (this.#result) return { done: true, value: this.#result };
    try {
      const chunk = await (this.#events ? this.#events.next() : this.#open());
      if (chunk) return { done: false, value: chunk };
      const raw = this.#events?.assembly.response ?? {};
      this.#result = finish(this.#request, raw, this.#requestId, this.#warnings);
      this.#release();
      const { finishReason, usage } = this.#result;
      return { done: false, value: { type: "finish", content: "", finishReason, usage } };
    } catch (error) {
      this.#release();
      throw addFacts(error, {
        operation: "ConverseStream",
        model: this.#request.model,
        requestId: this.#requestId,
        partial: this.#events?.assembly.partial,
      });
    }
  }

  return(): PartialResponse | undefined {
    this.#release();
    this.#abort.abort(new AbortError("The stream was left before its end."));
    this.#events?.cancel();
    return this.#events?.assembly.partial;
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.#abort.abort(this.#signal?.reason);
  }

  async #open(): Promise<Chunk | undefined> {
    const { call, warnings } = renderCall(this.#request, true);
    this.#warnings = warnings;
    if (this.#signal?.aborted) this.handleEvent();
    this.#signal?.addEventListener("abort", this);
    return this.#pipeline.run({ ...call, abort: this.#abort }, async (received) => {
      const events = new ConverseEvents(received);
      try {
        const chunk = await events.next();
        // Only now does this attempt count: one that fails before its first chunk may be followed by another.
        this.#events = events;
        this.#requestId = received.requestId;
        return chunk;
      } catch (error) {
        throw addFacts(error, { partial: events.assembly.partial });
      }
    });
  }

  #release(): void {
    this.#signal?.removeEventListener("abort", this);
  }
}
