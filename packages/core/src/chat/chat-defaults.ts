import type { Message } from "../types/message.ts";
import type { Middleware } from "./middleware.ts";

/** What a chat has from its client. */
export interface ChatDefaults {
  /** How often tools may be called in one turn. */
  readonly maxToolCalls: number;
  /** They stand around those of the chat. */
  readonly middlewares: readonly Middleware[];
  /** Messages whose media are complete. */
  readonly completed: WeakSet<Message>;
  /** Gives what to listen to in place of a caller's signal. */
  readonly follow: (signal: AbortSignal) => {
    addEventListener(type: "abort", listener: () => void): void;
    removeEventListener(type: "abort", listener: () => void): void;
  };
  /** Reads paths and URLs. */
  readonly load: (
    location: string,
    kind: "image" | "document" | "video" | "audio" | undefined,
    signal: AbortSignal | undefined,
  ) => Promise<{ readonly bytes: Uint8Array; readonly mediaType?: string | undefined }>;
}
