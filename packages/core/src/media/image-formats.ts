import type { ImageFormat } from "../types/media.ts";

/** The formats of images that Converse takes and gives. */
export const IMAGE_FORMATS: readonly ImageFormat[] = ["png", "jpeg", "gif", "webp"];
