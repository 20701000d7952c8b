import { objectOf, stringOf } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage, WireRequest } from "../wire.ts";
import { arrange } from "./blocks.ts";
import { thinkingOf } from "./thinking.ts";

type Role = WireMessage["role"];

/** The one role that a kind of block may come from. */
const OWNERS: Readonly<Record<string, Role>> = {
  image: "user",
  document: "user",
  video: "user",
  audio: "user",
  searchResult: "user",
  toolResult: "user",
  toolUse: "assistant",
  toolAddition: "system",
  toolRemoval: "system",
};

/** What a system prompt may hold. */
const SYSTEM_KINDS: readonly string[] = ["text", "guardContent", "cachePoint"];

/**
 * Puts every block into a message of the role that it may come from. Media of the assistant go into the message behind
 * it; tool blocks become a message of their own in place (results behind it, where it holds others that belong there); what a system prompt cannot hold comes before the first
 * message, and so does all of it for a model that takes none.
 */
export function separateRoles(request: WireRequest, { hasSystem }: ModelTraits, warn: Warn): WireRequest {
  const isSystem = (block: WireBlock): boolean => hasSystem && SYSTEM_KINDS.some((kind) => block[kind] !== undefined);
  const strangers = request.system.filter((block) => !isSystem(block));
  if (strangers.length === 0 && request.messages.every(isPure)) return request;
  const tell = (what: string): void =>
    warn("block_moved", `${what} moved to another message, as this model does not take it there.`);
  if (strangers.length > 0) tell(hasSystem ? "A block of the system prompt was" : "The system prompt was");
  const messages = request.messages.flatMap((message, index) => {
    if (isPure(message)) return [message];
    tell(`A block in messages[${index}] (${message.role}) was`);
    return split(message);
  });
  if (strangers.length === 0) return { ...request, messages };
  return {
    ...request,
    system: request.system.filter(isSystem),
    messages: [...split({ role: "user", content: strangers }), ...messages],
  };
}

function isPure(message: WireMessage): boolean {
  return message.content.every((block) => ownerOf(block, message) === message.role);
}

function ownerOf(block: WireBlock, { role, content }: WireMessage): Role {
  const kind = Object.keys(OWNERS).find((name) => block[name] !== undefined);
  if (kind === undefined) return role;
  // The result of a tool that Bedrock ran itself stands beside its call.
  const id = kind === "toolResult" && role === "assistant" && objectOf(block[kind])?.["toolUseId"];
  const isServed = (other: WireBlock): boolean => {
    const use = objectOf(other["toolUse"]);
    return use?.["type"] === "server_tool_use" && use["toolUseId"] === id;
  };
  return typeof id === "string" && content.some(isServed) ? role : (OWNERS[kind] ?? role);
}

function split(message: WireMessage): WireMessage[] {
  const turns: WireMessage[] = [];
  const behind: WireBlock[] = [];
  // What Bedrock ran itself must stay together with its result.
  const isServing =
    message.role === "assistant" &&
    message.content.some((block) => block["toolResult"] && ownerOf(block, message) === "assistant");
  let role = message.role;
  let run: WireBlock[] = [];
  for (const block of message.content) {
    const isMarker = block["cachePoint"] !== undefined;
    const owner = isMarker ? role : ownerOf(block, message);
    if (owner === "user" && message.role !== "user" && (block["toolResult"] === undefined || isServing)) {
      behind.push(block);
      continue;
    }
    if (owner !== role) {
      turns.push({ role, content: run });
      role = owner;
      run = [];
    }
    run.push(block);
  }
  return [...turns, { role, content: run }, { role: "user", content: behind }];
}

/**
 * Gives a conversation the beginning and the end that its model takes: a user's message first, and last where the model
 * does not go on with the assistant's.
 */
export function completeTurns(request: WireRequest, traits: ModelTraits, warn: Warn): WireRequest {
  const turns = [...request.messages];
  const say = (text: string): WireMessage => ({ role: "user", content: [{ text }] });
  if (turns[0]?.role === "assistant" && traits.startsWithUser) {
    warn(
      "user_message_added",
      `"Hello." was put before the assistant's first message: this model starts with a user's.`,
    );
    turns.unshift(say("Hello."));
  }
  const last = turns.findLastIndex(({ role }) => role !== "system");
  const end = turns[last];
  if (end?.role === "assistant") {
    if (!continues(request, traits)) {
      warn(
        "user_message_added",
        '"Please continue." was put behind the assistant\'s last message: this model (or its tools, or its thinking) ' +
          "does not let an answer be begun for it.",
      );
      turns.push(say("Please continue."));
    } else if (traits.family === "claude") turns[last] = trimEnd(end, warn);
  }
  const messages = arrange(turns.every((turn, index) => turn === request.messages[index]) ? request.messages : turns);
  return messages === request.messages ? request : { ...request, messages };
}

function continues({ toolConfig, additionalModelRequestFields }: WireRequest, traits: ModelTraits): boolean {
  return (
    traits.continuesAssistant &&
    !(traits.family === "claude" && (toolConfig ?? thinkingOf(additionalModelRequestFields)))
  );
}

/** Claude refuses an answer that is begun for it when it ends in white space. */
function trimEnd(message: WireMessage, warn: Warn): WireMessage {
  const last = message.content.findLast((block) => !block["cachePoint"]);
  const text = stringOf(last?.["text"]);
  if (text === undefined || text === text.trimEnd()) return message;
  warn("text_trimmed", "White space at the end of the assistant's last message was left out: Claude refuses it there.");
  const trimmed = { text: text.trimEnd() };
  return { role: message.role, content: message.content.map((block) => (block === last ? trimmed : block)) };
}
