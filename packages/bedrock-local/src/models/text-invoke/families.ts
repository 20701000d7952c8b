import type { TextFamily } from "./text-family.ts";
import { chatCompletions } from "./chat-completions.ts";
import { claude } from "./claude.ts";
import { cohereCommand, cohereCommandR } from "./cohere-command.ts";
import { nova } from "./nova.ts";
import { hasPrompt, PROMPT_FAMILIES } from "./prompt-families.ts";

/** The first that matches an id is its family. */
const FAMILIES: readonly TextFamily[] = [claude, nova, cohereCommandR, cohereCommand, chatCompletions];

/**
 * The family of text models that an id and a body belong to. Some models take prompts and conversations: a body with a
 * prompt, or a model that takes nothing else, goes to the families of prompts.
 *
 * @param id bare.
 * @returns `undefined` when it is no text model.
 */
export function findTextFamily(id: string, body: Readonly<Record<string, unknown>>): TextFamily | undefined {
  const prompted = PROMPT_FAMILIES.find(({ matches }) => matches(id));
  const chatting = FAMILIES.find(({ matches }) => matches(id));
  return prompted !== undefined && (chatting === undefined || hasPrompt(body)) ? prompted : (chatting ?? prompted);
}

/** Whether an id is that of a text model. */
export function isTextModel(id: string): boolean {
  return findTextFamily(id, {}) !== undefined;
}
