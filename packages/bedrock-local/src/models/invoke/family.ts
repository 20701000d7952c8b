import type { OperationContext } from "../../operations/operation.ts";

/** What a family answers to a body of InvokeModel. */
export interface InvokeAnswer {
  /** The family's own JSON. */
  readonly body: unknown;
  /** For the header `x-amzn-bedrock-input-token-count`; the header is left out when `undefined`. */
  readonly inputTokens?: number | undefined;
  /** For the header `x-amzn-bedrock-output-token-count`; the header is left out when `undefined`. */
  readonly outputTokens?: number | undefined;
  /** Further headers of the answer, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a family has to work with: all that an operation has, but nothing to answer with. */
export type InvokeContext = Omit<OperationContext, "exchange" | "baseHeaders" | "body" | "rawBody">;

/** Models that share one form of body. */
export interface InvokeFamily {
  /** Finds its models: `id` is bare, without ARN and geographic prefix. */
  readonly matches: (id: string) => boolean;
  /**
   * Answers one body, which is an object. `id` is bare; `context.modelId` is the id as it came. Throws `AwsError` for a
   * body that is refused.
   */
  readonly invoke: (
    context: InvokeContext,
    body: Readonly<Record<string, unknown>>,
    id: string,
  ) => InvokeAnswer | Promise<InvokeAnswer>;
}
