import type { ChatResult } from "../provider.ts";
import { textOf, type Citation, type ContentPart, type ToolCallPart } from "../types/content.ts";
import type { JsonObject } from "../types/json.ts";
import type { FinishReason, ResponseMetadata, Warning } from "../types/response.ts";
import type { Usage } from "../types/usage.ts";

/** A complete answer. Wherever a string is wanted, it is its text. */
export class ChatResponse {
  /** The answer's text. */
  declare readonly content: string;
  /** Everything that the model sent, in order. */
  declare readonly parts: readonly ContentPart[];
  /** The model id as it was asked for. */
  declare readonly model: string;
  declare readonly finishReason: FinishReason;
  /** Tokens as Bedrock counted them; `undefined` when it sent no count. */
  declare readonly usage: Usage | undefined;
  /** AWS request id, to quote to AWS support. */
  declare readonly requestId: string | undefined;
  /** What was changed in the request to make it acceptable. */
  declare readonly warnings: readonly Warning[];
  declare readonly metadata: ResponseMetadata;
  /** The response as received; of a stream, the same put together from its events. */
  declare readonly raw: JsonObject;

  constructor(result: ChatResult) {
    const { parts, model, finishReason, usage, requestId, warnings, metadata, raw } = result;
    const content = textOf(parts);
    Object.assign(this, { content, parts, model, finishReason, usage, requestId, warnings, metadata, raw });
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
