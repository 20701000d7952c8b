import { InputError } from "../errors.ts";
import type { MediaSource } from "../types/media.ts";
import { completeMedia, type MediaPart } from "./complete.ts";
import type { LoadMedia } from "./options.ts";

/**
 * Reads an image, wherever it comes from; one in S3 stays there.
 *
 * @param source as users give it
 * @param where how it is named in errors, like `"images[0]"`
 * @throws {InputError} `ERR_INPUT` when it is no image; `ERR_MEDIA` when it cannot be read
 * @throws {AbortError} when the signal was aborted
 */
export async function readImagePart(
  source: MediaSource,
  where: string,
  load: LoadMedia,
  signal: AbortSignal | undefined,
): Promise<MediaPart | undefined> {
  const draft = { type: "image", source } as const;
  let completion = completeMedia(draft, where);
  // Its size is not bounded as that of an image in a chat.
  if ("location" in completion)
    completion = completeMedia(draft, where, await load(completion.location, undefined, signal));
  return "part" in completion ? completion.part : undefined;
}

/**
 * The same as base64.
 *
 * @throws {InputError} `ERR_INPUT` when it is no image, or an object in S3; `ERR_MEDIA` when it cannot be read
 * @throws {AbortError} when the signal was aborted
 */
export async function readImage(...image: Parameters<typeof readImagePart>): Promise<string> {
  const found = (await readImagePart(...image))?.source;
  if (typeof found === "object" && "base64" in found) return found.base64;
  throw new InputError(
    `${image[1]} is an object in S3, which the model does not read: read it first, and give its bytes.`,
  );
}
