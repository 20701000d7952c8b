import type { Chunk } from "../../types/chunk.ts";
import { textOf, type ContentPart } from "../../types/content.ts";
import { compact, objectOf, stringOf, type JsonObject } from "../../types/json.ts";
import type { PartialResponse } from "../../types/response.ts";
import { createRawChunk, indexOf, protocolError, reachBlock, type AssemblyState } from "./assembly-state.ts";
import { parseUsage } from "./parse-response.ts";
import type * as richBlocks from "./rich-blocks.ts";
import type { AnswerReader } from "./wire.ts";

/** What handles blocks that are no plain text. */
type RichBlocks = Pick<typeof richBlocks, "acceptDelta" | "acceptStart" | "parseBlock" | "renderBlock">;

/**
 * Puts a stream's events together into the response that Converse would have sent, so that both ways are read by the
 * same parser and cannot differ. Gives a chunk for each event that the caller should see. No I/O.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export class ConverseAssembly {
  readonly #state: AssemblyState = { blocks: [], byIndex: new Map(), response: {}, role: undefined };
  #rich: RichBlocks | undefined;

  /** Whether `messageStop` came: the answer is complete. */
  get isComplete(): boolean {
    return this.#state.response["stopReason"] !== undefined;
  }

  /** Gives it what handles blocks that are no plain text. */
  useRich(rich: RichBlocks): void {
    this.#rich = rich;
  }

  /**
   * Takes one event.
   *
   * @returns the chunk of it, if there is any; `"rich"` when it was not taken, as it wants what {@link useRich} was not given
   * @throws {StreamError} `ERR_STREAM_PROTOCOL` when events come in an order that no complete answer has
   */
  accept(event: string, payload: JsonObject): Chunk | "rich" | undefined {
    if (this.isComplete && /^(contentBlock|message)/.test(event)) throw protocolError(`${event} after messageStop`);
    const state = this.#state;
    switch (event) {
      case "contentBlockDelta":
        return this.#acceptDelta(payload);
      case "messageStart":
        if (state.role !== undefined) throw protocolError("a second messageStart");
        state.role = stringOf(payload["role"]) ?? "";
        return undefined;
      case "contentBlockStart":
        // Of a text it says nothing.
        if (Object.keys(objectOf(payload["start"]) ?? {}).length === 0) return undefined;
        return this.#rich ? this.#rich.acceptStart(state, payload) : "rich";
      case "contentBlockStop":
        return this.#acceptStop(payload);
      case "messageStop":
        return this.#acceptMessageStop(payload);
      case "metadata":
        return this.#keep(payload, "usage", "metrics", "trace", "performanceConfig", "serviceTier");
      default:
        return createRawChunk(event, payload);
    }
  }

  /** The response in Converse's shape, as far as it has come. */
  get response(): JsonObject {
    const { blocks, response, role } = this.#state;
    const content = blocks.map((block) => this.#rich?.renderBlock(block) ?? { text: block.text });
    return { output: { message: { role: role || "assistant", content } }, ...response };
  }

  /** What came so far, as the caller is to see it, without tool calls that did not finish. */
  partial(reader?: AnswerReader): PartialResponse {
    const { blocks, response } = this.#state;
    const rich = this.#rich;
    const all = blocks.map((block): ContentPart =>
      rich ? rich.parseBlock(rich.renderBlock(block)) : { type: "text", text: block.text },
    );
    const open = blocks.filter(({ kind, closed }) => kind === "tool" && !closed).map(({ start }) => start["toolUseId"]);
    // The reader makes text of an answer that comes as a call: of one that did not finish, too.
    const { stopReason, usage } = response;
    const reason = stringOf(stopReason);
    const read = reader?.read(all, reason ?? "") ?? { parts: all, finishReason: reason };
    const parts = read.parts.filter((part) => part.type !== "tool_call" || !open.includes(part.id));
    return {
      content: textOf(parts),
      parts,
      ...compact({ finishReason: reason && read.finishReason, usage: parseUsage(usage) }),
    };
  }

  #keep(payload: JsonObject, ...members: string[]): undefined {
    for (const member of members) if (payload[member] !== undefined) this.#state.response[member] = payload[member];
  }

  #acceptDelta(payload: JsonObject): Chunk | "rich" | undefined {
    const index = indexOf(payload);
    const delta = objectOf(payload["delta"]) ?? {};
    const { text } = delta;
    if (typeof text !== "string") return this.#rich ? this.#rich.acceptDelta(this.#state, payload, delta) : "rich";
    reachBlock(this.#state, index, "text").text += text;
    return text === "" ? undefined : { type: "text", content: text };
  }

  #acceptStop(payload: JsonObject): Chunk | undefined {
    const block = this.#state.byIndex.get(indexOf(payload));
    if (!block || block.closed) return undefined;
    block.closed = true;
    const part = block.kind === "tool" && this.#rich?.parseBlock(this.#rich.renderBlock(block));
    return part && part.type === "tool_call" ? { type: "tool_call", content: "", toolCall: part } : undefined;
  }

  #acceptMessageStop(payload: JsonObject): undefined {
    const stopReason = stringOf(payload["stopReason"]);
    if (!stopReason) throw protocolError("messageStop has no stopReason");
    if (stopReason === "tool_use" && this.#state.blocks.some((block) => block.kind === "tool" && !block.closed)) {
      throw protocolError("a tool call has no end");
    }
    return this.#keep(payload, "stopReason", "additionalModelResponseFields");
  }
}
