import { InputError } from "../errors.ts";
import { completeMedia } from "./complete.ts";
import type { MediaSource } from "../types/media.ts";
import type { LoadMedia } from "./options.ts";

/**
 * Reads an image, wherever it comes from.
 *
 * @param source as users give it
 * @param where how it is named in errors, like `"images[0]"`
 * @returns base64
 * @throws {InputError} `ERR_INPUT` when it is no image, or an object in S3; `ERR_MEDIA` when it cannot be read
 * @throws {AbortError} when the signal was aborted
 */
export async function readImage(
  source: MediaSource,
  where: string,
  load: LoadMedia,
  signal: AbortSignal | undefined,
): Promise<string> {
  const draft = { type: "image", source } as const;
  let completion = completeMedia(draft, where);
  // Its size is not bounded as that of an image in a chat.
  if ("location" in completion)
    completion = completeMedia(draft, where, await load(completion.location, undefined, signal));
  const found = "part" in completion ? completion.part.source : undefined;
  if (typeof found === "object" && "base64" in found) return found.base64;
  throw new InputError(
    `${where} is an object in S3, which the model does not read: read it first, and give its bytes.`,
  );
}
