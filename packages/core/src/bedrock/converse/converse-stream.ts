import { AbortError, addFacts, APIError } from "../../errors.ts";
import { Abort, type AbortLike } from "../../http/abort.ts";
import type { ChatRequest, ChatResult, ProviderStream } from "../../provider.ts";
import type { Chunk } from "../../types/chunk.ts";
import type { PartialResponse } from "../../types/response.ts";
import { askRendered, createResult, renderCall, renderChat, type ConverseOptions, type Source } from "./converse.ts";
import { ConverseEvents } from "./stream.ts";
import type { RenderedRequest } from "./wire.ts";

/** The stream of one answer. It is retried until its first chunk was handed over, and never after. */
export class ConverseStream implements ProviderStream {
  readonly #options: ConverseOptions;
  readonly #request: ChatRequest;
  readonly #abort = new Abort();
  /** The caller's signal. */
  readonly #signal: AbortLike | undefined;
  #rendered: RenderedRequest | undefined;
  #readChunk: ((chunk: Chunk) => Chunk | undefined) | undefined;
  /** Chunks that are there already: of an answer that came in one piece, and the last one. */
  readonly #chunks: Chunk[] = [];
  #source: Source | undefined;
  #events: ConverseEvents | undefined;
  /** The answer; of one that came in one piece, before its chunks were handed over. */
  #result: ChatResult | undefined;
  /** What had arrived of an answer that came in one piece: all of it. */
  #whole: PartialResponse | undefined;

  constructor(options: ConverseOptions, request: ChatRequest) {
    this.#options = options;
    this.#request = request;
    const { signal } = request.options;
    this.#signal = signal && options.pipeline.follow(signal);
  }

  take(): Chunk | undefined {
    for (;;) {
      const received = this.#events?.take();
      const chunk = received && this.#readChunk ? this.#readChunk(received) : received;
      if (chunk || !received) return chunk;
    }
  }

  async next(): Promise<IteratorResult<Chunk, ChatResult>> {
    const waiting = this.#chunks.shift();
    if (waiting) return { done: false, value: waiting };
    if (this.#result) return { done: true, value: this.#result };
    try {
      for (;;) {
        const received = await (this.#events ? this.#events.next() : this.#open());
        if (!received) break;
        const chunk = this.#readChunk ? this.#readChunk(received) : received;
        if (chunk) return { done: false, value: chunk };
      }
      const result = (this.#result ??= await this.#createResult());
      this.#release();
      const { finishReason, usage } = result;
      this.#chunks.push({ type: "finish", content: "", finishReason, usage });
      return await this.next();
    } catch (error) {
      this.#release();
      throw addFacts(error, {
        operation: "ConverseStream",
        model: this.#request.model,
        requestId: this.#source?.requestId,
        region: this.#source?.region || undefined,
        partial: this.#partial,
      });
    }
  }

  return(): PartialResponse | undefined {
    this.#release();
    this.#abort.abort(new AbortError("The stream was left before its end."));
    this.#events?.cancel();
    return this.#partial;
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.#abort.abort(this.#signal?.reason);
  }

  get #partial(): PartialResponse | undefined {
    return this.#events?.assembly.partial(this.#rendered?.reader) ?? this.#whole;
  }

  /** Sends the request. Gives the first chunk, or none when the answer came in one piece. */
  async #open(): Promise<Chunk | undefined> {
    const options = this.#options;
    const rendered = await renderChat(options, this.#request, true);
    if (this.#signal?.aborted) this.handleEvent();
    this.#signal?.addEventListener("abort", this);
    if (rendered.isUnstreamable) return this.#askWhole();
    this.#rendered = rendered;
    this.#readChunk = rendered.reader?.createChunkReader();
    const call = { ...renderCall(rendered, this.#request, true), abort: this.#abort };
    return options.pipeline.run(call, async (received) => {
      const events = new ConverseEvents(received, (options.loaded.headers ??= []));
      try {
        const chunk = await events.next();
        // Only now does this attempt count: one that fails before its first chunk may be followed by another.
        this.#events = events;
        const { requestId, region, promoted } = received;
        this.#source = { requestId, region, promoted };
        return chunk;
      } catch (error) {
        throw addFacts(error, { partial: events.assembly.partial(rendered.reader) });
      }
    });
  }

  /** Asks without a stream, as this model does not take tools in one. */
  async #askWhole(): Promise<undefined> {
    const options = this.#options;
    const rendered = await renderChat(options, this.#request, false);
    const { chunksOf, partialOf } = await import("../../types/chunk.ts");
    const result = await askRendered(options, this.#request, rendered, this.#abort);
    const warning = { code: "stream_in_one_piece", message: `${rendered.model.id} calls tools only without a stream.` };
    this.#chunks.push(...chunksOf(result.parts));
    this.#whole = partialOf(result);
    this.#result = { ...result, warnings: [...result.warnings, warning] };
  }

  async #createResult(): Promise<ChatResult> {
    const { response } = this.#events?.assembly ?? {};
    if (!response || !this.#rendered || !this.#source) throw new APIError("The stream has no answer.");
    return createResult(this.#options, this.#rendered, response, this.#source);
  }

  #release(): void {
    this.#signal?.removeEventListener("abort", this);
  }
}
