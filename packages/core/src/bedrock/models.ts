import { InputError } from "../errors.ts";

/** What a model id tells. */
export interface ModelName {
  /** The id of the model itself, without geographic prefix and ARN; an ARN that hides its model stays as it is. */
  readonly bareId: string;
  /** The inference profile's prefix, like `"us"` or `"global"`. */
  readonly profile?: string;
  /** The region that an ARN names; it wins over the client's. */
  readonly region?: string;
}

/** A model id, resolved once (what is known of the model, `known-models.ts` adds); `bareId` and `profile` are those of the base model where one was named. */
export interface Model extends ModelName {
  /** As it was asked for. */
  readonly id: string;
  /** As one percent-encoded path segment: `:` is `%3A`, `/` is `%2F`. */
  readonly pathSegment: string;
  /** Whether it is a prompt of Bedrock's prompt management. */
  readonly isPrompt: boolean;
}

// What all id and ARN forms of Bedrock are made of. "." and ".." would climb out of the path, also as an ARN's last part.
const MODEL_ID = /^(?!(?:.*\/)?\.+(?:\/|$))[a-zA-Z0-9._:/-]{1,2048}$/;
/** Kinds of ARN that name their model; the others hide it. */
const NAMING_ARN = /^arn:[^:]+:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile|custom-model)\/([^/]+)/;
/** What stands before the first dot of the ids of known models. */
const PROVIDERS = [
  "anthropic",
  "amazon",
  "meta",
  "mistral",
  "cohere",
  "ai21",
  "deepseek",
  "qwen",
  "openai",
  "zai",
  "moonshot",
  "moonshotai",
  "minimax",
  "google",
  "nvidia",
  "writer",
  "xai",
] as const;

/** Whose models are known. */
export type ModelProvider = (typeof PROVIDERS)[number];

/** Whether it is the first part of the ids of known models, like `"anthropic"`. */
export function isProvider(name: string): name is ModelProvider {
  return PROVIDERS.some((known) => known === name);
}

const PROFILE = /^([a-z-]+)\.((\w+).*)/;
const PROFILES = /^(us-gov|us|eu|apac|jp|au|ca|in|global)$/;

/**
 * Resolves a model id: a bare id, a geographic or global inference profile, or any ARN.
 *
 * @param baseModel the model behind an ARN that hides it, in any of these forms; it always wins
 * @throws {InputError} `ERR_INPUT` when one of them cannot be a model id
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (modelId)
 */
export function resolveModel(id: string, baseModel?: string): Model {
  checkId(id, "The model");
  if (baseModel !== undefined) checkId(baseModel, "baseModel");
  const { region, ...own } = nameModel(id);
  const { bareId, profile } = baseModel === undefined ? own : nameModel(baseModel);
  return {
    id,
    pathSegment: encodeURIComponent(id),
    isPrompt: /:prompt\/[^/]+$/.test(id),
    bareId,
    ...(region && { region }),
    ...(profile && { profile }),
  };
}

/** Takes an id of any form apart. */
export function nameModel(id: string): ModelName {
  const isArn = id.startsWith("arn:");
  const region = isArn && id.split(":")[3];
  const name = (isArn && NAMING_ARN.exec(id)?.[1]) || id;
  const [, first = "", rest = "", second = ""] = PROFILE.exec(name) ?? [];
  // What stands before a known provider is a prefix, even one that is new.
  const isProfile = PROFILES.test(first) || (!isProvider(first) && isProvider(second));
  const [profile, bareId] = isProfile ? [first, rest] : [undefined, name];
  return { bareId, ...(profile && { profile }), ...(region && { region }) };
}

function checkId(id: string, what: string): void {
  const isText = typeof id === "string";
  if (isText && MODEL_ID.test(id) && !/^arn:(?!([^:]*:){2}[a-z0-9-]*:)/.test(id)) return;
  const received = isText ? JSON.stringify(id.slice(0, 100)) : String(id);
  throw new InputError(`${what} is ${received}: give the id of a model or an inference profile, or an ARN.`);
}
