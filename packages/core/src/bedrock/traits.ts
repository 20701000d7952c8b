/** Who made the model. `unknown` is an id of no known family, or an ARN that does not name its model. */
export type Family =
  | "claude"
  | "nova"
  | "titan"
  | "llama"
  | "mistral"
  | "cohere"
  | "ai21"
  | "deepseek"
  | "qwen"
  | "openai"
  | "zai"
  | "kimi"
  | "minimax"
  | "gemma"
  | "nemotron"
  | "palmyra"
  | "grok"
  | "unknown";

/** Where a model takes cache points, and from how many tokens on a prefix is cached. */
export interface CacheTraits {
  readonly inTools: boolean;
  readonly inSystem: boolean;
  readonly inMessages: boolean;
  /** Whether a cache may live for an hour. */
  readonly hasOneHour: boolean;
  readonly minTokens: number;
}

/**
 * How thinking is asked for.
 *
 * - `none`: cannot think. `always`: thinks unasked, and nothing can be set.
 * - `budget`: Claude's `thinking: { type: "enabled", budget_tokens }`.
 * - `budget-or-adaptive`: Claude 4.6 takes both. `adaptive`: Claude's `thinking: { type: "adaptive" }` and an effort.
 * - `nova`: `reasoningConfig` with `maxReasoningEffort`.
 * - `reasoning-effort`: `reasoning_effort`. `reasoning-config`: Qwen's `reasoning_config`.
 */
export type ThinkingStyle =
  "none" | "always" | "budget" | "budget-or-adaptive" | "adaptive" | "nova" | "reasoning-effort" | "reasoning-config";

/** What a request must know of its model. */
export interface ModelTraits {
  readonly family: Family;
  /** Whether the first message must come from the user. */
  readonly startsWithUser: boolean;
  /** Whether the last message may come from the assistant, to be continued. */
  readonly continuesAssistant: boolean;
  /** Whether it takes a system prompt. */
  readonly hasSystem: boolean;
  /** Where it can call tools. */
  readonly tools: "everywhere" | "not-in-streams" | "nowhere";
  /** Whether tool results may share a message with other blocks. */
  readonly mixesToolResults: boolean;
  /** Whether a tool result may have a `status`. */
  readonly hasResultStatus: boolean;
  /** Which choices of tools it takes. */
  readonly toolChoices: readonly ("auto" | "any" | "tool")[];
  /** Whether a tool may be `strict`. */
  readonly hasStrictTools: boolean;
  /** Whether tool names may hold hyphens. */
  readonly hasHyphenNames: boolean;
  /** The best way to ask it for JSON of a schema. */
  readonly output: "native" | "tool" | "prompt";
  /** What it reads beside text. */
  readonly media: readonly ("image" | "document" | "video" | "audio")[];
  /** Whether a tool result may hold an image. */
  readonly hasResultImages: boolean;
  /** Whether media may come from S3. */
  readonly readsS3: boolean;
  /** Most images in a request. */
  readonly maxImages: number;
  /** `undefined`: it refuses cache points. */
  readonly cache: CacheTraits | undefined;
  /** Which of `temperature` and `topP` may be set. */
  readonly sampling: "both" | "either" | "neither";
  readonly hasStopSequences: boolean;
  readonly thinking: ThinkingStyle;
  /** The efforts that it knows, least first; empty when it has none. */
  readonly efforts: readonly string[];
  /** Which thinking it takes back: only signed, any, or none. */
  readonly replaysThinking: "signed" | "any" | "none";
  /** The most tokens it writes, where that is known. */
  readonly maxOutputTokens: number | undefined;
}
