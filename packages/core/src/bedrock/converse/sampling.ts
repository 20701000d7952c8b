import type { JsonObject } from "../../types/json.ts";
import type { KnownModel } from "../known-models.ts";
import type { Warn, WireRequest } from "./wire.ts";

/**
 * Fits sampling, stop sequences and the length of the answer to what the model takes: what it would refuse is left out,
 * a length above its limit is lowered, each with a warning.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html
 */
export function fitInference(request: WireRequest, model: KnownModel, warn: Warn): WireRequest {
  const { inferenceConfig: config = {}, additionalModelRequestFields: fields = {} } = request;
  const { sampling, hasStopSequences, maxOutputTokens = Infinity } = model.traits;
  const drop = (from: JsonObject, name: string, why: string): JsonObject => {
    const { [name]: dropped, ...kept } = from;
    if (dropped === undefined) return from;
    warn("parameter_dropped", `${name} was left out: ${model.id} ${why}.`);
    return kept;
  };
  let fitted = config;
  let own = fields;
  if (sampling === "neither") {
    const why = "takes no sampling parameters";
    fitted = drop(drop(fitted, "temperature", why), "topP", why);
    own = drop(own, "top_k", why);
  } else if (sampling === "either" && fitted["temperature"] !== undefined) {
    fitted = drop(fitted, "topP", "takes temperature or topP, not both");
  }
  if (!hasStopSequences) fitted = drop(fitted, "stopSequences", "takes no stop sequences");
  const { maxTokens } = fitted;
  if (typeof maxTokens === "number" && maxTokens > maxOutputTokens) {
    warn("max_tokens_lowered", `maxTokens is ${maxTokens}, more than ${model.id} writes: ${maxOutputTokens} is sent.`);
    fitted = { ...fitted, maxTokens: maxOutputTokens };
  }
  if (fitted === config && own === fields) return request;
  const { inferenceConfig: _, additionalModelRequestFields: __, ...rest } = request;
  return {
    ...rest,
    ...(Object.keys(fitted).length > 0 && { inferenceConfig: fitted }),
    ...(Object.keys(own).length > 0 && { additionalModelRequestFields: own }),
  };
}
