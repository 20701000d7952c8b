/**
 * Cohere Command R and Command.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
 */
import { randomUuid } from "../../random.ts";
import { type BodySchema, readBody } from "../../validations/body-schema.ts";
import type { Message } from "../../wire.ts";
import { parsePrompt } from "./prompts.ts";
import { dropUndefined, joinText, listPieces, type TextFamily, type TextTurn } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

interface ChatBody {
  readonly message: string;
  readonly chat_history?: readonly { readonly role: "USER" | "CHATBOT"; readonly message: string }[];
  readonly preamble?: string;
  readonly max_tokens?: number;
  readonly stop_sequences?: readonly string[];
}

interface PromptBody {
  readonly prompt: string;
  readonly max_tokens?: number;
  readonly stop_sequences?: readonly string[];
}

const text = { type: "string", minLength: 1 } as const;
const limits = {
  max_tokens: { type: "integer", minimum: 1 },
  stop_sequences: { type: "array", items: { type: "string" } },
} as const;

/** Settings that change nothing here pass unread. */
const CHAT: BodySchema<ChatBody> = {
  type: "object",
  members: {
    message: text,
    chat_history: {
      type: "array",
      items: {
        type: "object",
        members: { role: { type: "string", enum: ["USER", "CHATBOT"] }, message: { type: "string" } },
        required: ["role", "message"],
        isOpen: true,
      },
    },
    preamble: { type: "string" },
    ...limits,
  },
  required: ["message"],
  isOpen: true,
};

const PROMPT: BodySchema<PromptBody> = {
  type: "object",
  members: { prompt: text, ...limits },
  required: ["prompt"],
  isOpen: true,
};

/** Command R and Command R+: a message, and what was said before. */
export const cohereCommandR: TextFamily = {
  matches: (id) => id.startsWith("cohere.command-r"),
  parse(body) {
    const { message, chat_history: history = [], preamble, max_tokens: maxTokens, ...rest } = readBody(CHAT, body);
    const said = [...history, { role: "USER", message }];
    const messages = said.map(({ role, message: words }): Message => ({
      role: role === "USER" ? "user" : "assistant",
      content: [{ text: words }],
    }));
    return {
      messages,
      inferenceConfig: dropUndefined({ maxTokens, stopSequences: rest.stop_sequences }),
      ...(preamble === undefined ? {} : { system: [{ text: preamble }] }),
    };
  },
  render: renderChat,
  *stream(turn) {
    for (const piece of listPieces(turn.answer)) {
      yield { is_finished: false, event_type: "text-generation", text: piece };
    }
    const reason = renderReason(turn);
    yield { is_finished: true, event_type: "stream-end", response: renderChat(turn), finish_reason: reason };
  },
};

/** Command and Command Light: one prompt. */
export const cohereCommand: TextFamily = {
  matches: (id) => id.startsWith("cohere.command"),
  parse(body) {
    const { prompt, max_tokens: maxTokens, stop_sequences: stopSequences } = readBody(PROMPT, body);
    return { ...parsePrompt(prompt), inferenceConfig: dropUndefined({ maxTokens, stopSequences }) };
  },
  render: (turn) => ({
    id: randomUuid(turn.random),
    prompt: turn.body["prompt"],
    generations: [{ id: randomUuid(turn.random), text: joinText(turn.answer), finish_reason: renderReason(turn) }],
  }),
  *stream(turn) {
    for (const piece of listPieces(turn.answer)) yield { index: 0, is_finished: false, text: piece };
    yield { index: 0, is_finished: true, finish_reason: renderReason(turn), text: "" };
  },
};

function renderChat(turn: TextTurn): Fields {
  const { answer, body, random } = turn;
  const words = joinText(answer);
  const history: unknown = body["chat_history"];
  const said: readonly unknown[] = Array.isArray(history) ? history : [];
  return {
    response_id: randomUuid(random),
    generation_id: randomUuid(random),
    text: words,
    chat_history: [...said, { role: "USER", message: body["message"] }, { role: "CHATBOT", message: words }],
    finish_reason: renderReason(turn),
  };
}

function renderReason({ answer }: TextTurn): string {
  return answer.stopReason === "max_tokens" ? "MAX_TOKENS" : "COMPLETE";
}
