/** How the models of each family differ: the table that a model id is looked up in. */
import { isProvider, type ModelProvider } from "./models.ts";
import type { CacheTraits, Family, ModelTraits } from "./traits.ts";

type Traits = Partial<ModelTraits>;

/** Documents are read to every model, as Bedrock makes text of them, but to a few. */
const READS: ModelTraits["media"] = ["document"];
const SEES: ModelTraits["media"] = ["image", "document"];
const WATCHES: ModelTraits["media"] = [...SEES, "video"];
const ALL_MEDIA: ModelTraits["media"] = [...WATCHES, "audio"];

/** What every model takes, as far as that is known; where it hides its model, what was asked for goes through. */
const DEFAULT: ModelTraits = {
  family: "unknown",
  startsWithUser: true,
  continuesAssistant: false,
  hasSystem: true,
  tools: "everywhere",
  mixesToolResults: true,
  hasResultStatus: false,
  toolChoices: ["auto", "any", "tool"],
  hasStrictTools: false,
  hasHyphenNames: true,
  output: "prompt",
  media: ALL_MEDIA,
  hasResultImages: true,
  readsS3: true,
  maxImages: 20,
  cache: undefined,
  sampling: "both",
  hasStopSequences: true,
  thinking: "none",
  efforts: [],
  replaysThinking: "signed",
  maxOutputTokens: undefined,
};

const AUTO: Traits = { toolChoices: ["auto"] };
const NO_TOOLS: Traits = { ...AUTO, tools: "nowhere", output: "prompt" };
/** The first models took neither. */
const TEXT_ONLY: Traits = { ...NO_TOOLS, hasSystem: false };
const NATIVE: Traits = { output: "native", hasStrictTools: true };
/** Models that others serve behind Bedrock. */
const SERVED: Traits = { ...NATIVE, hasStopSequences: false };
const EFFORTS: readonly string[] = ["low", "medium", "high"];

const cacheFrom = (minTokens: number, hasOneHour = true, inTools = true): CacheTraits => ({
  inTools,
  inSystem: true,
  inMessages: true,
  hasOneHour,
  minTokens,
});

/** Of models that are not Claude's, none takes thinking back, and none reads S3 but Nova's. */
const OTHER: Traits = { media: READS, hasResultImages: false, readsS3: false, replaysThinking: "none" };

/** What the models of a family share; Claude's are those from 4.7 on. */
const FAMILIES: Readonly<Partial<Record<Family, Traits>>> = {
  claude: {
    startsWithUser: false,
    hasResultStatus: true,
    output: "tool",
    media: SEES,
    readsS3: false,
    maxImages: 100,
    cache: cacheFrom(1024),
    sampling: "neither",
    thinking: "adaptive",
    efforts: [...EFFORTS, "xhigh", "max"],
    maxOutputTokens: 128_000,
  },
  nova: {
    continuesAssistant: true,
    hasResultStatus: true,
    hasHyphenNames: false,
    output: "tool",
    media: WATCHES,
    hasResultImages: true,
    readsS3: true,
    cache: cacheFrom(1024, false, false),
    maxOutputTokens: 10_000,
  },
  titan: { ...TEXT_ONLY, maxOutputTokens: 8192 },
  llama: { ...AUTO, tools: "not-in-streams", mixesToolResults: false, maxOutputTokens: 8192 },
  mistral: { media: SEES, mixesToolResults: false, hasResultStatus: true, maxOutputTokens: 8192 },
  cohere: { ...AUTO, tools: "not-in-streams", maxOutputTokens: 4096 },
  ai21: { ...AUTO, maxOutputTokens: 4096 },
  deepseek: {
    ...SERVED,
    toolChoices: ["auto", "any"],
    thinking: "reasoning-effort",
    efforts: ["high"],
    maxOutputTokens: 81_920,
  },
  qwen: { ...SERVED, media: WATCHES, startsWithUser: false, maxOutputTokens: 262_000 },
  openai: {
    output: "tool",
    media: SEES,
    hasStopSequences: false,
    sampling: "neither",
    thinking: "always",
    maxOutputTokens: 128_000,
  },
  zai: { ...SERVED, media: SEES, startsWithUser: false, thinking: "always", maxOutputTokens: 131_072 },
  kimi: {
    ...SERVED,
    media: WATCHES,
    startsWithUser: false,
    thinking: "reasoning-effort",
    efforts: EFFORTS,
    maxOutputTokens: 16_000,
  },
  minimax: { thinking: "always", output: "native", hasStopSequences: false, maxOutputTokens: 131_072 },
  gemma: { ...SERVED, media: SEES, maxOutputTokens: 8192 },
  nemotron: { ...NATIVE, media: SEES, maxOutputTokens: 131_072 },
  palmyra: { ...AUTO, media: SEES, mixesToolResults: false, thinking: "always", maxOutputTokens: 8192 },
  grok: {
    output: "tool",
    media: SEES,
    sampling: "neither",
    hasStopSequences: false,
    thinking: "always",
    maxOutputTokens: 131_072,
  },
};

/** Claude up to 4.5: it can be made to go on with an answer that was begun for it. */
const CLAUDE_EARLY: Traits = {
  continuesAssistant: true,
  sampling: "both",
  thinking: "none",
  efforts: [],
  cache: cacheFrom(1024, false),
};
const CLAUDE_3: Traits = { ...CLAUDE_EARLY, maxImages: 20, maxOutputTokens: 4096, cache: undefined };
const CLAUDE_4: Traits = { ...CLAUDE_EARLY, thinking: "budget", maxOutputTokens: 64_000 };
const CLAUDE_4_5: Traits = { ...CLAUDE_4, ...NATIVE, sampling: "either", cache: cacheFrom(1024) };
/** Claude 4.6: adaptive thinking is new, budgets still work. */
const CLAUDE_4_6: Traits = {
  ...NATIVE,
  sampling: "either",
  thinking: "budget-or-adaptive",
  efforts: [...EFFORTS, "max"],
};
const NOVA_2: Traits = { thinking: "nova", efforts: EFFORTS, maxOutputTokens: 65_535 };
const MISTRAL_LARGE: Traits = { toolChoices: ["auto", "any"] };

/** The start of a model's name, its family and how it differs from it; the first that fits counts. */
type Row = readonly [start: string, family: Family, traits?: Traits];

/** Rows by provider: what stands before the first dot of a model id. */
const PROVIDERS: Readonly<Record<ModelProvider, readonly Row[]>> = {
  anthropic: [
    ["claude-v2", "claude", { ...CLAUDE_3, ...NO_TOOLS, media: READS }],
    ["claude-instant", "claude", { ...CLAUDE_3, ...NO_TOOLS, media: READS }],
    ["claude-3-7", "claude", { ...CLAUDE_4, maxOutputTokens: 131_072 }],
    ["claude-3-5-haiku", "claude", { ...CLAUDE_3, media: READS, maxOutputTokens: 8192, cache: cacheFrom(2048, false) }],
    ["claude-3-5-sonnet-20240620", "claude", { ...CLAUDE_3, maxOutputTokens: 8192 }],
    ["claude-3-5", "claude", { ...CLAUDE_3, maxOutputTokens: 8192, cache: cacheFrom(1024, false) }],
    ["claude-3-", "claude", CLAUDE_3],
    ["claude-sonnet-4-2", "claude", CLAUDE_4],
    ["claude-opus-4-2", "claude", { ...CLAUDE_4, maxOutputTokens: 32_000 }],
    ["claude-opus-4-1", "claude", { ...CLAUDE_4, sampling: "either", maxOutputTokens: 32_000 }],
    ["claude-haiku-4-5", "claude", { ...CLAUDE_4_5, cache: cacheFrom(4096) }],
    ["claude-sonnet-4-5", "claude", CLAUDE_4_5],
    ["claude-opus-4-5", "claude", { ...CLAUDE_4_5, cache: cacheFrom(4096) }],
    ["claude-sonnet-4-6", "claude", { ...CLAUDE_4_6, maxOutputTokens: 64_000, cache: cacheFrom(2048) }],
    ["claude-opus-4-6", "claude", { ...CLAUDE_4_6, cache: cacheFrom(4096) }],
    ["claude-opus-4-7", "claude", { cache: cacheFrom(2048) }],
    ["claude-", "claude"],
  ],
  amazon: [
    ["nova-2-lite", "nova", NOVA_2],
    ["nova-2-", "nova", { ...NOVA_2, media: ALL_MEDIA }],
    ["nova-micro", "nova", { media: [] }],
    ["nova-premier", "nova", { maxOutputTokens: 32_000 }],
    ["nova-", "nova"],
    ["titan-text-premier", "titan", { media: [] }],
    ["titan-", "titan"],
  ],
  meta: [
    ["llama4", "llama", { media: SEES, hasResultImages: true, maxImages: 8, maxOutputTokens: 16_384 }],
    ["llama2", "llama", NO_TOOLS],
    ["llama3-8b", "llama", NO_TOOLS],
    ["llama3-70b", "llama", NO_TOOLS],
    ["llama3-2-1b", "llama", NO_TOOLS],
    ["llama3-2-3b", "llama", NO_TOOLS],
    ["llama3-2-", "llama", { media: SEES }],
    ["llama", "llama"],
  ],
  mistral: [
    ["mistral-7b", "mistral", { ...TEXT_ONLY, media: READS }],
    ["mixtral", "mistral", { ...TEXT_ONLY, media: READS }],
    ["mistral-small-2402", "mistral", { ...AUTO, media: [] }],
    ["mistral-large-24", "mistral", { ...MISTRAL_LARGE, media: READS }],
    ["devstral", "mistral", { ...NATIVE, media: READS }],
    ["voxtral", "mistral", { ...NATIVE, media: ["document", "audio"] }],
    ["pixtral", "mistral", MISTRAL_LARGE],
    ["magistral", "mistral", { ...NATIVE, thinking: "always", maxOutputTokens: 40_000 }],
    ["", "mistral", NATIVE],
  ],
  cohere: [
    ["command-r", "cohere"],
    ["", "cohere", TEXT_ONLY],
  ],
  ai21: [
    ["jamba-instruct", "ai21", { ...NO_TOOLS, media: [] }],
    ["j2", "ai21", { ...TEXT_ONLY, media: [] }],
    ["", "ai21"],
  ],
  deepseek: [
    [
      "r1",
      "deepseek",
      {
        ...NO_TOOLS,
        hasStrictTools: false,
        hasStopSequences: true,
        thinking: "always",
        efforts: [],
        maxOutputTokens: 32_768,
      },
    ],
    ["", "deepseek"],
  ],
  qwen: [
    ["qwen3-vl", "qwen"],
    [
      "qwen3-32b",
      "qwen",
      { media: READS, thinking: "reasoning-config", efforts: ["low", "high"], maxOutputTokens: 16_384 },
    ],
    ["qwen3-", "qwen", { media: READS }],
    ["", "qwen"],
  ],
  openai: [
    [
      "gpt-oss",
      "openai",
      {
        ...SERVED,
        media: READS,
        sampling: "both",
        thinking: "reasoning-effort",
        efforts: EFFORTS,
        maxOutputTokens: 16_384,
      },
    ],
    ["", "openai"],
  ],
  zai: [
    ["glm-4.7", "zai", { media: READS }],
    ["glm-5", "zai", { media: READS }],
    ["", "zai"],
  ],
  moonshot: [
    ["kimi-k2-thinking", "kimi", { media: READS }],
    ["", "kimi"],
  ],
  moonshotai: [
    ["kimi-k3", "kimi", { sampling: "neither" }],
    ["", "kimi"],
  ],
  minimax: [["", "minimax"]],
  google: [
    ["gemma-3-4b", "gemma", { output: "tool", hasStrictTools: false, maxOutputTokens: 4096 }],
    ["gemma", "gemma"],
  ],
  nvidia: [
    ["nemotron-nano-3", "nemotron", { thinking: "always", media: READS }],
    ["nemotron-nano-9b", "nemotron", { media: READS }],
    ["nemotron-super", "nemotron", { thinking: "always", media: READS }],
    ["", "nemotron"],
  ],
  writer: [
    ["palmyra-x", "palmyra", { media: READS }],
    ["", "palmyra"],
  ],
  xai: [
    ["grok-4.3", "grok", { sampling: "both" }],
    ["", "grok"],
  ],
};

/** An ARN that hides its model: Bedrock alone can tell whether it takes what was asked for. */
const HIDDEN: Traits = { cache: cacheFrom(4096) };

/**
 * The traits of a model.
 *
 * @param bareId the id without geographic prefix and ARN, like `"anthropic.claude-sonnet-4-6"`. Of a model that is new to
 *   a known family, the traits of the family's newest are given; of an unknown one, what every model takes.
 */
export function findTraits(bareId: string): ModelTraits {
  const dot = bareId.indexOf(".");
  const provider = bareId.slice(0, dot);
  const name = bareId.slice(dot + 1);
  const rows = isProvider(provider) ? PROVIDERS[provider] : undefined;
  const row = rows?.find(([start]) => name.startsWith(start));
  if (!row) return bareId.startsWith("arn:") ? { ...DEFAULT, ...HIDDEN } : DEFAULT;
  const [, family, traits] = row;
  return { ...DEFAULT, ...(family !== "claude" && OTHER), ...FAMILIES[family], ...traits, family };
}
