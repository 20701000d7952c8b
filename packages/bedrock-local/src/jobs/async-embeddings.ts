/** Embeddings as long work: long texts in segments, and media, whole. */
import { type EmbeddingPart, embedParts } from "../models/embeddings/embed.ts";
import { renderFloats } from "../models/embeddings/vectors.ts";
import type { ObjectStore } from "../storage/store.ts";
import { parseS3Uri } from "../storage/s3-request.ts";
import { readMarengoSegments, readNovaSegments } from "../validations/async-embeddings.ts";
import { createRefusal } from "../validations/refusal.ts";
import { type AsyncWork, renderJsonFile } from "./async-work.ts";

const DEFAULT_SEGMENT_CHARS = 32_000;
const MARENGO_2_DIMENSION = 1024;
const MARENGO_3_DIMENSION = 512;

/** Where content is: in the request, or in the S3 subset. */
interface Source {
  readonly base64?: string | undefined;
  readonly s3Location?: { readonly uri: string } | undefined;
}

/** The work of Nova Multimodal Embeddings. Throws `AwsError` `ValidationException` for an input that is refused. */
export function embedNova(input: unknown): AsyncWork {
  const { kind, content, dimension } = readNovaSegments(input);
  const source: Source = { base64: content.source?.bytes, s3Location: content.source?.s3Location };
  if (content.value === undefined) checkSource(source, `segmentedEmbeddingParams.${kind}`);
  const type = kind.toUpperCase();
  return async ({ store }, folderUri) => {
    const bytes = content.value === undefined ? await readSource(store, source) : Buffer.from(content.value);
    const length = content.segmentationConfig?.maxLengthChars ?? DEFAULT_SEGMENT_CHARS;
    const segments = kind === "text" ? cutText(Buffer.from(bytes).toString(), length) : [{ at: 0, bytes }];
    const lines = segments.map((segment, index) => {
      const part: EmbeddingPart = "text" in segment ? { text: segment.text } : createPart(kind, segment.bytes);
      const place = "text" in segment ? renderPlace(segment) : {};
      const embedding = renderFloats(embedParts([part], dimension));
      return { embedding, segmentMetadata: { segmentIndex: index, ...place }, status: "SUCCESS" };
    });
    const name = `embedding-${kind}.jsonl`;
    const outputFileUri = `${folderUri}/${name}`;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    return [
      renderJsonFile("segmented-embedding-result.json", {
        sourceFileUri: source.s3Location?.uri,
        embeddingDimension: dimension,
        embeddingResults: [{ embeddingType: type, status: "SUCCESS", outputFileUri }],
      }),
      { name, bytes: Buffer.from(text), contentType: "application/x-ndjson" },
    ];
  };
}

/** The work of TwelveLabs Marengo. Throws `AwsError` `ValidationException` for an input that is refused. */
export function embedMarengo(input: unknown, id: string): AsyncWork {
  const { inputType, inputText, mediaSource } = readMarengoSegments(input);
  const source: Source = { base64: mediaSource?.base64String, s3Location: mediaSource?.s3Location };
  if (inputType !== "text") checkSource(source, "mediaSource");
  else if (inputText === undefined) throw createRefusal("The input has no inputText. Give one, and try again.");
  const dimension = id.includes("-2-") ? MARENGO_2_DIMENSION : MARENGO_3_DIMENSION;
  return async ({ store }) => {
    const part =
      inputText === undefined || inputType !== "text"
        ? createPart(inputType, await readSource(store, source))
        : { text: inputText };
    const isFilm = inputType === "video" || inputType === "audio";
    const about = isFilm ? { embeddingOption: inputType === "video" ? "visual-text" : "audio", startSec: 0 } : {};
    return [
      renderJsonFile("output.json", { data: [{ embedding: renderFloats(embedParts([part], dimension)), ...about }] }),
    ];
  };
}

interface TextSegment {
  readonly at: number;
  readonly text: string;
}

function cutText(text: string, length: number): TextSegment[] {
  const count = Math.max(1, Math.ceil(text.length / length));
  return Array.from({ length: count }, (_, index) => ({
    at: index * length,
    text: text.slice(index * length, (index + 1) * length),
  }));
}

function renderPlace({ at, text }: TextSegment): Record<string, number> {
  return { segmentStartCharPosition: at, segmentEndCharPosition: at + text.length };
}

function createPart(kind: string, bytes: Uint8Array): EmbeddingPart {
  return kind === "image" ? { image: bytes } : { medium: bytes };
}

function checkSource({ base64, s3Location }: Source, name: string): void {
  if ((base64 === undefined) !== (s3Location === undefined)) return;
  throw createRefusal(`Give exactly one source in ${name}: the content as base64 text, or an S3 location.`);
}

async function readSource(store: ObjectStore, { base64, s3Location }: Source): Promise<Uint8Array> {
  if (s3Location === undefined) return Buffer.from(base64 ?? "", "base64");
  const place = parseS3Uri(s3Location.uri);
  const object = place && (await store.get(place.bucket, place.key));
  if (object === undefined) throw createRefusal(`There is no object at ${s3Location.uri}.`);
  return object.bytes;
}
