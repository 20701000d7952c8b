import { CapabilityError, InputError } from "../../errors.ts";
import type { PaintRequest, PaintTask } from "../../requests/paint.ts";
import { amazonModels } from "./amazon.ts";
import { sdxlModels } from "./sdxl.ts";
import type { ImageModel, TaskSpec } from "./spec.ts";
import { stabilityModels } from "./stability.ts";

/** All models that make images, by id without version after the colon. */
const MODELS: Readonly<Record<string, ImageModel>> = { ...amazonModels, ...sdxlModels, ...stabilityModels };

/**
 * Looks a model up.
 *
 * @param bareId without profile and ARN
 * @throws {CapabilityError} `ERR_CAPABILITY` when it is not known to make images
 */
export function findImageModel(bareId: string, id: string): ImageModel {
  const key = bareId.replace(/:.*/s, "");
  const found = Object.hasOwn(MODELS, key) ? MODELS[key] : undefined;
  if (found) return found;
  const advice = id.startsWith("arn:")
    ? "Give baseModel, the id of the model behind the ARN, one of these: "
    : "Known are ";
  throw new CapabilityError(
    `${bareId} is not known to make images. ${advice}${Object.keys(MODELS).join(", ")}. ` +
      "Any other model can be asked with llm.invoke().",
  );
}

/**
 * The task that is asked for: by name, or as it follows from what is given.
 *
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model does not have it, naming those that do
 */
export function chooseTask(
  { tasks }: ImageModel,
  request: PaintRequest,
): { readonly task: string; readonly spec: TaskSpec } {
  const names = Object.keys(tasks);
  const [only = ""] = names;
  const task = request.task ?? (names.length === 1 && only !== "text_to_image" ? only : inferTask(request));
  const spec = Object.entries(tasks).find(([name]) => name === task)?.[1];
  if (spec) return { task, spec };
  const others = Object.entries(MODELS).filter(([, model]) => Object.hasOwn(model.tasks, task));
  if (others.length === 0) {
    const known = new Set(Object.values(MODELS).flatMap((model) => Object.keys(model.tasks)));
    throw new InputError(`task is ${JSON.stringify(task)}: give one of ${[...known].join(", ")}.`);
  }
  throw new CapabilityError(
    `${request.model} has no task "${task}"${request.task === undefined ? ", which follows from what is given" : ""}: it has ` +
      `${names.join(", ")}. ${task} is a task of ${others.map(([id]) => id).join(", ")}.`,
  );
}

/** What is meant when no task is named. */
function inferTask(request: PaintRequest): PaintTask {
  const { images = [], mask, maskPrompt, tryOn, colors, controlMode, controlStrength, outpaintMode, extend } = request;
  if (tryOn !== undefined) return "virtual_try_on";
  if (colors !== undefined) return "color_guided";
  if (outpaintMode !== undefined || extend !== undefined) return "outpaint";
  if (mask !== undefined || maskPrompt !== undefined) return "inpaint";
  if (controlMode !== undefined || controlStrength !== undefined) return "conditioned";
  return images.length > 0 ? "variation" : "text_to_image";
}
