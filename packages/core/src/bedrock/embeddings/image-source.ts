import type { EmbedItem } from "../../requests/embed.ts";
import { compact, type JsonObject } from "../../types/json.ts";

type Image = NonNullable<EmbedItem["image"]>;

/** An image's base64. The others were refused before, where the model does not read S3. */
export function base64Of({ source }: Image): string {
  return "base64" in source ? source.base64 : source.uri;
}

/** An image as a `data:` URL. */
export function dataUrlOf(image: Image): string {
  return `data:image/${image.format};base64,${base64Of(image)}`;
}

/** An image as Amazon's and TwelveLabs' models take it. @param member what they call base64 */
export function sourceOf({ source }: Image, member: "bytes" | "base64String"): JsonObject {
  if ("base64" in source) return { [member]: source.base64 };
  const { uri, bucketOwner } = source;
  return { s3Location: compact({ uri, bucketOwner }) };
}
