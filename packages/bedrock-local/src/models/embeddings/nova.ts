import { readNovaEmbedding, type NovaInput } from "../../validations/embeddings/nova.ts";
import { createRefusal } from "../../validations/refusal.ts";
import type { InvokeAnswer, InvokeFamily } from "../invoke/family.ts";
import { countTokens } from "../tokens.ts";
import { type EmbeddingPart, embedParts, truncateText, type Truncation } from "./embed.ts";
import { renderFloats } from "./vectors.ts";

const MAX_TOKENS = 8_192;
const TRUNCATIONS: Readonly<Record<"START" | "END" | "NONE", Truncation>> = {
  START: "start",
  END: "end",
  NONE: "none",
};

/** Amazon Nova Multimodal Embeddings, one input at a time. Tokens are told in the header only. */
export const novaEmbeddings: InvokeFamily = {
  matches: (id) => id.startsWith("amazon.nova-2-multimodal-embeddings"),
  invoke(_context, body): InvokeAnswer {
    const input = readNovaEmbedding(body);
    if (input.kind === "text") return embedText(input);
    return { body: { embeddings: listMedia(input) } };
  },
};

function embedText(input: Extract<NovaInput, { kind: "text" }>): InvokeAnswer {
  const { text, truncationMode, dimension } = input;
  const tokens = countTokens(text);
  if (truncationMode === "NONE" && tokens > MAX_TOKENS) {
    throw createRefusal(
      `The text at singleEmbeddingParams.text has ${tokens} tokens, and the model takes at most ${MAX_TOKENS}. ` +
        "Shorten the text or set truncationMode to START or END, and try again.",
    );
  }
  const cut = truncateText(text, MAX_TOKENS, TRUNCATIONS[truncationMode]);
  const embedding = {
    ...renderEmbedding("TEXT", { text: cut }, dimension),
    ...(cut.length < text.length ? { truncatedCharLength: cut.length } : {}),
  };
  return { body: { embeddings: [embedding] }, inputTokens: countTokens(cut) };
}

function listMedia(input: Exclude<NovaInput, { kind: "text" }>): object[] {
  const { content, dimension } = input;
  if (input.kind === "audio") return [renderEmbedding("AUDIO", { medium: content }, dimension)];
  if (input.kind === "image") {
    return [
      renderEmbedding("IMAGE", typeof content === "string" ? { medium: content } : { image: content }, dimension),
    ];
  }
  if (!input.isSeparate) return [renderEmbedding("AUDIO_VIDEO_COMBINED", { medium: content }, dimension)];
  const sound = typeof content === "string" ? `${content}#audio` : content.subarray(content.byteLength >> 1);
  return [
    renderEmbedding("VIDEO", { medium: content }, dimension),
    renderEmbedding("AUDIO", { medium: sound }, dimension),
  ];
}

function renderEmbedding(embeddingType: string, part: EmbeddingPart, dimension: number): object {
  return { embeddingType, embedding: renderFloats(embedParts([part], dimension)) };
}
