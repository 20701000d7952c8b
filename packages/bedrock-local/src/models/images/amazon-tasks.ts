/** The tasks of Titan Image Generator and Nova Canvas, each from its parameters to pictures. */
import type {
  AmazonImageBody,
  ColorGuidedParams,
  ImageVariationParams,
  PaintingParams,
  TextToImageParams,
} from "../../validations/images/amazon.ts";
import { findGarmentRange, type VirtualTryOnParams } from "../../validations/images/try-on.ts";
import { refuseMalformed } from "../../validations/body-schema.ts";
import { createRefusal } from "../../validations/refusal.ts";
import { blend, type Canvas, composite, createCanvas, type Mask, paste, resize } from "./canvas.ts";
import { applyStyle, cutOut, followEdges, followLight, renderMask } from "./edits.ts";
import { readImage } from "./input.ts";
import { createOval, fillBoxMask, findBackground, findBox, invertMask, readMaskImage, selectByText } from "./masks.ts";
import { parseHexColor } from "./palette.ts";
import { paintScene } from "./scene.ts";

/** What one picture is painted with. `size` is `undefined` when the request has none. */
export interface Easel {
  readonly seed: number;
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** A task that is ready to paint; `texts` are what the filter reads. */
export interface AmazonTask {
  readonly texts: readonly (string | undefined)[];
  readonly paint: (easel: Easel) => Canvas;
  /** The mask that was painted in, when the request wants it back. */
  readonly mask?: Canvas | undefined;
}

const DEFAULT_SIZE = { width: 1024, height: 1024 };

/**
 * The task of a body. Given pictures are read at once.
 *
 * @throws AwsError `ValidationException` for a picture that cannot be read, and a mask that is missing or double.
 */
export function createAmazonTask(body: AmazonImageBody): AmazonTask {
  if (body.textToImageParams) return createTextImage(body.textToImageParams);
  if (body.inPaintingParams) return createPainting(body.inPaintingParams, "inPaintingParams");
  if (body.outPaintingParams) return createPainting(body.outPaintingParams, "outPaintingParams");
  if (body.imageVariationParams) return createVariation(body.imageVariationParams);
  if (body.colorGuidedGenerationParams) return createColorGuided(body.colorGuidedGenerationParams);
  if (body.virtualTryOnParams) return createTryOn(body.virtualTryOnParams);
  const image = readImage(body.backgroundRemovalParams?.image ?? "", "#/backgroundRemovalParams/image");
  return { texts: [], paint: () => cutOut(image, findBackground(image)) };
}

function createTextImage(params: TextToImageParams): AmazonTask {
  const { text: prompt, negativeText: negativePrompt, style, conditionImage, controlStrength = 0.7 } = params;
  const guide =
    conditionImage === undefined ? undefined : readImage(conditionImage, "#/textToImageParams/conditionImage");
  const follow = params.controlMode === "SEGMENTATION" ? followLight : followEdges;
  return {
    texts: [prompt, negativePrompt],
    paint: ({ seed, size = DEFAULT_SIZE }) => {
      const scene = applyStyle(paintScene({ prompt, negativePrompt, seed, ...size }), style);
      return guide === undefined ? scene : follow(scene, guide, controlStrength);
    },
  };
}

function createPainting(params: PaintingParams, name: "inPaintingParams" | "outPaintingParams"): AmazonTask {
  const { text: prompt = "", negativeText: negativePrompt } = params;
  const image = readImage(params.image, `#/${name}/image`);
  const inside = readMask(params, image, name);
  const changed = name === "inPaintingParams" ? inside : invertMask(inside);
  return {
    texts: [prompt, negativePrompt, params.maskPrompt],
    paint: ({ seed, size }) => {
      const scene = paintScene({ prompt, negativePrompt, seed, width: image.width, height: image.height });
      const painted = composite(image, scene, changed);
      return size === undefined ? painted : resize(painted, size.width, size.height);
    },
  };
}

/** What is black in the mask image, or what the prompt names. */
function readMask({ maskPrompt, maskImage }: PaintingParams, image: Canvas, name: string): Mask {
  if (maskImage !== undefined && maskPrompt !== undefined) {
    throw createRefusal("400 Bad Request: Provide either a mask prompt or a mask image, not both.");
  }
  if (maskPrompt !== undefined) return selectByText(image, maskPrompt);
  if (maskImage === undefined) refuseMalformed([`#/${name}: required key [maskPrompt] not found`]);
  const mask = readImage(maskImage ?? "", `#/${name}/maskImage`);
  if (mask.width !== image.width || mask.height !== image.height) {
    throw createRefusal("400 Bad Request: The mask image must have the dimensions of the image.");
  }
  return readMaskImage(mask, image, "black");
}

function createVariation(params: ImageVariationParams): AmazonTask {
  const { text: prompt = "", negativeText: negativePrompt, similarityStrength = 0.7 } = params;
  const images = params.images.map((image, index) => readImage(image, `#/imageVariationParams/images/${index}`));
  return {
    texts: [prompt, negativePrompt],
    paint: ({ seed, size = DEFAULT_SIZE }) => {
      const scene = paintScene({ prompt, negativePrompt, seed, ...size });
      const base = images.reduce(
        (mixed, image, index) => blend(mixed, image, 1 / (index + 1)),
        createCanvas(size.width, size.height),
      );
      return blend(scene, base, similarityStrength);
    },
  };
}

function createColorGuided(params: ColorGuidedParams): AmazonTask {
  const { text: prompt, negativeText: negativePrompt, referenceImage } = params;
  const where = "#/colorGuidedGenerationParams";
  const wrong = params.colors.flatMap((color, index) =>
    /^#[0-9a-f]{6}$/i.test(color)
      ? []
      : [`${where}/colors/${index}: string [${color}] does not match pattern ^#[0-9a-fA-F]{6}$`],
  );
  refuseMalformed(wrong);
  const colors = params.colors.map(parseHexColor);
  const guide = referenceImage === undefined ? undefined : readImage(referenceImage, `${where}/referenceImage`);
  return {
    texts: [prompt, negativePrompt],
    paint: ({ seed, size = DEFAULT_SIZE }) => {
      const scene = paintScene({ prompt, negativePrompt, seed, colors, ...size });
      return guide === undefined ? scene : followLight(scene, guide, 0.6);
    },
  };
}

function createTryOn(params: VirtualTryOnParams): AmazonTask {
  const source = readImage(params.sourceImage, "#/virtualTryOnParams/sourceImage");
  const reference = readImage(params.referenceImage, "#/virtualTryOnParams/referenceImage");
  const mask = readTryOnMask(params, source);
  const box = findBox(mask, source.width);
  return {
    texts: [params.promptBasedMask?.maskPrompt],
    paint: ({ seed }) => {
      if (box === undefined) return source;
      const garment = paste(source, resize(reference, box.width, box.height), box.left, box.top);
      const worn = composite(source, garment, mask);
      const shimmer = paintScene({ prompt: "garment", seed, width: source.width, height: source.height });
      return composite(worn, blend(worn, shimmer, 0.06), mask);
    },
    ...(params.returnMask ? { mask: renderMask(mask, source.width, "black") } : {}),
  };
}

function readTryOnMask(params: VirtualTryOnParams, source: Canvas): Mask {
  const name = { IMAGE: "imageBasedMask", GARMENT: "garmentBasedMask", PROMPT: "promptBasedMask" }[params.maskType];
  const { imageBasedMask, garmentBasedMask, promptBasedMask } = params;
  const at = "#/virtualTryOnParams";
  if (params.maskType === "IMAGE" && imageBasedMask) {
    return readMaskImage(readImage(imageBasedMask.maskImage, `${at}/imageBasedMask/maskImage`), source, "black");
  }
  if (params.maskType === "PROMPT" && promptBasedMask) {
    return shapeMask(selectByText(source, promptBasedMask.maskPrompt), source, promptBasedMask.maskShape);
  }
  if (params.maskType === "GARMENT" && garmentBasedMask) {
    const [top, bottom] = findGarmentRange(garmentBasedMask.garmentClass);
    const { width, height } = source;
    const box = { left: width * 0.2, top: height * top, width: width * 0.6, height: height * (bottom - top) };
    return shapeMask(createOval(source, box), source, garmentBasedMask.maskShape);
  }
  refuseMalformed([`${at}: required key [${name}] not found`]);
  return new Uint8Array();
}

function shapeMask(mask: Mask, source: Canvas, shape: string | undefined): Mask {
  const box = shape === "BOUNDING_BOX" ? findBox(mask, source.width) : undefined;
  return box === undefined ? mask : fillBoxMask(source, box);
}
