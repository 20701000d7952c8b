import { CapabilityError } from "../errors.ts";
import type { RequestOptions } from "../requests/options.ts";
import type { TaskEnvironment } from "./task.ts";

/** The options of `llm.moderate()`. */
export interface ModerateOptions extends RequestOptions {
  /** Default `"input"`. */
  source?: "input" | "output" | undefined;
}

/** What `llm.moderate()` gives. */
export interface Moderation {
  readonly results: readonly { readonly flagged: boolean }[];
}

/** Stub: its owner fills it. */
export function moderate(
  _env: TaskEnvironment,
  _input: string | readonly string[],
  _options: ModerateOptions,
): Promise<Moderation> {
  return Promise.reject(new CapabilityError("Not there yet."));
}
