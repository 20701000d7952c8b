import type { JsonObject } from "../../types/json.ts";
import type { Modality, ModelInfo } from "../model-info.ts";
import type { Family } from "../traits.ts";
import type { ListOptions } from "./pages.ts";

/** Which models of the offline table are wanted; every member that is given must fit. */
export interface ModelFilter {
  family?: Family | undefined;
  /** What it reads: one kind, or a list of which it reads all. */
  input?: Modality | readonly Modality[] | undefined;
  /** A profile's prefix, like `"eu"`; `null` for the models themselves. */
  profile?: string | null | undefined;
  /** The fewest tokens of question and answer together. */
  minContextTokens?: number | undefined;
}

/** How the models of a region are listed; every filter that is given must fit. */
export interface ListModelsOptions extends ListOptions {
  /** A name or the first part of model ids, like `"Mistral AI"` or `"mistral"`, whatever its case. */
  provider?: string | undefined;
  family?: Family | undefined;
  /** Like `"text"` or `"image"`. */
  input?: string | undefined;
  /** Like `"text"`, `"image"`, `"embedding"` or `"video"`. */
  output?: string | undefined;
  status?: "active" | "legacy" | undefined;
  /** Whether it can be asked without buying capacity first. */
  isInvocable?: boolean | undefined;
}

/** A way to a model that runs in several regions, or that was made in the account. */
export interface InferenceProfile {
  /** What to pass as model: the id, of an application's profile the ARN. */
  readonly id: string;
  readonly arn: string;
  readonly name?: string;
  readonly isApplication: boolean;
  /** Where it sends requests; empty when it does not tell. */
  readonly regions: readonly string[];
}

/** A model as the region lists it, with what the library knows of it. */
export interface ListedModel extends Omit<ModelInfo, "input"> {
  /** What to pass as model here: the model's own id where it is served on demand, else the nearest profile's. */
  readonly id: string;
  /** Whether it can be asked by `id`; `false` for a model that needs provisioned capacity. */
  readonly isInvocable: boolean;
  /** The model's own id. */
  readonly bareId: string;
  readonly arn?: string;
  readonly name?: string;
  readonly provider?: string;
  /** Like `["text", "image"]`. */
  readonly input?: readonly string[];
  /** Like `["text"]`, `["image"]`, `["embedding"]`. */
  readonly output?: readonly string[];
  readonly isStreaming?: boolean;
  /** `"legacy"` models are going to be taken away. */
  readonly status?: "active" | "legacy" | (string & {});
  readonly endOfLifeAt?: Date;
  /** Like `["ON_DEMAND", "INFERENCE_PROFILE", "PROVISIONED"]`. */
  readonly inferenceTypes: readonly string[];
  /** The nearest first. */
  readonly profiles: readonly InferenceProfile[];
  /** The list price in this region. */
  readonly price?: NonNullable<ModelInfo["price"]>;
  /** The model as received; absent for one that only a profile names. */
  readonly raw?: JsonObject;
}

/** A guardrail of the account. */
export interface GuardrailInfo {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  /** `"DRAFT"` or a number as text. */
  readonly version: string;
  /** Like `"READY"`. */
  readonly status: string;
  readonly description?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
  /** Set when it works across regions. */
  readonly profileId?: string;
  /** As received. */
  readonly raw: JsonObject;
}

/** How guardrails are listed. */
export interface ListGuardrailsOptions extends ListOptions {
  /** Lists the versions of this one (id or ARN). Default: every guardrail, once. */
  guardrailIdentifier?: string | undefined;
}

/** What the library and Bedrock know of models. */
export interface Models {
  /**
   * What the offline table tells of a model, without asking AWS; `undefined` when it tells nothing.
   *
   * @param baseModel the model behind an ARN that hides it
   * @throws {InputError} `ERR_INPUT` when it cannot be a model id
   */
  find(id: string, baseModel?: string): Promise<ModelInfo | undefined>;
  /**
   * The models of the offline table that fit, sorted by id.
   *
   * @throws {InputError} `ERR_INPUT` when the filter has a member that nobody knows
   */
  filter(filter?: ModelFilter | ((model: ModelInfo) => boolean)): Promise<readonly ModelInfo[]>;
  /**
   * The models that the client's region lists, with their inference profiles. Needs the IAM actions
   * `bedrock:ListFoundationModels` and `bedrock:ListInferenceProfiles`.
   *
   * @throws {LLMError}
   */
  list(options?: ListModelsOptions): Promise<readonly ListedModel[]>;
}

/** The guardrails of the account. */
export interface Guardrails {
  /**
   * The guardrails of the client's region. Needs the IAM action `bedrock:ListGuardrails`.
   *
   * @throws {LLMError}
   */
  list(options?: ListGuardrailsOptions): Promise<readonly GuardrailInfo[]>;
}
