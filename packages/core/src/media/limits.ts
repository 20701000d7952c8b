import type { MediaKind } from "./formats.ts";

const MIB = 1024 * 1024;

/**
 * The most that Converse takes of a medium, in characters of base64: images of 3.75 MB, documents of 4.5 MB, videos of
 * 25 MB as base64. (For sounds no limit is documented; they are held to that of videos.)
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 */
export const MAX_BASE64_LENGTH: Readonly<Record<MediaKind, number>> = {
  image: 5 * MIB,
  document: 6 * MIB,
  video: 25 * MIB,
  audio: 25 * MIB,
};

/** The same in bytes; of a medium whose kind is not known yet, the most of all. */
export function maxBytesOf(kind: MediaKind = "video"): number {
  return (MAX_BASE64_LENGTH[kind] * 3) / 4;
}

/** A number of bytes for people. */
export function formatBytes(bytes: number): string {
  return bytes < MIB / 10 ? `${bytes} bytes` : `${(bytes / MIB).toFixed(2)} MB`;
}
