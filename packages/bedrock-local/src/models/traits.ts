/** In what models differ. */

/** Who made the model. `opaque` is an ARN that does not name its model. */
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
  | "opaque";

/** Content beside text that a model may understand. */
export type Medium = "image" | "document" | "video" | "audio";

/** How a model differs from the others. */
export interface ModelTraits {
  readonly family: Family;
  /** Most tokens that `maxTokens` may ask for. */
  readonly maxOutputTokens: number;
  /** Most tokens of a prompt. */
  readonly contextTokens: number;
  /** Whether it answers in Converse; embedding, image and ranking models do not. Default `true`. */
  readonly chats: boolean;
  /** Whether its bare id is refused and an inference profile is needed. Default `false`. */
  readonly needsProfile: boolean;
  /** Whether it takes a system prompt. Default `true`. */
  readonly hasSystem: boolean;
  /** What it takes beside text. Default: documents. */
  readonly media: readonly Medium[];
  /** Whether tool results may hold images, when it takes images at all. Default `false`. */
  readonly resultImages: boolean;
  /** Most images in a request. Default 20. */
  readonly maxImages: number;
  /** Whether media may come from S3. Default `false`. */
  readonly readsS3: boolean;
  /** Whether the first message must come from the user. Default `true`. */
  readonly startsWithUser: boolean;
  /** Whether the last message may come from the assistant, to be continued. Default `false`. */
  readonly continuesAssistant: boolean;
  /** Where it uses tools. Default `everywhere`. */
  readonly tools: "everywhere" | "not-in-streams" | "nowhere";
  /** Which choices of tools it takes. Default: all. */
  readonly toolChoices: readonly ("auto" | "any" | "tool")[];
  /** Whether tool results may share a message with other blocks. Default `true`. */
  readonly mixesToolResults: boolean;
  /** Whether tool results may have a `status`. Default `true`. */
  readonly resultStatus: boolean;
  /**
   * Whether it answers by a schema (`outputConfig.textFormat`) and takes `strict` tools. `from-the-model`: Bedrock lets it
   * pass, and the model refuses it. Default `true`.
   */
  readonly schemas: boolean | "from-the-model";
  /** Where cache points are accepted. Default `none`. */
  readonly cachePoints: "all" | "not-in-tools" | "none";
  /** Least tokens of a prefix that is cached; shorter ones are ignored. Default 1024. */
  readonly minCacheTokens: number;
  /** Whether a cache point may have a `ttl`. Default `false`. */
  readonly cacheTtls: boolean;
  /** Which of `temperature` and `topP` may be set. Default `both`. */
  readonly sampling: "both" | "either" | "neither";
  /** Whether `stopSequences` may be set. Default `true`. */
  readonly stopSequences: boolean;
  /** Whether latency can be `optimized`. Default `true`, as the list of such models changes by region. */
  readonly optimizedLatency: boolean;
  /** How `thinking` is switched on in the request fields. Default `none`: the field is not looked at. */
  readonly thinking: "none" | "budget" | "any" | "adaptive";
  /** The efforts that it knows; empty when it knows none; `undefined` when that is not known, so that all pass. */
  readonly efforts: readonly string[] | undefined;
  /** Whether reasoning may have a signature when it is sent back. Default `false`. */
  readonly signedReasoning: boolean;
  /** The only members of `additionalModelRequestFields` that pass; `undefined` lets all pass. */
  readonly requestFields: readonly string[] | undefined;
}
