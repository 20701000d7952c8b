/**
 * Foundation models as the control plane shows them.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html
 */
import { renderArn } from "../arn.ts";
import { resolveModel } from "../models/families.ts";
import { MODALITIES, MODEL_ROWS, type ModelRow } from "./model-table.ts";

/** A model as on the wire. */
export interface FoundationModel {
  readonly modelArn: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly providerName: string;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly responseStreamingSupported: boolean;
  readonly customizationsSupported: readonly string[];
  /** Beside the documented ones, the wire has `INFERENCE_PROFILE`. */
  readonly inferenceTypesSupported: readonly string[];
  readonly modelLifecycle: { readonly status: "ACTIVE" | "LEGACY"; readonly endOfLifeTime?: string };
}

/** Every part of it narrows the list. */
export interface ModelFilter {
  /** Whatever its case. */
  readonly byProvider?: string | undefined;
  readonly byCustomizationType?: string | undefined;
  readonly byOutputModality?: string | undefined;
  readonly byInferenceType?: string | undefined;
}

const PROVIDERS: Readonly<Record<string, string>> = {
  ai21: "AI21 Labs",
  amazon: "Amazon",
  anthropic: "Anthropic",
  cohere: "Cohere",
  deepseek: "DeepSeek",
  google: "Google",
  luma: "Luma AI",
  meta: "Meta",
  minimax: "MiniMax",
  mistral: "Mistral AI",
  moonshot: "Moonshot AI",
  moonshotai: "Moonshot AI",
  nvidia: "NVIDIA",
  openai: "OpenAI",
  qwen: "Qwen",
  stability: "Stability AI",
  twelvelabs: "TwelveLabs",
  writer: "Writer",
  xai: "xAI",
  zai: "Z.AI",
};

const END_OF_LIFE = "2026-09-30T00:00:00Z";

/** The models of a region that fit the filter, sorted by id. */
export function listModels(region: string, filter: ModelFilter = {}): FoundationModel[] {
  const { byProvider, byCustomizationType, byOutputModality, byInferenceType } = filter;
  const fits = (wanted: string | undefined, list: readonly string[]): boolean =>
    wanted === undefined || list.includes(wanted);
  return MODEL_ROWS.map((row) => renderModel(row, region)).filter(
    (model) =>
      fits(byProvider?.toLowerCase(), [model.providerName.toLowerCase()]) &&
      fits(byCustomizationType, model.customizationsSupported) &&
      fits(byOutputModality, model.outputModalities) &&
      fits(byInferenceType, model.inferenceTypesSupported),
  );
}

/** The model of this id or ARN; `undefined` when it is not in the table. */
export function findListedModel(identifier: string, region: string): FoundationModel | undefined {
  const id = identifier.replace(/^arn:.*:foundation-model\//, "");
  const row = MODEL_ROWS.find(([known]) => known === id);
  return row && renderModel(row, region);
}

function renderModel([id, name, modalities, geographies = "", marks = ""]: ModelRow, region: string): FoundationModel {
  const [input = "", output = ""] = modalities.split(">");
  const model = resolveModel(id);
  const isTuned = marks.includes("tuned");
  return {
    modelArn: renderArn(region, `foundation-model/${id}`, ""),
    modelId: id,
    modelName: name,
    providerName: PROVIDERS[id.split(".", 1)[0] ?? ""] ?? "",
    inputModalities: readModalities(input),
    outputModalities: readModalities(output),
    responseStreamingSupported: output === "T" && model?.chats === true,
    customizationsSupported: isTuned ? ["FINE_TUNING"] : [],
    inferenceTypesSupported: [
      ...(model?.needsProfile === true ? [] : ["ON_DEMAND"]),
      ...(geographies === "" ? [] : ["INFERENCE_PROFILE"]),
      ...(isTuned ? ["PROVISIONED"] : []),
    ],
    modelLifecycle: marks.includes("eol")
      ? { status: "LEGACY", endOfLifeTime: END_OF_LIFE }
      : { status: marks.includes("legacy") ? "LEGACY" : "ACTIVE" },
  };
}

function readModalities(letters: string): string[] {
  return letters.split("").map((letter) => MODALITIES[letter] ?? letter);
}
