import type { MediaKind } from "./formats.ts";

const MIB = 1024 * 1024;

/**
 * The most that Converse takes of all media of a request, in characters of base64: no more fits into its body.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export const MAX_TOTAL_LENGTH = 25_000_000;

/**
 * The most that Converse takes of a medium, in characters of base64: images of 3.75 MB, documents of 4.5 MB. Videos and
 * sounds may fill the request.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 */
export const MAX_BASE64_LENGTH: Readonly<Record<MediaKind, number>> = {
  image: 5 * MIB,
  document: 6 * MIB,
  video: MAX_TOTAL_LENGTH,
  audio: MAX_TOTAL_LENGTH,
};

/** The same in bytes; of a medium whose kind is not known yet, the most of all. */
export function maxBytesOf(kind: MediaKind = "video"): number {
  return (MAX_BASE64_LENGTH[kind] * 3) / 4;
}

/** A number of bytes for people. */
export function formatBytes(bytes: number): string {
  return bytes < MIB / 10 ? `${bytes} bytes` : `${(bytes / MIB).toFixed(2)} MB`;
}
