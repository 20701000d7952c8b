import { randomUuid } from "../../random.ts";
import { type CohereInput, readCohereV3, readCohereV4 } from "../../validations/embeddings/cohere.ts";
import { decodeImage } from "../images/codec.ts";
import type { InvokeAnswer, InvokeContext, InvokeFamily } from "../invoke/family.ts";
import { countTokens } from "../tokens.ts";
import { type EmbeddingPart, embedParts, truncateText } from "./embed.ts";
import { type EmbeddingType, packBits, packSignedBits, quantizeInt8, quantizeUint8 } from "./quantize.ts";
import { renderFloats } from "./vectors.ts";

const RENDERERS: Readonly<Record<EmbeddingType, (vector: Float64Array) => number[]>> = {
  float: renderFloats,
  int8: quantizeInt8,
  uint8: quantizeUint8,
  binary: packSignedBits,
  ubinary: packBits,
};

/** Embed English v3 and Embed Multilingual v3. They answer with the texts in lower case. */
export const cohereEmbeddingsV3: InvokeFamily = {
  matches: (id) => /^cohere\.embed-(?:english|multilingual)/.test(id),
  invoke(context, body): InvokeAnswer {
    const input = readCohereV3(body);
    const { texts, images, types } = input;
    const echo = {
      texts: texts.map((text) => text.toLowerCase()),
      ...(images.length === 0 ? {} : { images: images.map(describeImage) }),
    };
    if (types !== undefined && types.length > 0) return answerByType(context, input, types, echo);
    const embeddings = embedAll(input).map(renderFloats);
    const answer = { id: randomUuid(context.random), response_type: "embeddings_floats", embeddings, ...echo };
    return { body: answer, inputTokens: countInput(input) };
  },
};

/** Embed v4. It answers by type even when no type was named. */
export const cohereEmbeddingsV4: InvokeFamily = {
  matches: (id) => id.startsWith("cohere.embed-v4"),
  invoke(context, body): InvokeAnswer {
    const input = readCohereV4(body);
    return answerByType(context, input, input.types ?? ["float"], { texts: input.texts });
  },
};

function answerByType(
  { random }: InvokeContext,
  input: CohereInput,
  types: readonly EmbeddingType[],
  echo: Readonly<Record<string, unknown>>,
): InvokeAnswer {
  const vectors = embedAll(input);
  const embeddings = Object.fromEntries([...new Set(types)].map((type) => [type, vectors.map(RENDERERS[type])]));
  return {
    body: { id: randomUuid(random), response_type: "embeddings_by_type", embeddings, ...echo },
    inputTokens: countInput(input),
  };
}

function embedAll(input: CohereInput): Float64Array[] {
  return cutInputs(input).map((parts) => embedParts(parts, input.dimension));
}

function countInput(input: CohereInput): number {
  const texts = cutInputs(input).flatMap((parts) => parts.flatMap((part) => ("text" in part ? [part.text] : [])));
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

function cutInputs({ inputs, maxTokens, truncation }: CohereInput): EmbeddingPart[][] {
  return inputs.map((parts) =>
    parts.map((part) => ("text" in part ? { text: truncateText(part.text, maxTokens, truncation) } : part)),
  );
}

function describeImage(bytes: Uint8Array): Record<string, unknown> {
  const { width, height } = decodeImage(bytes) ?? { width: 0, height: 0 };
  return { width, height, format: bytes[0] === 0xff ? "jpeg" : "png", bit_depth: 24 };
}
