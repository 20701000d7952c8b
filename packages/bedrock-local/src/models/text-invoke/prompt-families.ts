/**
 * Models that take one prompt and answer with one text: Titan Text, Llama, Mistral's instruction models, DeepSeek R1,
 * Jurassic, and the old Claude.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
import { isPlainObject } from "../../json.ts";
import { readBody, type BodySchema } from "../../validations/body-schema.ts";
import { parsePrompt } from "./prompts.ts";
import { dropUndefined, joinText, listPieces, type TextFamily, type TextTurn } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where a family keeps what, and how it words its answer. */
interface PromptFamily {
  readonly matches: (id: string) => boolean;
  /** The member that holds the prompt. */
  readonly prompt: string;
  /** The member that holds the settings, when they are not beside the prompt. */
  readonly settings?: string;
  readonly maxTokens: string;
  readonly stops: string;
  /** The answer, or a piece of a stream: then `isLast` tells whether it is the last, which has no text. */
  readonly render: (text: string, turn: TextTurn, isLast: boolean) => Fields;
  /** Renders pieces of a stream; default `render`. */
  readonly renderPiece?: (text: string, turn: TextTurn, isLast: boolean) => Fields;
}

/** The words for an end, for a limit, and for a stop sequence. */
function chooseReason({ answer }: TextTurn, end: string, limit: string, stop = end): string {
  if (answer.stopReason === "max_tokens") return limit;
  return answer.stopReason === "stop_sequence" ? stop : end;
}

const FAMILIES: readonly PromptFamily[] = [
  {
    matches: (id) => id.startsWith("amazon.titan-text-") || id.startsWith("amazon.titan-tg1-"),
    prompt: "inputText",
    settings: "textGenerationConfig",
    maxTokens: "maxTokenCount",
    stops: "stopSequences",
    render: (outputText, turn) => ({
      inputTextTokenCount: turn.answer.usage.inputTokens,
      results: [
        {
          tokenCount: turn.answer.usage.outputTokens,
          outputText,
          completionReason: chooseReason(turn, "FINISH", "LENGTH", "STOP_CRITERIA_MET"),
        },
      ],
    }),
    renderPiece: (outputText, turn, isLast) => ({
      outputText,
      index: 0,
      totalOutputTextTokenCount: isLast ? turn.answer.usage.outputTokens : null,
      completionReason: isLast ? chooseReason(turn, "FINISH", "LENGTH", "STOP_CRITERIA_MET") : null,
      inputTextTokenCount: turn.answer.usage.inputTokens,
    }),
  },
  {
    matches: (id) => id.startsWith("meta.llama"),
    prompt: "prompt",
    maxTokens: "max_gen_len",
    stops: "stop",
    render: (generation, turn, isLast) => ({
      generation,
      prompt_token_count: turn.answer.usage.inputTokens,
      generation_token_count: turn.answer.usage.outputTokens,
      stop_reason: isLast ? chooseReason(turn, "stop", "length") : null,
    }),
  },
  {
    matches: (id) => /^mistral\.(?:mistral-7b|mixtral|mistral-large-2402|mistral-small-2402)/.test(id),
    prompt: "prompt",
    maxTokens: "max_tokens",
    stops: "stop",
    render: (text, turn, isLast) => ({
      outputs: [{ text, stop_reason: isLast ? chooseReason(turn, "stop", "length") : null }],
    }),
  },
  {
    matches: (id) => id.startsWith("deepseek.r1"),
    prompt: "prompt",
    maxTokens: "max_tokens",
    stops: "stop",
    render: (text, turn, isLast) => ({
      choices: [{ text, stop_reason: isLast ? chooseReason(turn, "stop", "length") : null }],
    }),
  },
  {
    matches: (id) => id.startsWith("ai21.j2"),
    prompt: "prompt",
    maxTokens: "maxTokens",
    stops: "stopSequences",
    render: (text, turn) => ({
      id: 1,
      completions: [{ data: { text }, finishReason: { reason: chooseReason(turn, "endoftext", "length", "stop") } }],
    }),
  },
  {
    matches: (id) => /^anthropic\.claude-(?:v2|instant)/.test(id),
    prompt: "prompt",
    maxTokens: "max_tokens_to_sample",
    stops: "stop_sequences",
    render: (completion, turn, isLast) => ({
      type: "completion",
      completion,
      stop_reason: isLast ? chooseReason(turn, "stop_sequence", "max_tokens") : null,
      stop: isLast && turn.answer.stopReason !== "max_tokens" ? "\n\nHuman:" : null,
    }),
  },
];

/** Every family that takes a prompt. */
export const PROMPT_FAMILIES: readonly TextFamily[] = FAMILIES.map(createFamily);

/** Whether a body has a prompt, for models that take conversations, too. */
export function hasPrompt(body: Fields): boolean {
  return "prompt" in body;
}

function createFamily(family: PromptFamily): TextFamily {
  const { render, renderPiece = render } = family;
  return {
    matches: family.matches,
    parse: (body) => parseBody(body, family),
    render: (turn) => render(joinText(turn.answer), turn, true),
    *stream(turn): Generator<Fields> {
      for (const piece of listPieces(turn.answer)) yield renderPiece(piece, turn, false);
      yield renderPiece("", turn, true);
    },
  };
}

/** Sampling settings of these families have ranges of their own and change nothing here, so they are not handed on. */
function parseBody(body: Fields, { prompt, settings, maxTokens, stops }: PromptFamily): Fields {
  const schema: BodySchema<Readonly<Record<string, string>>> = {
    type: "object",
    members: { [prompt]: { type: "string", minLength: 1 } },
    required: [prompt],
    isOpen: true,
  };
  const text = readBody(schema, body)[prompt] ?? "";
  const given = settings === undefined ? body : body[settings];
  const config = isPlainObject(given) ? given : {};
  const limits = dropUndefined({ maxTokens: config[maxTokens], stopSequences: readStops(config[stops]) });
  const { messages, system } = parsePrompt(text);
  return { messages, inferenceConfig: limits, ...(system.length === 0 ? {} : { system }) };
}

/** No stop sequences are as good as none at all. */
function readStops(stops: unknown): unknown {
  return Array.isArray(stops) && stops.length === 0 ? undefined : stops;
}
