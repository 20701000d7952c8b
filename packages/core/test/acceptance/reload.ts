import type { Chat, ChatJSON } from "../../src/index.ts";

/** A chat as it comes back from where it was stored as JSON text. */
export function reload(chat: Chat<unknown>): ChatJSON {
  return JSON.parse(JSON.stringify(chat)) as ChatJSON;
}
