/**
 * The models that the local Bedrock knows: one row for each group of ids.
 *
 * Limits are those of the public model tables of 2026, refusals those seen on the wire. Where nothing is known, the most
 * that any model of the family takes stands, so that no legal request is refused.
 */
import type { Family, Medium, ModelTraits } from "./traits.ts";

/** A group of models: those whose bare id begins with `prefix`. */
export type FamilyRow = readonly [prefix: string, family: Family, traits?: Partial<ModelTraits>];

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

const SEES: readonly Medium[] = ["image", "document"];
const WATCHES: readonly Medium[] = ["image", "document", "video"];
const ALL_MEDIA: readonly Medium[] = ["image", "document", "video", "audio"];

const NO_CHAT: Partial<ModelTraits> = { chats: false };
const NO_TOOLS: Partial<ModelTraits> = { tools: "nowhere" };

/** What stands where neither family nor row says anything. */
export const DEFAULT_TRAITS: Omit<ModelTraits, "family"> = {
  maxOutputTokens: 262_144,
  contextTokens: 3_500_000,
  chats: true,
  needsProfile: false,
  hasSystem: true,
  media: ["document"],
  resultImages: false,
  maxImages: 20,
  readsS3: false,
  startsWithUser: true,
  continuesAssistant: false,
  tools: "everywhere",
  toolChoices: ["auto", "any", "tool"],
  mixesToolResults: true,
  resultStatus: true,
  schemas: true,
  cachePoints: "none",
  minCacheTokens: 1_024,
  cacheTtls: false,
  sampling: "both",
  stopSequences: true,
  optimizedLatency: true,
  thinking: "none",
  efforts: undefined,
  signedReasoning: false,
  requestFields: undefined,
};

/** What a family's models have in common. */
export const FAMILY_DEFAULTS: Readonly<Record<Family, Partial<ModelTraits>>> = {
  claude: {
    maxOutputTokens: 128_000,
    contextTokens: 1_000_000,
    media: SEES,
    resultImages: true,
    startsWithUser: false,
    cachePoints: "all",
    cacheTtls: true,
    maxImages: 100,
    signedReasoning: true,
    requestFields: CLAUDE_FIELDS,
  },
  nova: {
    maxOutputTokens: 10_000,
    contextTokens: 300_000,
    media: WATCHES,
    resultImages: true,
    continuesAssistant: true,
    cachePoints: "not-in-tools",
    readsS3: true,
    schemas: false,
    requestFields: ["inferenceConfig", "reasoningConfig"],
  },
  titan: { maxOutputTokens: 8_192, contextTokens: 32_000, hasSystem: false, schemas: false, ...NO_TOOLS },
  llama: {
    maxOutputTokens: 8_192,
    contextTokens: 131_072,
    mixesToolResults: false,
    tools: "not-in-streams",
    toolChoices: ["auto"],
    schemas: false,
  },
  mistral: { maxOutputTokens: 8_192, contextTokens: 256_000, mixesToolResults: false },
  cohere: { maxOutputTokens: 4_096, contextTokens: 128_000, tools: "not-in-streams", schemas: false },
  ai21: { maxOutputTokens: 4_096, contextTokens: 256_000, schemas: false },
  deepseek: { maxOutputTokens: 81_920, contextTokens: 163_840, stopSequences: false },
  qwen: {
    maxOutputTokens: 262_000,
    contextTokens: 262_144,
    startsWithUser: false,
    media: WATCHES,
    stopSequences: false,
  },
  openai: { maxOutputTokens: 128_000, contextTokens: 272_000, media: SEES, stopSequences: false },
  zai: { maxOutputTokens: 131_072, contextTokens: 204_800, startsWithUser: false, stopSequences: false },
  kimi: {
    maxOutputTokens: 16_000,
    contextTokens: 262_143,
    startsWithUser: false,
    media: WATCHES,
    stopSequences: false,
  },
  minimax: { maxOutputTokens: 131_072, contextTokens: 204_800, stopSequences: false },
  gemma: { maxOutputTokens: 8_192, contextTokens: 202_752, media: SEES, stopSequences: false, optimizedLatency: false },
  nemotron: { maxOutputTokens: 131_072, contextTokens: 262_144, media: SEES },
  palmyra: { maxOutputTokens: 8_192, contextTokens: 1_040_000, needsProfile: true, media: SEES, resultStatus: false },
  grok: { maxOutputTokens: 131_072, contextTokens: 1_000_000, media: SEES, sampling: "neither", stopSequences: false },
  opaque: {
    continuesAssistant: true,
    cachePoints: "all",
    cacheTtls: true,
    readsS3: true,
    media: ALL_MEDIA,
    resultImages: true,
    maxImages: 100,
    startsWithUser: false,
    signedReasoning: true,
  },
};

/** Claude up to 4.5: thinking has a budget, and the answer can be begun for it. */
const CLAUDE_EARLY: Partial<ModelTraits> = {
  contextTokens: 200_000,
  continuesAssistant: true,
  schemas: false,
  efforts: [],
};
const CLAUDE_UNCACHED: Partial<ModelTraits> = { ...CLAUDE_EARLY, cachePoints: "none" };
const CLAUDE_TEXT: Partial<ModelTraits> = { ...CLAUDE_UNCACHED, ...NO_TOOLS, media: ["document"] };
const CLAUDE_BUDGET: Partial<ModelTraits> = { ...CLAUDE_EARLY, needsProfile: true, thinking: "budget" };
const CLAUDE_4_1: Partial<ModelTraits> = { ...CLAUDE_BUDGET, sampling: "either" };
const CLAUDE_4_5: Partial<ModelTraits> = { ...CLAUDE_4_1, maxOutputTokens: 64_000, schemas: true };
const BIG_CACHE: Partial<ModelTraits> = { minCacheTokens: 4_096 };
/** Claude 4.6: adaptive thinking is new, budgets still work, and answers can no longer be begun. */
const CLAUDE_4_6: Partial<ModelTraits> = {
  needsProfile: true,
  sampling: "either",
  thinking: "any",
  efforts: ["low", "medium", "high", "max"],
};
/** Claude from 4.7 on: adaptive thinking only, and no sampling parameters. */
const CLAUDE_LATE: Partial<ModelTraits> = {
  needsProfile: true,
  sampling: "neither",
  thinking: "adaptive",
  efforts: ["low", "medium", "high", "xhigh", "max"],
};
/** Those of them that refuse schemas. */
const CLAUDE_NO_SCHEMA: Partial<ModelTraits> = { ...CLAUDE_LATE, schemas: "from-the-model" };
const SMALL_CACHE: Partial<ModelTraits> = { minCacheTokens: 512 };

/** Nova 2 reasons and takes an effort. */
const NOVA_2: Partial<ModelTraits> = {
  needsProfile: true,
  maxOutputTokens: 65_536,
  contextTokens: 1_000_000,
  efforts: ["low", "medium", "high"],
};
const LLAMA_4: Partial<ModelTraits> = {
  needsProfile: true,
  maxOutputTokens: 16_384,
  contextTokens: 3_500_000,
  media: SEES,
  resultImages: true,
  maxImages: 8,
};
/** The first Mistral models: no system prompt and no tools. */
const MISTRAL_EARLY: Partial<ModelTraits> = { hasSystem: false, schemas: false, ...NO_TOOLS };
/** Mistral before its third generation cannot be told which tool to use. */
const MISTRAL_LARGE: Partial<ModelTraits> = { schemas: false, toolChoices: ["auto", "any"] };
const MISTRAL_SEES: Partial<ModelTraits> = { media: SEES };
const GPT_OSS: Partial<ModelTraits> = {
  maxOutputTokens: 16_384,
  contextTokens: 128_000,
  media: ["document"],
  efforts: ["low", "medium", "high"],
};
const TEXT_ONLY: Partial<ModelTraits> = { media: ["document"] };

/** The first row whose prefix fits wins, so longer prefixes stand before shorter ones. */
export const ROWS: readonly FamilyRow[] = [
  ["anthropic.claude-v2", "claude", { ...CLAUDE_TEXT, maxOutputTokens: 4_096 }],
  ["anthropic.claude-instant", "claude", { ...CLAUDE_TEXT, maxOutputTokens: 4_096, contextTokens: 100_000 }],
  ["anthropic.claude-3-7", "claude", { ...CLAUDE_BUDGET, maxOutputTokens: 131_072 }],
  [
    "anthropic.claude-3-5-haiku",
    "claude",
    { ...CLAUDE_EARLY, ...TEXT_ONLY, maxOutputTokens: 8_192, minCacheTokens: 2_048 },
  ],
  ["anthropic.claude-3-5-sonnet-20240620", "claude", { ...CLAUDE_UNCACHED, maxOutputTokens: 8_192, maxImages: 20 }],
  ["anthropic.claude-3-5", "claude", { ...CLAUDE_EARLY, maxOutputTokens: 8_192, maxImages: 20 }],
  ["anthropic.claude-3-", "claude", { ...CLAUDE_UNCACHED, maxOutputTokens: 4_096, maxImages: 20 }],
  ["anthropic.claude-haiku-4-5", "claude", { ...CLAUDE_4_5, ...BIG_CACHE }],
  ["anthropic.claude-sonnet-4-5", "claude", CLAUDE_4_5],
  ["anthropic.claude-opus-4-5", "claude", { ...CLAUDE_4_5, ...BIG_CACHE, efforts: ["low", "medium", "high"] }],
  ["anthropic.claude-sonnet-4-6", "claude", { ...CLAUDE_4_6, maxOutputTokens: 64_000 }],
  ["anthropic.claude-opus-4-6", "claude", { ...CLAUDE_4_6, ...BIG_CACHE, optimizedLatency: false }],
  ["anthropic.claude-opus-4-7", "claude", { ...CLAUDE_NO_SCHEMA, minCacheTokens: 2_048 }],
  ["anthropic.claude-opus-4-8", "claude", CLAUDE_NO_SCHEMA],
  ["anthropic.claude-opus-4-1", "claude", { ...CLAUDE_4_1, maxOutputTokens: 32_000 }],
  ["anthropic.claude-opus-4-", "claude", { ...CLAUDE_BUDGET, maxOutputTokens: 32_000 }],
  ["anthropic.claude-sonnet-4-", "claude", { ...CLAUDE_BUDGET, maxOutputTokens: 64_000 }],
  ["anthropic.claude-opus-5", "claude", { ...CLAUDE_NO_SCHEMA, ...SMALL_CACHE }],
  ["anthropic.claude-fable-5", "claude", { ...CLAUDE_NO_SCHEMA, ...SMALL_CACHE }],
  ["anthropic.claude-", "claude", CLAUDE_LATE],
  ["amazon.nova-2-lite", "nova", NOVA_2],
  ["amazon.nova-2-pro", "nova", { ...NOVA_2, media: ALL_MEDIA }],
  ["amazon.nova-2-omni", "nova", { ...NOVA_2, media: ALL_MEDIA }],
  ["amazon.nova-premier", "nova", { needsProfile: true, maxOutputTokens: 32_000, contextTokens: 1_000_000 }],
  ["amazon.nova-micro", "nova", { contextTokens: 128_000, media: [] }],
  ["amazon.nova-lite", "nova"],
  ["amazon.nova-pro", "nova"],
  ["amazon.nova-", "nova", NO_CHAT],
  ["amazon.titan-text-premier", "titan", { media: [] }],
  ["amazon.titan-text", "titan"],
  ["amazon.titan-tg1", "titan"],
  ["amazon.titan-", "titan", NO_CHAT],
  ["amazon.rerank", "titan", NO_CHAT],
  ["meta.llama4", "llama", LLAMA_4],
  ["meta.llama3-2-11b", "llama", { needsProfile: true, media: SEES }],
  ["meta.llama3-2-90b", "llama", { needsProfile: true, media: SEES }],
  ["meta.llama3-2", "llama", { needsProfile: true, ...NO_TOOLS }],
  ["meta.llama3-70b", "llama", NO_TOOLS],
  ["meta.llama3-8b", "llama", NO_TOOLS],
  ["meta.llama2", "llama", NO_TOOLS],
  ["meta.llama", "llama"],
  ["mistral.mistral-7b", "mistral", MISTRAL_EARLY],
  ["mistral.mixtral", "mistral", MISTRAL_EARLY],
  ["mistral.mistral-large-24", "mistral", MISTRAL_LARGE],
  ["mistral.mistral-small-2402", "mistral", { ...MISTRAL_LARGE, media: [] }],
  ["mistral.pixtral", "mistral", { needsProfile: true, schemas: false, ...MISTRAL_SEES }],
  ["mistral.magistral", "mistral", { maxOutputTokens: 40_000, ...MISTRAL_SEES }],
  ["mistral.voxtral", "mistral", { media: ["document", "audio"] }],
  ["mistral.devstral", "mistral"],
  ["mistral.", "mistral", MISTRAL_SEES],
  ["cohere.command-r", "cohere"],
  ["cohere.command", "cohere", { hasSystem: false, ...NO_TOOLS }],
  ["cohere.", "cohere", NO_CHAT],
  ["ai21.jamba-instruct", "ai21", { media: [], ...NO_TOOLS }],
  ["ai21.j2", "ai21", { hasSystem: false, media: [], ...NO_TOOLS }],
  ["ai21.", "ai21"],
  [
    "deepseek.r1",
    "deepseek",
    {
      needsProfile: true,
      maxOutputTokens: 32_768,
      contextTokens: 128_000,
      schemas: false,
      stopSequences: true,
      ...NO_TOOLS,
    },
  ],
  ["deepseek.", "deepseek"],
  ["qwen.qwen3-vl", "qwen"],
  ["qwen.qwen3-", "qwen", TEXT_ONLY],
  ["qwen.", "qwen"],
  ["openai.gpt-oss", "openai", GPT_OSS],
  ["openai.gpt-5.4", "openai", { stopSequences: true }],
  ["openai.gpt-5.5", "openai", { stopSequences: true }],
  ["openai.", "openai", { sampling: "neither" }],
  ["zai.glm-4.7", "zai"],
  ["zai.glm-5", "zai"],
  ["zai.", "zai", { media: SEES }],
  ["moonshotai.kimi-k3", "kimi", { sampling: "neither" }],
  ["moonshotai.", "kimi"],
  ["moonshot.kimi-k2-thinking", "kimi", TEXT_ONLY],
  ["moonshot.", "kimi"],
  ["minimax.", "minimax"],
  ["google.gemma", "gemma"],
  ["nvidia.", "nemotron"],
  ["writer.", "palmyra"],
  ["xai.grok-4.3", "grok", { sampling: "both" }],
  ["xai.", "grok"],
  ["stability.stable-diffusion", "opaque", NO_CHAT],
  ["stability.stable-image-core", "opaque", NO_CHAT],
  ["stability.stable-image-ultra", "opaque", NO_CHAT],
  ["stability.stable-", "opaque", { ...NO_CHAT, needsProfile: true }],
  ["stability.", "opaque", NO_CHAT],
  ["twelvelabs.", "opaque", NO_CHAT],
];
