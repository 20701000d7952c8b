import { CapabilityError } from "../errors.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { GeneratedImage } from "./generated-image.ts";
import type { TaskEnvironment } from "./task.ts";

/** The options of `llm.paint()`. */
export interface PaintOptions extends RequestOptions {
  /** Default: the client's `defaultImageModel`. */
  model?: string | undefined;
}

/** Stub: its owner fills it. */
export function paint(
  _env: TaskEnvironment,
  _prompt: string | undefined,
  _options: PaintOptions,
): Promise<GeneratedImage> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
