import type { ModelInfo } from "./model-info.ts";

/**
 * Tells what the library knows of a model, without asking AWS.
 *
 * @param id model id, inference profile or any ARN
 * @param baseModel the model behind an ARN that hides it
 * @throws {InputError} `ERR_INPUT` when it cannot be a model id
 */
export async function describeModel(id: string, baseModel?: string): Promise<ModelInfo> {
  // The tables are loaded when they are first asked for.
  return (await import("./model-info.ts")).createModelInfo(id, baseModel);
}
