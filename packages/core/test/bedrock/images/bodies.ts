import type { PaintRequest } from "../../../src/requests/paint.ts";
import { createPng } from "../../support/media-files.ts";

/** Images as base64, in sizes that all models take. */
export const IMAGE: string = createPng(512, 512).toString("base64");
export const MASK: string = createPng(512, 512, 1).toString("base64");
export const OTHER: string = createPng(640, 384).toString("base64");

/** What is asked for, and the body that AWS's documentation has for it. */
export type Case = readonly [
  name: string,
  model: string,
  asked: Omit<PaintRequest, "model" | "options">,
  body: Readonly<Record<string, unknown>>,
];

const TITAN1 = "amazon.titan-image-generator-v1";
const TITAN2 = "amazon.titan-image-generator-v2:0";
const NOVA = "amazon.nova-canvas-v1:0";
const SDXL = "stability.stable-diffusion-xl-v1";
const service = (name: string): string => `us.stability.${name}-v1:0`;

/** Titan and Nova Canvas. */
const AMAZON_CASES: readonly Case[] = [
  ["text to image", TITAN1, { prompt: "A cat" }, { taskType: "TEXT_IMAGE", textToImageParams: { text: "A cat" } }],
  [
    "text to image with everything",
    TITAN2,
    { prompt: "A cat", negativePrompt: "dogs", n: 2, quality: "premium", cfgScale: 7.5, size: "1152x640", seed: 0 },
    {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "A cat", negativeText: "dogs" },
      imageGenerationConfig: {
        numberOfImages: 2,
        quality: "premium",
        cfgScale: 7.5,
        width: 1152,
        height: 640,
        seed: 0,
      },
    },
  ],
  [
    "conditioned",
    TITAN2,
    { task: "conditioned", prompt: "A cat", images: [IMAGE], controlMode: "canny_edge", controlStrength: 0.9 },
    {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "A cat", conditionImage: IMAGE, controlMode: "CANNY_EDGE", controlStrength: 0.9 },
    },
  ],
  [
    "inpaint by words",
    TITAN1,
    { prompt: "A dog", images: [IMAGE], maskPrompt: "the cat", negativePrompt: "birds", n: 1 },
    {
      taskType: "INPAINTING",
      inPaintingParams: { image: IMAGE, text: "A dog", negativeText: "birds", maskPrompt: "the cat" },
      imageGenerationConfig: { numberOfImages: 1 },
    },
  ],
  [
    "inpaint by mask, which removes without a prompt",
    NOVA,
    { images: [IMAGE], mask: MASK },
    { taskType: "INPAINTING", inPaintingParams: { image: IMAGE, maskImage: MASK } },
  ],
  [
    "outpaint",
    TITAN2,
    { task: "outpaint", prompt: "A beach", images: [IMAGE], mask: MASK, outpaintMode: "precise", size: "512x512" },
    {
      taskType: "OUTPAINTING",
      outPaintingParams: { image: IMAGE, text: "A beach", maskImage: MASK, outPaintingMode: "PRECISE" },
      imageGenerationConfig: { width: 512, height: 512 },
    },
  ],
  [
    "variation of several",
    NOVA,
    { prompt: "In spring", images: [IMAGE, OTHER], similarity: 0.2, negativePrompt: "snow", size: "1280x720" },
    {
      taskType: "IMAGE_VARIATION",
      imageVariationParams: {
        images: [IMAGE, OTHER],
        text: "In spring",
        negativeText: "snow",
        similarityStrength: 0.2,
      },
      imageGenerationConfig: { width: 1280, height: 720 },
    },
  ],
  [
    "variation without a prompt",
    TITAN1,
    { images: [IMAGE] },
    { taskType: "IMAGE_VARIATION", imageVariationParams: { images: [IMAGE] } },
  ],
  [
    "colour guided",
    TITAN2,
    { prompt: "A bottle", colors: ["#FF9800", "#00796b"], negativePrompt: "glass" },
    {
      taskType: "COLOR_GUIDED_GENERATION",
      colorGuidedGenerationParams: { text: "A bottle", negativeText: "glass", colors: ["#FF9800", "#00796b"] },
    },
  ],
  [
    "colour guided after an image",
    NOVA,
    { prompt: "A bottle", colors: ["#ff9800"], images: [IMAGE] },
    {
      taskType: "COLOR_GUIDED_GENERATION",
      colorGuidedGenerationParams: { text: "A bottle", colors: ["#ff9800"], referenceImage: IMAGE },
    },
  ],
  [
    "background removal",
    NOVA,
    { task: "remove_background", images: [IMAGE] },
    { taskType: "BACKGROUND_REMOVAL", backgroundRemovalParams: { image: IMAGE } },
  ],
  [
    "text to image in a style",
    NOVA,
    { prompt: "A cat", style: "3d_animated_family_film", aspectRatio: "1:1" },
    {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "A cat", style: "3D_ANIMATED_FAMILY_FILM" },
      imageGenerationConfig: { width: 1024, height: 1024 },
    },
  ],
  [
    "virtual try-on of a garment",
    NOVA,
    {
      images: [IMAGE, OTHER],
      tryOn: {
        garmentClass: "upper_body",
        maskShape: "bounding_box",
        longSleeveStyle: "sleeve_down",
        tuckingStyle: "untucked",
        outerLayerStyle: "open",
        preserveFace: true,
        preserveHands: false,
        mergeStyle: "seamless",
        returnMask: true,
      },
      n: 2,
    },
    {
      taskType: "VIRTUAL_TRY_ON",
      virtualTryOnParams: {
        sourceImage: IMAGE,
        referenceImage: OTHER,
        maskType: "GARMENT",
        garmentBasedMask: {
          garmentClass: "UPPER_BODY",
          maskShape: "BOUNDING_BOX",
          garmentStyling: { longSleeveStyle: "SLEEVE_DOWN", tuckingStyle: "UNTUCKED", outerLayerStyle: "OPEN" },
        },
        maskExclusions: { preserveFace: "ON", preserveHands: "OFF" },
        mergeStyle: "SEAMLESS",
        returnMask: true,
      },
      imageGenerationConfig: { numberOfImages: 2 },
    },
  ],
  [
    "virtual try-on by words",
    NOVA,
    { task: "virtual_try_on", images: [IMAGE, OTHER], maskPrompt: "the sofa", tryOn: { maskShape: "contour" } },
    {
      taskType: "VIRTUAL_TRY_ON",
      virtualTryOnParams: {
        sourceImage: IMAGE,
        referenceImage: OTHER,
        maskType: "PROMPT",
        promptBasedMask: { maskPrompt: "the sofa", maskShape: "CONTOUR" },
      },
    },
  ],
  [
    "virtual try-on by mask",
    NOVA,
    { task: "virtual_try_on", images: [IMAGE, OTHER], mask: MASK },
    {
      taskType: "VIRTUAL_TRY_ON",
      virtualTryOnParams: {
        sourceImage: IMAGE,
        referenceImage: OTHER,
        maskType: "IMAGE",
        imageBasedMask: { maskImage: MASK },
      },
    },
  ],
  [
    "params over and beside what is rendered",
    TITAN2,
    {
      prompt: "A cat",
      n: 2,
      seed: 7,
      params: { imageGenerationConfig: { numberOfImages: 1, cfgScale: 9 }, textToImageParams: { negativeText: "x" } },
    },
    {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "A cat", negativeText: "x" },
      imageGenerationConfig: { numberOfImages: 1, seed: 7, cfgScale: 9 },
    },
  ],
];

/** SDXL, and the models of Stability that paint. */
const PAINTER_CASES: readonly Case[] = [
  [
    "text to image",
    SDXL,
    {
      prompt: "A cat",
      negativePrompt: "dogs",
      size: "1216x832",
      cfgScale: 12,
      steps: 40,
      seed: 4_294_967_295,
      style: "anime",
      n: 1,
    },
    {
      text_prompts: [{ text: "A cat" }, { text: "dogs", weight: -1 }],
      width: 1216,
      height: 832,
      cfg_scale: 12,
      steps: 40,
      seed: 4_294_967_295,
      style_preset: "anime",
    },
  ],
  ["text to image by the id with a version", `${SDXL}:0`, { prompt: "A cat" }, { text_prompts: [{ text: "A cat" }] }],
  [
    "variation",
    SDXL,
    { prompt: "A cat", images: [IMAGE], similarity: 0.6 },
    { text_prompts: [{ text: "A cat" }], init_image: IMAGE, image_strength: 0.6 },
  ],
  [
    "inpaint",
    SDXL,
    { prompt: "A cat", images: [IMAGE], mask: MASK },
    { text_prompts: [{ text: "A cat" }], init_image: IMAGE, mask_source: "MASK_IMAGE_WHITE", mask_image: MASK },
  ],
  [
    "inpaint by transparency",
    SDXL,
    { task: "inpaint", prompt: "A cat", images: [IMAGE] },
    { text_prompts: [{ text: "A cat" }], init_image: IMAGE, mask_source: "INIT_IMAGE_ALPHA" },
  ],
  ...[
    "sd3-large-v1:0",
    "sd3-5-large-v1:0",
    "stable-image-core-v1:0",
    "stable-image-core-v1:1",
    "stable-image-ultra-v1:1",
  ].map((name): Case => [
    "text to image",
    `stability.${name}`,
    { prompt: "A cat", negativePrompt: "dogs", aspectRatio: "16:9", seed: 4_294_967_294, outputFormat: "jpeg", n: 1 },
    { prompt: "A cat", negative_prompt: "dogs", aspect_ratio: "16:9", seed: 4_294_967_294, output_format: "jpeg" },
  ]),
  [
    "variation",
    "stability.sd3-5-large-v1:0",
    { prompt: "A cat", images: [IMAGE], similarity: 0.7, outputFormat: "webp" },
    { prompt: "A cat", image: IMAGE, mode: "image-to-image", strength: 0.3, output_format: "webp" },
  ],
  [
    "variation with the strength that must be given",
    "stability.sd3-large-v1:0",
    { prompt: "A cat", images: [IMAGE] },
    { prompt: "A cat", image: IMAGE, mode: "image-to-image", strength: 0.35 },
  ],
  [
    "variation",
    "stability.stable-image-ultra-v1:0",
    { prompt: "A cat", images: [IMAGE] },
    { prompt: "A cat", image: IMAGE, mode: "image-to-image" },
  ],
];

const STYLED = { negativePrompt: "fog", style: "photographic", seed: 5, outputFormat: "png" } as const;
const STYLED_BODY = { negative_prompt: "fog", style_preset: "photographic", seed: 5, output_format: "png" };

/** The 13 image services. */
const SERVICE_CASES: readonly Case[] = [
  [
    "creative upscale",
    service("stable-creative-upscale"),
    { prompt: "A cat", images: [IMAGE], creativity: 0.3, ...STYLED },
    { prompt: "A cat", image: IMAGE, creativity: 0.3, ...STYLED_BODY },
  ],
  [
    "conservative upscale",
    service("stable-conservative-upscale"),
    { prompt: "A cat", images: [IMAGE], creativity: 0.5, negativePrompt: "fog" },
    { prompt: "A cat", image: IMAGE, creativity: 0.5, negative_prompt: "fog" },
  ],
  [
    "fast upscale",
    service("stable-fast-upscale"),
    { images: [IMAGE], outputFormat: "webp" },
    { image: IMAGE, output_format: "webp" },
  ],
  [
    "inpaint",
    service("stable-image-inpaint"),
    { prompt: "A cat", images: [IMAGE], mask: MASK, growMask: 0, ...STYLED },
    { prompt: "A cat", image: IMAGE, mask: MASK, grow_mask: 0, ...STYLED_BODY },
  ],
  [
    "inpaint by transparency",
    service("stable-image-inpaint"),
    { prompt: "A cat", images: [IMAGE] },
    { prompt: "A cat", image: IMAGE },
  ],
  [
    "outpaint",
    service("stable-outpaint"),
    { images: [IMAGE], extend: { left: 200, up: 0 }, prompt: "A beach", creativity: 1, style: "anime", seed: 0 },
    { image: IMAGE, left: 200, up: 0, prompt: "A beach", creativity: 1, style_preset: "anime", seed: 0 },
  ],
  [
    "search and replace",
    service("stable-image-search-replace"),
    { prompt: "A dog", searchPrompt: "cat", images: [IMAGE], growMask: 20, ...STYLED },
    { prompt: "A dog", search_prompt: "cat", image: IMAGE, grow_mask: 20, ...STYLED_BODY },
  ],
  [
    "recolour",
    service("stable-image-search-recolor"),
    { prompt: "A red cat", searchPrompt: "cat", images: [IMAGE], growMask: 1, ...STYLED },
    { prompt: "A red cat", select_prompt: "cat", image: IMAGE, grow_mask: 1, ...STYLED_BODY },
  ],
  [
    "erase",
    service("stable-image-erase-object"),
    { images: [IMAGE], mask: MASK, growMask: 3, seed: 1 },
    { image: IMAGE, mask: MASK, grow_mask: 3, seed: 1 },
  ],
  ["background removal", service("stable-image-remove-background"), { images: [IMAGE] }, { image: IMAGE }],
  [
    "sketch",
    service("stable-image-control-sketch"),
    { prompt: "A cat", images: [IMAGE], controlStrength: 0.4, ...STYLED },
    { prompt: "A cat", image: IMAGE, control_strength: 0.4, ...STYLED_BODY },
  ],
  [
    "structure",
    service("stable-image-control-structure"),
    { prompt: "A cat", images: [IMAGE], controlStrength: 1, ...STYLED },
    { prompt: "A cat", image: IMAGE, control_strength: 1, ...STYLED_BODY },
  ],
  [
    "style guide",
    service("stable-image-style-guide"),
    { prompt: "A cat", images: [IMAGE], fidelity: 0.2, aspectRatio: "2:3", ...STYLED },
    { prompt: "A cat", image: IMAGE, fidelity: 0.2, aspect_ratio: "2:3", ...STYLED_BODY },
  ],
  [
    "style transfer",
    service("stable-style-transfer"),
    {
      prompt: "A cat",
      negativePrompt: "fog",
      images: [IMAGE, OTHER],
      styleStrength: 0.9,
      compositionFidelity: 0.8,
      changeStrength: 0.1,
    },
    {
      prompt: "A cat",
      negative_prompt: "fog",
      init_image: IMAGE,
      style_image: OTHER,
      style_strength: 0.9,
      composition_fidelity: 0.8,
      change_strength: 0.1,
    },
  ],
];

/** Each task of each family. */
export const CASES: readonly Case[] = [...AMAZON_CASES, ...PAINTER_CASES, ...SERVICE_CASES];
