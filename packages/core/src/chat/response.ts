import type { ChatResult } from "../provider.ts";
import type { Citation, ContentPart, ToolCallPart } from "../types/content.ts";
import type { JsonObject } from "../types/json.ts";
import type { FinishReason, ResponseMetadata, Warning } from "../types/response.ts";
import type { Usage } from "../types/usage.ts";

/** A complete answer. Wherever a string is wanted, it is its text. */
export class ChatResponse {
  /** The answer's text. */
  readonly content: string;
  /** Everything that the model sent, in order. */
  readonly parts: readonly ContentPart[];
  /** The model id as it was asked for. */
  readonly model: string;
  readonly finishReason: FinishReason;
  /** Tokens as Bedrock counted them; `undefined` when it sent no count. */
  readonly usage: Usage | undefined;
  /** AWS request id, to quote to AWS support. */
  readonly requestId: string | undefined;
  /** What was changed in the request to make it acceptable. */
  readonly warnings: readonly Warning[];
  readonly metadata: ResponseMetadata;
  /** The response as received; of a stream, the same put together from its events. */
  readonly raw: JsonObject;

  constructor(result: ChatResult) {
    this.content = textOf(result.parts);
    this.parts = result.parts;
    this.model = result.model;
    this.finishReason = result.finishReason;
    this.usage = result.usage;
    this.requestId = result.requestId;
    this.warnings = result.warnings;
    this.metadata = result.metadata;
    this.raw = result.raw;
  }

  /** What the model thought; `undefined` when it did not show any thinking. */
  get thinking(): { readonly text: string } | undefined {
    const thoughts = this.parts.filter((part) => part.type === "thinking");
    return thoughts.length > 0 ? { text: thoughts.map(({ text }) => text).join("") } : undefined;
  }

  /** The calls that the model wants made and that nobody has made. A call whose arguments are no JSON is left out. */
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

/** The text of some parts, put together. */
function textOf(parts: readonly ContentPart[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
