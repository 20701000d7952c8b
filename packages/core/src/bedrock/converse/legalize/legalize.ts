import type { ModelTraits } from "../../traits.ts";
import type { KnownModel } from "../../known-models.ts";
import type { Warn, WireBlock, WireRequest } from "../wire.ts";
import { arrange } from "./blocks.ts";
import { placeCachePoints } from "./cache-points.ts";
import { alignCitations, nameDocuments } from "./documents.ts";
import { completeTurns, separateRoles } from "./roles.ts";
import { dropBlankText } from "./text.ts";
import { dropLastThinking, dropThinking, suspendThinking } from "./thinking.ts";
import { tellTools } from "./tool-text.ts";
import { declareTools, nameTools } from "./tool-specs.ts";
import { pairTools } from "./tool-turns.ts";

/** A request that Bedrock accepts. */
export interface LegalRequest {
  readonly request: WireRequest;
  /** The tools' own names by their names on the wire, for those that differ. */
  readonly toolNames: ReadonlyMap<string, string>;
}

/**
 * Turns any rendered request into one that Converse and the model accept. Pure: what it changes, it says to `warn`; a
 * legal request comes back as the same object, without a warning. Neighbours of one role become one message, and tool
 * results of one message are put in the order of their calls, without a word, as nothing is lost by it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function legalize(given: WireRequest, { traits }: KnownModel, warn: Warn): LegalRequest {
  if (isPlain(given, traits)) return { request: given, toolNames: NO_NAMES };
  let request = separateRoles(given, traits, warn);
  const told = tellTools(request.messages, traits, warn);
  // Results of the assistant may have held media.
  if (told !== request.messages) request = separateRoles({ ...request, messages: told }, traits, warn);
  request = dropBlankText(request, warn);
  request = withMessages(request, legalizeTurns(request, traits, warn));
  request = declareTools(request, traits, warn);
  request = completeTurns(request, traits, warn);
  request = withMessages(request, alignCitations(nameDocuments(request.messages, warn), traits, warn));
  request = suspendThinking(request, traits, warn);
  request = placeCachePoints(request, traits, warn);
  return nameTools(request, traits, warn);
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** Whether user and assistant take turns in plain text, beginning and ending with the user: every model takes that. */
function isPlain({ system, messages, toolConfig }: WireRequest, { hasSystem }: ModelTraits): boolean {
  const isTurn = ({ role, content }: WireRequest["messages"][number], index: number): boolean =>
    role === (index % 2 === 0 ? "user" : "assistant") && content.length > 0 && content.every(isPlainText);
  if (toolConfig || (system.length > 0 && !hasSystem)) return false;
  return messages.length % 2 === 1 && system.every(isPlainText) && messages.every(isTurn);
}

function isPlainText({ text }: WireBlock): boolean {
  return typeof text === "string" && /\S/.test(text);
}

function legalizeTurns({ messages }: WireRequest, traits: ModelTraits, warn: Warn): WireRequest["messages"] {
  const thought = arrange(dropThinking(messages, traits, warn));
  return pairTools(arrange(dropLastThinking(thought, warn)), traits, warn);
}

function withMessages(request: WireRequest, messages: WireRequest["messages"]): WireRequest {
  return messages === request.messages ? request : { ...request, messages };
}
