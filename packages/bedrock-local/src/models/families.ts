/**
 * What the local Bedrock knows about models: which ids exist and how each family differs.
 *
 * An id becomes a `Model` once, in `resolveModel`; nothing else compares id strings. Limits are those of the public
 * model tables of 2026; where no figure is known, the largest of the family stands, so that no legal request is refused.
 */

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
  /** Whether the first message must come from the user. Default `true`. */
  readonly startsWithUser: boolean;
  /** Whether the last message may come from the assistant, to be continued. Default `false`. */
  readonly continuesAssistant: boolean;
  /** Whether tool results may share a message with other blocks. Default `true`. */
  readonly mixesToolResults: boolean;
  /** Where cache points are accepted. Default `none`. */
  readonly cachePoints: "all" | "not-in-tools" | "none";
  /** Whether media may come from S3. Default `false`. */
  readonly readsS3: boolean;
  /** Most images in a request. Default 20. */
  readonly maxImages: number;
  /** Which of `temperature` and `topP` may be set. Default `both`. */
  readonly sampling: "both" | "either" | "neither";
  /** How `thinking` is switched on in the request fields. Default `none`: the field is not looked at. */
  readonly thinking: "none" | "budget" | "any" | "adaptive";
  /** The only members of `additionalModelRequestFields` that pass; `undefined` lets all pass. */
  readonly requestFields: readonly string[] | undefined;
}

/** A known model. `id` is bare: without ARN and geographic prefix. */
export interface Model extends ModelTraits {
  readonly id: string;
  /** Whether the id came as an inference profile, by prefix or by ARN. */
  readonly isProfile: boolean;
}

type Row = readonly [prefix: string, family: Family, traits?: Partial<ModelTraits>];

const CLAUDE_FIELDS: readonly string[] = [
  "anthropic_beta",
  "anthropic_version",
  "context_management",
  "mcp_servers",
  "output_config",
  "reasoning_config",
  "thinking",
  "tool_choice",
  "tools",
  "top_k",
];

const NO_CHAT: Partial<ModelTraits> = { chats: false };

const FAMILY_DEFAULTS: Readonly<Record<Family, Partial<ModelTraits>>> = {
  claude: {
    maxOutputTokens: 128_000,
    contextTokens: 1_000_000,
    startsWithUser: false,
    cachePoints: "all",
    maxImages: 100,
    requestFields: CLAUDE_FIELDS,
  },
  nova: {
    maxOutputTokens: 10_000,
    contextTokens: 300_000,
    continuesAssistant: true,
    cachePoints: "not-in-tools",
    readsS3: true,
    requestFields: ["inferenceConfig", "reasoningConfig"],
  },
  titan: { maxOutputTokens: 8_192, contextTokens: 32_000 },
  llama: { maxOutputTokens: 8_192, contextTokens: 131_072, mixesToolResults: false },
  mistral: { maxOutputTokens: 8_192, contextTokens: 256_000, mixesToolResults: false },
  cohere: { maxOutputTokens: 4_096, contextTokens: 128_000 },
  ai21: { maxOutputTokens: 4_096, contextTokens: 256_000 },
  deepseek: { maxOutputTokens: 81_920, contextTokens: 163_840 },
  qwen: { maxOutputTokens: 262_000, contextTokens: 262_144, startsWithUser: false },
  openai: { maxOutputTokens: 128_000, contextTokens: 272_000 },
  zai: { maxOutputTokens: 131_072, contextTokens: 204_800, startsWithUser: false },
  kimi: { maxOutputTokens: 16_000, contextTokens: 262_143, startsWithUser: false },
  minimax: { maxOutputTokens: 131_072, contextTokens: 204_800 },
  gemma: { maxOutputTokens: 8_192, contextTokens: 202_752 },
  nemotron: { maxOutputTokens: 131_072, contextTokens: 262_144 },
  palmyra: { maxOutputTokens: 8_192, contextTokens: 1_040_000, needsProfile: true },
  grok: { maxOutputTokens: 131_072, contextTokens: 1_000_000 },
  opaque: { continuesAssistant: true, cachePoints: "all", readsS3: true, maxImages: 100, startsWithUser: false },
};

/** Claude up to 4.5: thinking has a budget, and the answer can be begun for it. */
const CLAUDE_EARLY: Partial<ModelTraits> = { contextTokens: 200_000, continuesAssistant: true };
const CLAUDE_BUDGET: Partial<ModelTraits> = { ...CLAUDE_EARLY, needsProfile: true, thinking: "budget" };
const CLAUDE_4_5: Partial<ModelTraits> = { ...CLAUDE_BUDGET, sampling: "either", maxOutputTokens: 64_000 };
/** Claude 4.6: adaptive thinking is new, budgets still work, and answers can no longer be begun. */
const CLAUDE_4_6: Partial<ModelTraits> = { needsProfile: true, sampling: "either", thinking: "any" };
/** Claude from 4.7 on: adaptive thinking only, and no sampling parameters. */
const CLAUDE_LATE: Partial<ModelTraits> = { needsProfile: true, sampling: "neither", thinking: "adaptive" };

/** The first row whose prefix fits wins, so longer prefixes stand before shorter ones. */
const ROWS: readonly Row[] = [
  ["anthropic.claude-v2", "claude", { ...CLAUDE_EARLY, maxOutputTokens: 4_096 }],
  ["anthropic.claude-instant", "claude", { ...CLAUDE_EARLY, maxOutputTokens: 4_096, contextTokens: 100_000 }],
  ["anthropic.claude-3-7", "claude", { ...CLAUDE_BUDGET, maxOutputTokens: 131_072 }],
  ["anthropic.claude-3-5", "claude", { ...CLAUDE_EARLY, maxOutputTokens: 8_192, maxImages: 20 }],
  ["anthropic.claude-3-", "claude", { ...CLAUDE_EARLY, maxOutputTokens: 4_096, maxImages: 20 }],
  ["anthropic.claude-haiku-4-5", "claude", CLAUDE_4_5],
  ["anthropic.claude-sonnet-4-5", "claude", CLAUDE_4_5],
  ["anthropic.claude-opus-4-5", "claude", CLAUDE_4_5],
  ["anthropic.claude-sonnet-4-6", "claude", { ...CLAUDE_4_6, maxOutputTokens: 64_000 }],
  ["anthropic.claude-opus-4-6", "claude", CLAUDE_4_6],
  ["anthropic.claude-opus-4-7", "claude", CLAUDE_LATE],
  ["anthropic.claude-opus-4-8", "claude", CLAUDE_LATE],
  ["anthropic.claude-opus-4-1", "claude", { ...CLAUDE_4_5, maxOutputTokens: 32_000 }],
  ["anthropic.claude-opus-4-", "claude", { ...CLAUDE_BUDGET, maxOutputTokens: 32_000 }],
  ["anthropic.claude-sonnet-4-", "claude", { ...CLAUDE_BUDGET, maxOutputTokens: 64_000 }],
  ["anthropic.claude-", "claude", CLAUDE_LATE],
  ["amazon.nova-2-lite", "nova", { needsProfile: true, maxOutputTokens: 65_536, contextTokens: 1_000_000 }],
  ["amazon.nova-2-pro", "nova", { needsProfile: true, maxOutputTokens: 65_536, contextTokens: 1_000_000 }],
  ["amazon.nova-premier", "nova", { needsProfile: true, maxOutputTokens: 32_000, contextTokens: 1_000_000 }],
  ["amazon.nova-micro", "nova", { contextTokens: 128_000 }],
  ["amazon.nova-lite", "nova"],
  ["amazon.nova-pro", "nova"],
  ["amazon.nova-", "nova", NO_CHAT],
  ["amazon.titan-text", "titan"],
  ["amazon.titan-tg1", "titan"],
  ["amazon.titan-", "titan", NO_CHAT],
  ["amazon.rerank", "titan", NO_CHAT],
  ["meta.llama4", "llama", { needsProfile: true, maxOutputTokens: 16_384, contextTokens: 3_500_000, maxImages: 8 }],
  ["meta.llama3-2", "llama", { needsProfile: true }],
  ["meta.llama", "llama"],
  ["mistral.pixtral", "mistral", { needsProfile: true }],
  ["mistral.magistral", "mistral", { maxOutputTokens: 40_000 }],
  ["mistral.", "mistral"],
  ["cohere.command", "cohere"],
  ["cohere.", "cohere", NO_CHAT],
  ["ai21.", "ai21"],
  ["deepseek.r1", "deepseek", { needsProfile: true, maxOutputTokens: 32_768, contextTokens: 128_000 }],
  ["deepseek.", "deepseek"],
  ["qwen.", "qwen"],
  ["openai.gpt-oss", "openai", { maxOutputTokens: 16_384, contextTokens: 128_000 }],
  ["openai.", "openai"],
  ["zai.", "zai"],
  ["moonshotai.", "kimi"],
  ["moonshot.", "kimi"],
  ["minimax.", "minimax"],
  ["google.gemma", "gemma"],
  ["nvidia.", "nemotron"],
  ["writer.", "palmyra"],
  ["xai.", "grok"],
  ["stability.", "opaque", NO_CHAT],
  ["twelvelabs.", "opaque", NO_CHAT],
];

const DEFAULT_TRAITS: Omit<ModelTraits, "family"> = {
  maxOutputTokens: 262_144,
  contextTokens: 3_500_000,
  chats: true,
  needsProfile: false,
  startsWithUser: true,
  continuesAssistant: false,
  mixesToolResults: true,
  cachePoints: "none",
  readsS3: false,
  maxImages: 20,
  sampling: "both",
  thinking: "none",
  requestFields: undefined,
};

const GEOGRAPHIC_PREFIX = /^(us-gov|us|eu|apac|jp|au|ca|in|global)\./;
const BEDROCK_ARN = /^arn:aws(?:-[^:]+)?:bedrock:[^:]*:[^:]*:([a-z-]+)\/(.+)$/;
const SAGEMAKER_ARN = /^arn:aws:sagemaker:[^:]+:\d{12}:endpoint\//;

/** Kinds of ARN whose resource names the model. */
const NAMING_ARNS: ReadonlySet<string> = new Set(["foundation-model", "inference-profile", "custom-model"]);

/**
 * The model behind a model id, with or without geographic prefix, or any kind of ARN that Converse takes.
 *
 * @param modelId the id from the path, URL-decoded.
 * @returns `undefined` when the id fits no known family.
 */
export function resolveModel(modelId: string): Model | undefined {
  const [, kind, resource] = BEDROCK_ARN.exec(modelId) ?? [];
  if (kind !== undefined && resource !== undefined) {
    if (!NAMING_ARNS.has(kind)) return createModel(resource, "opaque", {}, true);
    return findModel(resource, kind !== "foundation-model");
  }
  if (SAGEMAKER_ARN.test(modelId)) return createModel(modelId, "opaque", {}, true);
  return findModel(modelId, false);
}

function findModel(name: string, isProfile: boolean): Model | undefined {
  const id = name.replace(GEOGRAPHIC_PREFIX, "");
  const row = ROWS.find(([prefix]) => id.startsWith(prefix));
  return row && createModel(id, row[1], row[2] ?? {}, isProfile || id !== name);
}

function createModel(id: string, family: Family, traits: Partial<ModelTraits>, isProfile: boolean): Model {
  return { ...DEFAULT_TRAITS, ...FAMILY_DEFAULTS[family], ...traits, family, id, isProfile };
}
