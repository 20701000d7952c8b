import { compact, isObject, objectsOf } from "../../types/json.ts";
import { PLAIN, type EmbeddingFamily } from "./family.ts";
import { sourceOf } from "./image-source.ts";

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo.html */
export const marengo2: EmbeddingFamily = {
  ...PLAIN,
  images: { formats: ["png", "jpeg", "gif", "webp"], maxBytes: 5 * 1024 * 1024, readsS3: true },
  dimensions: [1024],
  truncations: ["none", "end"],
  render: ({ items: [item = {}], truncate }) => {
    const { text, image } = item;
    return image
      ? { inputType: "image", mediaSource: sourceOf(image, "base64String") }
      : { inputType: "text", inputText: text, ...compact({ textTruncate: truncate }) };
  },
  // The documentation shows an object, the service sends a list.
  parse: ({ data }) => (isObject(data) ? [data["embedding"]] : objectsOf(data).map(({ embedding }) => embedding)),
};

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-marengo-3.html */
export const marengo3: EmbeddingFamily = {
  ...marengo2,
  readsBoth: true,
  dimensions: [512],
  truncations: ["none"],
  render: ({ items: [item = {}] }) => {
    const { text, image } = item;
    if (!image) return { inputType: "text", text: { inputText: text } };
    const mediaSource = sourceOf(image, "base64String");
    return text === undefined
      ? { inputType: "image", image: { mediaSource } }
      : { inputType: "text_image", text_image: { inputText: text, mediaSource } };
  },
};
