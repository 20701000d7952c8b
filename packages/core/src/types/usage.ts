/**
 * Tokens of one answer, as Bedrock counted them.
 *
 * `inputTokens` holds only the input that was neither read from nor written to the prompt cache, so
 * `totalTokens = inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export interface Usage {
  /** Input tokens that were processed at the full price. */
  readonly inputTokens: number;
  /** Tokens that the model wrote, its thinking included. */
  readonly outputTokens: number;
  /** All tokens of the call, those of the cache included. */
  readonly totalTokens: number;
  /** Input tokens read from the prompt cache; 0 when Bedrock reported none. */
  readonly cacheReadTokens: number;
  /** Input tokens written to the prompt cache; 0 when Bedrock reported none. */
  readonly cacheWriteTokens: number;
  /** The cache writes by time to live, where Bedrock tells them apart. */
  readonly cacheWriteTokensByTtl?: { readonly [ttl: string]: number };
}
