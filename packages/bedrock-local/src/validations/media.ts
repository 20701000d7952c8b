/**
 * Rules on images, documents, videos and sounds: which the model takes, how many, how large, where they may stand and what
 * documents may be called.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html. The texts were
 * observed on the wire, except those of a document that is empty or too large.
 */
import type { Medium, Model } from "../models/families.ts";
import { createModelRefusal, createRefusal } from "./refusal.ts";
import type { ConverseRequest, DocumentBlock, ImageBlock, Message } from "../wire.ts";

const MAX_DOCUMENTS = 5;
/** The limit counts base64 characters: 3.75 MiB of image bytes. */
const MAX_IMAGE_CHARACTERS = 5 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 4.5 * 1024 * 1024;

/** The underscore is in no documentation, but the service takes it. */
const DOCUMENT_NAME = /^(?!.* {2})[A-Za-z0-9 _\-()[\]]+$/;

interface Placed<Block> {
  readonly block: Block;
  readonly path: string;
}

/**
 * Checks the media of a request, also those in tool results.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkMedia(request: ConverseRequest, model: Model): void {
  const messages = request.messages ?? [];
  for (const message of messages) checkKinds(message.content, model);
  for (const [index, message] of messages.entries()) checkTurn(message, index);
  const blocks = messages.flatMap(({ content }, index) => placeBlocks(content, `messages.${index}.content`));
  const images = blocks.flatMap(({ block, path }) => ("image" in block ? [{ block: block.image, path }] : []));
  const documents = blocks.flatMap(({ block, path }) => ("document" in block ? [{ block: block.document, path }] : []));
  checkCounts(images, documents, model);
  checkImages(images, model);
  checkDocuments(documents, model);
}

const MEDIA: readonly Medium[] = ["image", "document", "video", "audio"];

function checkKinds(content: Message["content"], model: Model): void {
  for (const block of content) {
    const results = "toolResult" in block ? block.toolResult.content : [];
    for (const medium of MEDIA) {
      if (model.media.includes(medium)) continue;
      if ([block, ...results].some((holder) => medium in holder)) {
        throw createRefusal(
          `This model doesn't support the ${medium} content block that you provided. ` +
            "Update the content block and try again.",
        );
      }
    }
    if (!model.resultImages && results.some((result) => "image" in result)) {
      throw createRefusal("This model doesn't support the image field for user messages. Remove image and try again.");
    }
  }
}

type MediaHolder = { image: ImageBlock } | { document: DocumentBlock };

function placeBlocks(content: Message["content"], path: string): Placed<MediaHolder>[] {
  return content.flatMap((block, index) => {
    const place = `${path}.${index}`;
    if ("image" in block || "document" in block) return [{ block, path: place }];
    if (!("toolResult" in block)) return [];
    return block.toolResult.content.flatMap((inner, position) =>
      "image" in inner || "document" in inner
        ? [{ block: inner, path: `${place}.toolResult.content.${position}` }]
        : [],
    );
  });
}

function checkTurn({ role, content }: Message, index: number): void {
  const kind = content.some((block) => "image" in block)
    ? "image"
    : content.some((block) => "document" in block)
      ? "document"
      : undefined;
  if (kind !== undefined && role !== "user") {
    throw createModelRefusal(`messages.${index}.content: '${kind}' blocks are not permitted within ${role} turns.`);
  }
  const hasDocument = content.some((block) => "document" in block);
  const hasText = content.some((block) => "text" in block || ("guardContent" in block && "text" in block.guardContent));
  if (hasDocument && !hasText) throw createRefusal("A text block must be included when using documents.");
}

function checkCounts(images: readonly unknown[], documents: readonly unknown[], model: Model): void {
  if (documents.length > MAX_DOCUMENTS) {
    throw createRefusal(`You can't include more than ${MAX_DOCUMENTS} documents in a request.`);
  }
  if (images.length > model.maxImages) {
    throw createModelRefusal(
      `too many images and documents: ${images.length} + ${documents.length} > ${model.maxImages}`,
    );
  }
}

function checkImages(images: readonly Placed<ImageBlock>[], model: Model): void {
  for (const { block, path } of images) {
    if ("s3Location" in block.source) {
      if (!model.readsS3)
        throw createRefusal("This model doesn't support the s3Uri field. Remove s3Uri and try again.");
    } else if (block.source.bytes.length > MAX_IMAGE_CHARACTERS) {
      throw createModelRefusal(
        `${path}.image.source.bytes: image exceeds 5 MB maximum: ` +
          `${block.source.bytes.length} bytes > ${MAX_IMAGE_CHARACTERS} bytes`,
      );
    }
  }
}

function checkDocuments(documents: readonly Placed<DocumentBlock>[], model: Model): void {
  const names = new Set<string>();
  for (const { block, path } of documents) {
    if (!DOCUMENT_NAME.test(block.name)) {
      throw createRefusal(
        "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, " +
          "and square brackets. The name can't contain more than one consecutive whitespace character. " +
          "Check that the file name conforms to these restrictions and retry your request.",
      );
    }
    if (names.has(block.name)) {
      throw createRefusal(
        "Messages can't contain duplicate document names. Rename the document and retry your request.",
      );
    }
    names.add(block.name);
    checkDocumentSource(block, path, model);
  }
}

function checkDocumentSource({ source }: DocumentBlock, path: string, model: Model): void {
  if ("s3Location" in source && !model.readsS3) {
    throw createModelRefusal(`${path}.document.source.type: Field required`);
  }
  const texts = "text" in source ? [source] : "content" in source ? source.content : undefined;
  if (texts !== undefined && (texts.length === 0 || texts.some(({ text }) => text === ""))) {
    throw createRefusal(`The document at ${path}.document.source is empty. Add text to the document and try again.`);
  }
  if (!("bytes" in source)) return;
  const size = Math.floor((source.bytes.length * 3) / 4);
  if (size > MAX_DOCUMENT_BYTES) {
    throw createModelRefusal(
      `${path}.document.source.bytes: document exceeds 4.5 MB maximum: ${size} bytes > ${MAX_DOCUMENT_BYTES} bytes`,
    );
  }
}
