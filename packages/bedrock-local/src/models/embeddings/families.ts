import type { InvokeFamily } from "../invoke/family.ts";
import { cohereEmbeddingsV3, cohereEmbeddingsV4 } from "./cohere.ts";
import { marengo2, marengo3 } from "./marengo.ts";
import { novaEmbeddings } from "./nova.ts";
import { titanImageEmbeddings, titanTextEmbeddings } from "./titan.ts";

/** Every family of embedding models. */
export const EMBEDDING_FAMILIES: readonly InvokeFamily[] = [
  titanTextEmbeddings,
  titanImageEmbeddings,
  cohereEmbeddingsV3,
  cohereEmbeddingsV4,
  novaEmbeddings,
  marengo2,
  marengo3,
];
