import { textOf, type Citation, type ContentPart, type ToolCallPart } from "../types/content.ts";
import type { JsonObject } from "../types/json.ts";
import type { Message } from "../types/message.ts";
import type { FinishReason, GuardrailOutcome, ResponseMetadata, Warning } from "../types/response.ts";
import type { Cost, Usage } from "../types/usage.ts";
import type { TurnResult } from "./loop-result.ts";

/**
 * A complete answer. Wherever a string is wanted, it is its text. After a turn with tool calls it is the last answer;
 * `usage`, `cost` and `warnings` are those of the whole turn, and `steps` tells them one by one.
 */
export class ChatResponse<Data = undefined> {
  /** The answer's text. */
  declare readonly content: string;
  /** Everything that the model sent, in order. */
  declare readonly parts: readonly ContentPart[];
  /** The model id as it was asked for. */
  declare readonly model: string;
  declare readonly finishReason: FinishReason;
  /** Tokens as Bedrock counted them, of all requests of the turn; `undefined` when it sent no count. */
  declare readonly usage: Usage | undefined;
  /** What the turn cost; `undefined` when a price or a count is not known. */
  declare readonly cost: Cost | undefined;
  /** The answer as a value of the schema (`withSchema`); missing when tool calls are handed back to you first. */
  declare readonly data: Data;
  /** What a guardrail did, of the last request. */
  declare readonly guardrail: GuardrailOutcome | undefined;
  /** AWS request id, to quote to AWS support. */
  declare readonly requestId: string | undefined;
  /** What was changed in the request to make it acceptable. */
  declare readonly warnings: readonly Warning[];
  declare readonly metadata: ResponseMetadata;
  /** The response as received; of a stream, the same put together from its events. */
  declare readonly raw: JsonObject;

  readonly #messages: readonly Message[];
  readonly #steps: TurnResult["steps"];

  /** @internal */
  constructor(result: TurnResult, messages: readonly Message[] = []) {
    this.content = textOf(result.parts);
    this.parts = result.parts;
    this.model = result.model;
    this.finishReason = result.finishReason;
    this.usage = result.usage;
    this.cost = result.cost;
    // What `withSchema` promised, the schema has checked.
    this.data = result.data as Data;
    this.guardrail = result.guardrail;
    this.requestId = result.requestId;
    this.warnings = result.warnings;
    this.metadata = result.metadata;
    this.raw = result.raw;
    this.#messages = messages;
    this.#steps = result.steps;
  }

  /** The answers to each request of the turn, in order; usually one. */
  get steps(): readonly ChatResponse<unknown>[] {
    return this.#steps ? this.#steps.map((step) => new ChatResponse(step)) : [this];
  }

  /** All that the turn added to the history: question, answers, tool results. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** What the model thought; `undefined` when it did not show any thinking. */
  get thinking(): { readonly text: string } | undefined {
    const thoughts = this.parts.filter((part) => part.type === "thinking");
    return thoughts.length > 0 ? { text: thoughts.map(({ text }) => text).join("") } : undefined;
  }

  /** The calls of this answer that nobody has made. A call whose arguments are no JSON is left out. */
  get toolCalls(): readonly ToolCallPart[] {
    const calls = this.parts.filter((part) => part.type === "tool_call");
    return calls.filter((call) => call.kind !== "server_tool_use" && call.invalidArguments === undefined);
  }

  /** All sources that the answer cites. */
  get citations(): readonly Citation[] {
    return this.parts.flatMap((part) => (part.type === "text" ? (part.citations ?? []) : []));
  }

  /** The answer's text. */
  toString(): string {
    return this.content;
  }

  /** Everything but `raw`. */
  toJSON(): Record<string, unknown> {
    const { raw: _, ...rest } = this;
    return rest;
  }
}
