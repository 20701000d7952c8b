/** Values and media of Converse, as they travel in JSON. Blobs are base64 strings, documents are any JSON value. */

/** Any JSON value: what AWS calls a document. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Bytes as standard base64 text. */
export type Base64 = string;

/** An object in S3. `bucketOwner` is a twelve-digit account id. */
export interface S3Location {
  uri: string;
  bucketOwner?: string;
}

/** Bytes in the request, or an object in S3. */
export type MediaSource = { bytes: Base64 } | { s3Location: S3Location };

/** Why a generated medium is missing. */
export interface ErrorBlock {
  message?: string;
}

/** A picture: png, jpeg, gif or webp. */
export interface ImageBlock {
  format: string;
  source: MediaSource;
  error?: ErrorBlock;
}

/** Where a document's content comes from. */
export type DocumentSource = MediaSource | { text: string } | { content: { text: string }[] };

/** A switch for citations. */
export interface CitationsConfig {
  enabled: boolean;
}

/** A document. Its `name` is shown to the model and is unique in a request. */
export interface DocumentBlock {
  format?: string;
  name: string;
  source: DocumentSource;
  context?: string;
  citations?: CitationsConfig;
}

/** A video. */
export interface VideoBlock {
  format: string;
  source: MediaSource;
}

/** A sound. */
export interface AudioBlock {
  format: string;
  source: MediaSource;
  error?: ErrorBlock;
}
