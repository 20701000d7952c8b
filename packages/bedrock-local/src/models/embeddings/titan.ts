import { readTitanImage, readTitanText } from "../../validations/embeddings/titan.ts";
import type { InvokeAnswer, InvokeFamily } from "../invoke/family.ts";
import { countTokens } from "../tokens.ts";
import { type EmbeddingPart, embedParts, embedRawText } from "./embed.ts";
import { quantizeBits } from "./quantize.ts";
import { normalize, renderFloats } from "./vectors.ts";

const FIRST_DIMENSION = 1536;
const SECOND_DIMENSION = 1024;

/** Titan Text Embeddings, both versions. The first does not normalise; the second does unless told otherwise. */
export const titanTextEmbeddings: InvokeFamily = {
  matches: (id) => id.startsWith("amazon.titan-embed-text-") || id.startsWith("amazon.titan-embed-g1-text-"),
  invoke: (_context, body, id) => (id.includes("text-v2") ? embedSecond(body) : embedFirst(body)),
};

/** Titan Multimodal Embeddings: text, image or both. */
export const titanImageEmbeddings: InvokeFamily = {
  matches: (id) => id.startsWith("amazon.titan-embed-image"),
  invoke(_context, body): InvokeAnswer {
    const { inputText, inputImage, outputEmbeddingLength } = readTitanImage(body);
    const parts: EmbeddingPart[] = [
      ...(inputText === undefined ? [] : [{ text: inputText }]),
      ...(inputImage === undefined ? [] : [{ image: inputImage }]),
    ];
    const inputTextTokenCount = countTokens(inputText ?? "");
    return {
      body: {
        embedding: renderFloats(embedParts(parts, outputEmbeddingLength)),
        inputTextTokenCount,
        message: null,
      },
      inputTokens: inputTextTokenCount,
    };
  },
};

function embedFirst(body: unknown): InvokeAnswer {
  const { inputText } = readTitanText(body, true);
  const inputTextTokenCount = countTokens(inputText);
  const embedding = renderFloats(embedRawText(inputText, FIRST_DIMENSION));
  return { body: { embedding, inputTextTokenCount }, inputTokens: inputTextTokenCount };
}

/** Without `float` among the types there is no member `embedding`. A binary vector has a 0 or 1 for each dimension. */
function embedSecond(body: unknown): InvokeAnswer {
  const read = readTitanText(body, false);
  const { inputText, dimensions = SECOND_DIMENSION, normalize: isNormal = true, embeddingTypes = ["float"] } = read;
  const raw = embedRawText(inputText, dimensions);
  const vector = isNormal ? normalize(raw) : raw;
  const floats = embeddingTypes.includes("float") ? renderFloats(vector) : undefined;
  const bits = embeddingTypes.includes("binary") ? quantizeBits(vector) : undefined;
  const inputTextTokenCount = countTokens(inputText);
  return {
    body: {
      embedding: floats,
      embeddingsByType: { binary: bits, float: floats },
      inputTextTokenCount,
    },
    inputTokens: inputTextTokenCount,
  };
}
