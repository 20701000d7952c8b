import type { PaintTask } from "../../requests/paint.ts";
import { parseAmazon } from "./parse.ts";
import { colorList, oneOf, oneOfCapitals, range, someObject, text, wholeRange } from "./rules.ts";
import type { SizeRule } from "./sizes.ts";
import type { Fields, ImageLimits, ImageModel, TaskSpec } from "./spec.ts";
import { renderTryOn } from "./try-on.ts";

const CONFIG = "imageGenerationConfig";

/** Sizes of Titan. */
const TITAN_SIZES: SizeRule = {
  kind: "list",
  path: CONFIG,
  sizes: (
    "1024x1024 768x768 512x512 768x1152 384x576 1152x768 576x384 768x1280 384x640 1280x768 640x384 896x1152 448x576 " +
    "1152x896 576x448 768x1408 384x704 1408x768 704x384 640x1408 320x704 1408x640 704x320 1152x640 1173x640"
  ).split(" "),
};

const NOVA_STYLES =
  "3d_animated_family_film design_sketch flat_vector_illustration graphic_novel_illustration maximalism midcentury_retro " +
  "photorealism soft_digital_painting";

/** How the models of this form differ. */
interface Traits {
  readonly maxPrompt: number;
  readonly size: SizeRule;
  /** Of images with a mask. */
  readonly masked: ImageLimits;
  /** Of all other images. */
  readonly others: ImageLimits;
  readonly isNova?: boolean;
}

const config: Fields = {
  n: [`${CONFIG}.numberOfImages`, wholeRange(1, 5)],
  quality: [`${CONFIG}.quality`, oneOf("standard premium")],
  cfgScale: [`${CONFIG}.cfgScale`, range(1.1, 10)],
  // Older pages of Nova Canvas tell of 858,993,459.
  seed: [`${CONFIG}.seed`, wholeRange(0, 2_147_483_646)],
};

/** What Titan v1 has; the others have all of it, too. */
function createBasics({ maxPrompt, size, masked, others, isNova }: Traits): ImageModel["tasks"] {
  const words = (at: string): Fields => ({
    prompt: [`${at}.text`, text(maxPrompt)],
    negativePrompt: [`${at}.negativeText`, text(maxPrompt)],
  });
  const edit = (at: string): Omit<TaskSpec, "body"> => ({
    fields: { ...config, ...words(at), maskPrompt: [`${at}.maskPrompt`, text(maxPrompt)] },
    images: [{ path: `${at}.image`, limits: masked }],
    mask: `${at}.maskImage`,
    needsMask: true,
    isMaskSized: true,
    // Nova Canvas gives images of the size that they had.
    ...(!isNova && { size }),
  });
  const outpaint = edit("outPaintingParams");
  return {
    text_to_image: {
      body: { taskType: "TEXT_IMAGE" },
      fields: {
        ...config,
        ...words("textToImageParams"),
        ...(isNova && { style: ["textToImageParams.style", oneOfCapitals(NOVA_STYLES)] }),
      },
      required: ["prompt"],
      size,
    },
    variation: {
      body: { taskType: "IMAGE_VARIATION" },
      fields: {
        ...config,
        ...words("imageVariationParams"),
        similarity: ["imageVariationParams.similarityStrength", range(0.2, 1)],
      },
      images: [{ path: "imageVariationParams.images", limits: others, max: 5 }],
      size,
    },
    inpaint: { body: { taskType: "INPAINTING" }, ...edit("inPaintingParams") },
    outpaint: {
      body: { taskType: "OUTPAINTING" },
      ...outpaint,
      fields: {
        ...outpaint.fields,
        outpaintMode: ["outPaintingParams.outPaintingMode", oneOfCapitals("default precise")],
      },
      required: ["prompt"],
    },
  };
}

/** What Titan v2 has beyond. */
function createMore(traits: Traits): ImageModel["tasks"] {
  const { maxPrompt, size, others } = traits;
  const basics = createBasics(traits);
  const plain = basics.text_to_image?.fields ?? {};
  return {
    ...basics,
    conditioned: {
      body: { taskType: "TEXT_IMAGE" },
      fields: {
        ...plain,
        controlMode: ["textToImageParams.controlMode", oneOfCapitals("canny_edge segmentation")],
        controlStrength: ["textToImageParams.controlStrength", range(0, 1)],
      },
      required: ["prompt"],
      images: [{ path: "textToImageParams.conditionImage", limits: others }],
      size,
    },
    color_guided: {
      body: { taskType: "COLOR_GUIDED_GENERATION" },
      fields: {
        ...config,
        prompt: ["colorGuidedGenerationParams.text", text(maxPrompt)],
        negativePrompt: ["colorGuidedGenerationParams.negativeText", text(maxPrompt)],
        colors: ["colorGuidedGenerationParams.colors", colorList],
      },
      required: ["prompt", "colors"],
      images: [{ path: "colorGuidedGenerationParams.referenceImage", limits: others, isOptional: true }],
      size,
    },
    remove_background: {
      body: { taskType: "BACKGROUND_REMOVAL" },
      fields: {},
      images: [{ path: "backgroundRemovalParams.image", limits: others }],
    },
  };
}

const TITAN: Traits = {
  maxPrompt: 512,
  size: TITAN_SIZES,
  masked: { maxSide: 1408 },
  others: { maxSide: 4096 },
};

const NOVA_IMAGE: ImageLimits = { minSide: 320, maxSide: 4096, maxPixels: 4_194_304, maxRatio: 4 };

const NOVA: Traits = {
  maxPrompt: 1024,
  size: { kind: "free", path: CONFIG },
  masked: NOVA_IMAGE,
  others: NOVA_IMAGE,
  isNova: true,
};

/** Clothes, furniture and the like put into an image. It takes no prompt. */
const tryOn: { readonly [K in PaintTask]?: TaskSpec } = {
  virtual_try_on: {
    body: { taskType: "VIRTUAL_TRY_ON" },
    fields: {
      ...config,
      tryOn: [undefined, someObject],
      maskPrompt: ["virtualTryOnParams.promptBasedMask.maskPrompt", text(1024)],
    },
    images: [
      { path: "virtualTryOnParams.sourceImage", limits: NOVA_IMAGE },
      { path: "virtualTryOnParams.referenceImage", limits: NOVA_IMAGE },
    ],
    mask: "virtualTryOnParams.imageBasedMask.maskImage",
    isMaskSized: true,
    renderMore: renderTryOn,
  },
};

const formats = ["png", "jpeg"];

/**
 * Titan and Nova Canvas: all tasks share a form.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
 */
export const amazonModels: Readonly<Record<string, ImageModel>> = {
  "amazon.titan-image-generator-v1": { tasks: createBasics(TITAN), formats, parse: parseAmazon },
  "amazon.titan-image-generator-v2": { tasks: createMore(TITAN), formats, parse: parseAmazon },
  "amazon.nova-canvas-v1": { tasks: { ...createMore(NOVA), ...tryOn }, formats, parse: parseAmazon },
};
