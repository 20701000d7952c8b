import type { ToolCallPart, ToolResultPart } from "../types/content.ts";

/** `"auto"` runs calls, `"confirm"` asks before each, `"dry-run"` runs none. */
export type ToolExecution = "auto" | "confirm" | "dry-run";

/** What a chat does around tool calls. Immutable. */
export interface ToolHooks {
  readonly execution: ToolExecution;
  readonly onStart: readonly ((call: ToolCallPart) => unknown)[];
  readonly onEnd: readonly ((call: ToolCallPart, result: ToolResultPart) => unknown)[];
  /** `true` runs the call; anything else denies it, and a text tells the model why. */
  readonly confirm?: ((call: ToolCallPart) => boolean | string | Promise<boolean | string>) | undefined;
}

/** The hooks of a chat that has none. */
export const NO_HOOKS: ToolHooks = { execution: "auto", onStart: [], onEnd: [] };
