import { MARENGO_2_MAX_TOKENS, readMarengo2, readMarengo3 } from "../../validations/embeddings/marengo.ts";
import type { InvokeAnswer, InvokeFamily } from "../invoke/family.ts";
import { type EmbeddingPart, embedParts, truncateText } from "./embed.ts";
import { renderFloats } from "./vectors.ts";

const DIMENSION_2 = 1024;
const DIMENSION_3 = 512;

/** TwelveLabs Marengo Embed 2.7, for texts (cut after 77 tokens) and images. */
export const marengo2: InvokeFamily = {
  matches: (id) => id.startsWith("twelvelabs.marengo-embed-2"),
  invoke(_context, body): InvokeAnswer {
    const cut = readMarengo2(body).map((part) =>
      "text" in part ? { text: truncateText(part.text, MARENGO_2_MAX_TOKENS, "end") } : part,
    );
    return answer(cut, DIMENSION_2);
  },
};

/** TwelveLabs Marengo Embed 3.0, for texts, images and both together. */
export const marengo3: InvokeFamily = {
  matches: (id) => id.startsWith("twelvelabs.marengo-embed-"),
  invoke: (_context, body) => answer(readMarengo3(body), DIMENSION_3),
};

function answer(parts: readonly EmbeddingPart[], dimension: number): InvokeAnswer {
  return { body: { data: [{ embedding: renderFloats(embedParts(parts, dimension)) }] } };
}
