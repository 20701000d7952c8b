import type { ContentPart } from "./content.ts";

/** Who speaks. `tool` messages carry the results of tool calls. */
export type Role = "system" | "user" | "assistant" | "tool";

/** One message of a conversation. Messages in a history are frozen: add a new one instead of changing one. */
export interface Message {
  readonly role: Role;
  readonly content: string | readonly ContentPart[];
}
