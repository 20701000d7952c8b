/** Formats of images that Converse takes. */
export type ImageFormat = "png" | "jpeg" | "gif" | "webp";

/** Formats of documents that Converse takes. */
export type DocumentFormat = "pdf" | "csv" | "doc" | "docx" | "xls" | "xlsx" | "html" | "txt" | "md";

/** Formats of videos that Converse takes. */
export type VideoFormat = "mkv" | "mov" | "mp4" | "webm" | "flv" | "mpeg" | "mpg" | "wmv" | "three_gp";

/** Formats of sounds that Converse takes. */
export type AudioFormat =
  | "mp3"
  | "opus"
  | "wav"
  | "aac"
  | "flac"
  | "mp4"
  | "ogg"
  | "mkv"
  | "mka"
  | "x-aac"
  | "m4a"
  | "mpeg"
  | "mpga"
  | "pcm"
  | "webm";

/**
 * Bytes as base64 text. This is how a history keeps all media, so that it can be stored as JSON; what came as bytes or from
 * a file is made into text whenever `base64` is read.
 */
export interface Base64Source {
  readonly base64: string;
}

/** An object in S3, which Bedrock reads itself; only some models can. */
export interface S3Source {
  /** Like `"s3://bucket/key"`. */
  readonly uri: string;
  /** The AWS account that owns the bucket, 12 digits. */
  readonly bucketOwner?: string;
}

/** A document's text itself. */
export interface TextSource {
  readonly text: string;
}

/** A document that is cut into pieces already, which citations then name by number. */
export interface BlockSource {
  readonly content: readonly string[];
}

/**
 * Where the bytes of a medium come from: bytes; a `data:` URL; an `s3://` URI (Bedrock reads it); an `http(s)` URL or a
 * file path (Node, Bun, Deno), which are read before the request is sent.
 */
export type MediaSource = string | Uint8Array | URL | Base64Source | S3Source;
