/**
 * Shapes of message content and system prompts.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
import type { Shape, StructureShape } from "./types.ts";
import { blob, boolean, document, integer, list, oneOf, string, structure, union } from "./builders.ts";

const text = string();
const bytes = blob({ min: 1 });
const position = integer({ min: 0 });

/** The id that ties a tool's result to its call. */
const toolUseId: Shape = string({ min: 1, max: 64, pattern: "[a-zA-Z0-9_.:-]+" });

/** A tool's name. */
export const toolName: Shape = string({ min: 1, max: 64, pattern: "[a-zA-Z0-9_-]+" });

/** A point up to which the prompt is cached. */
export const cachePoint: StructureShape = structure("CachePointBlock", {
  "type*": oneOf("default"),
  ttl: oneOf("5m", "1h"),
});

const s3Location = structure("S3Location", {
  "uri*": string({ min: 1, max: 1024, pattern: "s3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?" }),
  bucketOwner: string({ pattern: "[0-9]{12}" }),
});

const error = structure("ErrorBlock", { message: text });

const image = structure("ImageBlock", {
  "format*": oneOf("png", "jpeg", "gif", "webp"),
  "source*": union("ImageSource", { bytes, s3Location }),
  error,
});

const citationsConfig = structure("CitationsConfig", { "enabled*": boolean });

const documentBlock = structure("DocumentBlock", {
  format: oneOf("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"),
  "name*": string({ min: 1, max: 200 }),
  "source*": union("DocumentSource", {
    bytes,
    s3Location,
    text,
    content: list(union("DocumentContentBlock", { text })),
  }),
  context: text,
  citations: citationsConfig,
});

const video = structure("VideoBlock", {
  "format*": oneOf("mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"),
  "source*": union("VideoSource", { bytes, s3Location }),
});

const audioFormats = "mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm".split(" ");

const audio = structure("AudioBlock", {
  "format*": oneOf(...audioFormats),
  "source*": union("AudioSource", { bytes, s3Location }),
  error,
});

const searchResult = structure("SearchResultBlock", {
  "source*": text,
  "title*": text,
  "content*": list(structure("SearchResultContentBlock", { "text*": text })),
  citations: citationsConfig,
});

const toolUse = structure("ToolUseBlock", {
  "toolUseId*": toolUseId,
  "name*": toolName,
  "input*": document,
  type: oneOf("server_tool_use"),
});

const toolResult = structure("ToolResultBlock", {
  "toolUseId*": toolUseId,
  "content*": list(
    union("ToolResultContentBlock", { json: document, text, image, document: documentBlock, video, searchResult }),
  ),
  status: oneOf("success", "error"),
  type: text,
});

const guardContent = union("GuardrailConverseContentBlock", {
  text: structure("GuardrailConverseTextBlock", {
    "text*": text,
    qualifiers: list(oneOf("grounding_source", "query", "guard_content")),
  }),
  image: structure("GuardrailConverseImageBlock", {
    "format*": oneOf("png", "jpeg"),
    "source*": union("GuardrailConverseImageSource", { bytes }),
  }),
});

const reasoningContent = union("ReasoningContentBlock", {
  reasoningText: structure("ReasoningTextBlock", { "text*": text, signature: text }),
  redactedContent: blob(),
});

function span(name: string): StructureShape {
  return structure(name, { documentIndex: position, start: position, end: position });
}

const citation = structure("Citation", {
  title: text,
  source: text,
  sourceContent: list(union("CitationSourceContent", { text })),
  location: union("CitationLocation", {
    web: structure("WebLocation", { url: text, domain: text }),
    documentChar: span("DocumentCharLocation"),
    documentPage: span("DocumentPageLocation"),
    documentChunk: span("DocumentChunkLocation"),
    searchResultLocation: structure("SearchResultLocation", {
      searchResultIndex: position,
      start: position,
      end: position,
    }),
  }),
});

const citationsContent = structure("CitationsContentBlock", {
  content: list(union("CitationGeneratedContent", { text })),
  citations: list(citation),
});

const toolReference = structure("ToolReference", {
  type: string({ min: 1, max: 64 }),
  name: string({ min: 1, max: 128 }),
  serverName: string({ min: 1, max: 128 }),
});

/** The first ten members stand in the order in which AWS's error about an empty block lists them. */
const contentBlock = union("ContentBlock", {
  text,
  image,
  toolUse,
  toolResult,
  document: documentBlock,
  video,
  cachePoint,
  reasoningContent,
  citationsContent,
  searchResult,
  audio,
  guardContent,
  toolAddition: structure("ToolAdditionBlock", { "tool*": toolReference }),
  toolRemoval: structure("ToolRemovalBlock", { "tool*": toolReference }),
});

/** The conversation. */
export const messages: Shape = list(
  structure("Message", { "role*": oneOf("user", "assistant", "system"), "content*": list(contentBlock) }),
);

/** The system prompt. */
export const system: Shape = list(union("SystemContentBlock", { text: string({ min: 1 }), guardContent, cachePoint }));
