import { isPlainObject } from "../../json.ts";
import { renderBlockEvents } from "../../operations/stream-events.ts";
import { type BodySchema, readBody } from "../../validations/body-schema.ts";
import type { TokenUsage } from "../../wire.ts";
import { dropUndefined, type TextFamily, type TextTurn } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

interface NovaBody {
  readonly schemaVersion?: string;
  readonly messages: readonly unknown[];
  readonly system?: readonly unknown[];
  readonly inferenceConfig?: NovaConfig;
  readonly toolConfig?: unknown;
  readonly reasoningConfig?: unknown;
}

/** Both spellings are on the wire. */
interface NovaConfig {
  readonly maxTokens?: number;
  readonly max_new_tokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly top_p?: number;
  readonly topK?: number;
  readonly top_k?: number;
  readonly stopSequences?: readonly string[];
}

const tokens = { type: "integer", minimum: 1 } as const;
const share = { type: "number", minimum: 0, maximum: 1 } as const;
const rank = { type: "integer", minimum: 0 } as const;

const BODY: BodySchema<NovaBody> = {
  type: "object",
  members: {
    schemaVersion: { type: "string", enum: ["messages-v1"] },
    messages: { type: "array", items: { type: "any" }, minItems: 1 },
    system: { type: "array", items: { type: "any" } },
    inferenceConfig: {
      type: "object",
      members: {
        maxTokens: tokens,
        max_new_tokens: tokens,
        temperature: share,
        topP: share,
        top_p: share,
        topK: rank,
        top_k: rank,
        stopSequences: { type: "array", items: { type: "string", minLength: 1 } },
      },
    },
    toolConfig: { type: "any" },
    reasoningConfig: { type: "any" },
  },
  required: ["messages"],
};

/**
 * Amazon Nova's understanding models: Converse's shapes, with a few names of their own.
 *
 * Specification: https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 */
export const nova: TextFamily = {
  matches: (id) => /^amazon\.nova-(?:2-)?(?:micro|lite|pro|premier|omni)/.test(id),
  parse: parseNova,
  render: ({ answer }) => ({
    output: { message: answer.message },
    stopReason: answer.stopReason,
    usage: renderUsage(answer.usage),
  }),
  stream: streamMessage,
  tellsNoCache: true,
};

function parseNova(body: Fields): Fields {
  const { schemaVersion: _, inferenceConfig = {}, reasoningConfig, ...rest } = readBody(BODY, body);
  const { maxTokens, max_new_tokens: maxNewTokens, topP, top_p: topP2, topK, top_k: topK2 } = inferenceConfig;
  const { temperature, stopSequences } = inferenceConfig;
  const rankLimit = topK ?? topK2;
  return {
    ...rest,
    inferenceConfig: dropUndefined({
      maxTokens: maxTokens ?? maxNewTokens,
      temperature,
      topP: topP ?? topP2,
      stopSequences,
    }),
    additionalModelRequestFields: {
      ...(rankLimit === undefined ? {} : { inferenceConfig: { topK: rankLimit } }),
      ...(reasoningConfig === undefined ? {} : { reasoningConfig }),
    },
  };
}

/** The events of ConverseStream, each in an object with its name. */
function* streamMessage({ answer, random }: TextTurn): Generator<Fields> {
  yield { messageStart: { role: "assistant" } };
  const pieces = answer.pieces.values();
  const { content } = answer.message;
  for (const [index, block] of content.entries()) {
    const textPieces = "text" in block ? (pieces.next().value ?? [block.text]) : [];
    const cutInput = index === content.length - 1 ? answer.cutInput : undefined;
    for (const event of renderBlockEvents(block, index, textPieces, random, cutInput)) {
      if (isPlainObject(event)) yield event;
    }
  }
  yield { messageStop: { stopReason: answer.stopReason } };
  yield { metadata: { usage: renderUsage(answer.usage), metrics: {}, trace: {} } };
}

function renderUsage(usage: TokenUsage): Fields {
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    totalTokens: usage.totalTokens,
    cacheReadInputTokenCount: usage.cacheReadInputTokens ?? 0,
    cacheWriteInputTokenCount: usage.cacheWriteInputTokens ?? 0,
  };
}
