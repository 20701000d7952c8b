/**
 * Bodies of Titan Image Generator v1 and v2 and of Nova Canvas.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-image.html and
 * https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
 */
import { isPlainObject } from "../../json.ts";
import { type BodySchema, readBody, refuseMalformed } from "../body-schema.ts";
import { createRefusal } from "../refusal.ts";
import { createTryOnSchema, type VirtualTryOnParams } from "./try-on.ts";

/** What the three models differ in. */
export interface AmazonImageModel {
  readonly isNova: boolean;
  readonly tasks: readonly string[];
  /** Longest prompt, in characters. */
  readonly maxText: number;
  readonly maxSeed: number;
}

/** `imageGenerationConfig` */
export interface AmazonImageConfig {
  readonly numberOfImages?: number;
  readonly quality?: "standard" | "premium";
  readonly cfgScale?: number;
  readonly width?: number;
  readonly height?: number;
  readonly seed?: number;
}

interface Texts {
  readonly text?: string;
  readonly negativeText?: string;
}

/** `textToImageParams` */
export interface TextToImageParams extends Texts {
  readonly text: string;
  readonly style?: string;
  readonly conditionImage?: string;
  readonly controlMode?: "CANNY_EDGE" | "SEGMENTATION";
  readonly controlStrength?: number;
}

/** `inPaintingParams` and `outPaintingParams` */
export interface PaintingParams extends Texts {
  readonly image: string;
  readonly maskPrompt?: string;
  readonly maskImage?: string;
  readonly outPaintingMode?: "DEFAULT" | "PRECISE";
}

/** `imageVariationParams` */
export interface ImageVariationParams extends Texts {
  readonly images: readonly string[];
  readonly similarityStrength?: number;
}

/** `colorGuidedGenerationParams` */
export interface ColorGuidedParams extends Texts {
  readonly text: string;
  readonly colors: readonly string[];
  readonly referenceImage?: string;
}

/** A whole body: one of the members with parameters is the task's. */
export interface AmazonImageBody {
  readonly taskType: string;
  readonly textToImageParams?: TextToImageParams;
  readonly inPaintingParams?: PaintingParams;
  readonly outPaintingParams?: PaintingParams;
  readonly imageVariationParams?: ImageVariationParams;
  readonly colorGuidedGenerationParams?: ColorGuidedParams;
  readonly backgroundRemovalParams?: { readonly image: string };
  readonly virtualTryOnParams?: VirtualTryOnParams;
  readonly imageGenerationConfig?: AmazonImageConfig;
}

/** The member with a task's parameters. */
export const PARAMS_BY_TASK = {
  TEXT_IMAGE: "textToImageParams",
  INPAINTING: "inPaintingParams",
  OUTPAINTING: "outPaintingParams",
  IMAGE_VARIATION: "imageVariationParams",
  COLOR_GUIDED_GENERATION: "colorGuidedGenerationParams",
  BACKGROUND_REMOVAL: "backgroundRemovalParams",
  VIRTUAL_TRY_ON: "virtualTryOnParams",
} as const;

const STYLES = [
  "3D_ANIMATED_FAMILY_FILM",
  "DESIGN_SKETCH",
  "FLAT_VECTOR_ILLUSTRATION",
  "GRAPHIC_NOVEL_ILLUSTRATION",
  "MAXIMALISM",
  "MIDCENTURY_RETRO",
  "PHOTOREALISM",
  "SOFT_DIGITAL_PAINTING",
] as const;

const TITAN_SIZES: ReadonlySet<string> = new Set(
  (
    "1024x1024 768x768 512x512 768x1152 384x576 1152x768 576x384 768x1280 384x640 1280x768 640x384 896x1152 448x576 " +
    "1152x896 576x448 768x1408 384x704 1408x768 704x384 640x1408 320x704 1408x640 704x320 1152x640 1173x640"
  ).split(" "),
);
const NOVA_SIZE = { step: 16, maxPixels: 4_194_304, maxRatio: 4 };

/**
 * Reads a body: a task of the model, with that task's parameters and no others.
 *
 * @throws AwsError `ValidationException`.
 */
export function readAmazonBody(model: AmazonImageModel, body: Readonly<Record<string, unknown>>): AmazonImageBody {
  const own = Object.entries(PARAMS_BY_TASK).find(([task]) => task === body["taskType"])?.[1];
  const unused = [
    ...Object.values(PARAMS_BY_TASK).filter((name) => own !== undefined && name !== own),
    ...(own === "backgroundRemovalParams" ? ["imageGenerationConfig"] : []),
  ];
  const extraneous = unused.filter((name) => Object.hasOwn(body, name));
  refuseMalformed(extraneous.map((name) => `#: extraneous key [${name}] is not permitted`));
  refuseMalformed(listForeignParams(model, body));
  return readBody<AmazonImageBody>(
    { type: "object", members: createMembers(model), required: ["taskType", ...(own === undefined ? [] : [own])] },
    body,
  );
}

/** Parameters that another model or task has. */
function listForeignParams(model: AmazonImageModel, body: Readonly<Record<string, unknown>>): string[] {
  const foreign = {
    textToImageParams: [
      ...(model.isNova ? [] : ["style"]),
      ...(isTitanV1(model) ? ["conditionImage", "controlMode", "controlStrength"] : []),
    ],
    inPaintingParams: ["outPaintingMode"],
  };
  return Object.entries(foreign).flatMap(([member, names]) => {
    const params = body[member];
    const found = names.filter((name) => isPlainObject(params) && Object.hasOwn(params, name));
    return found.map((name) => `#/${member}: extraneous key [${name}] is not permitted`);
  });
}

function isTitanV1({ tasks }: AmazonImageModel): boolean {
  return !tasks.includes("BACKGROUND_REMOVAL");
}

/**
 * Refuses a size that the model does not paint.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkAmazonSize({ isNova }: AmazonImageModel, width: number, height: number): void {
  const { step, maxPixels, maxRatio } = NOVA_SIZE;
  const isGood = isNova
    ? width % step === 0 &&
      height % step === 0 &&
      width * height <= maxPixels &&
      Math.max(width / height, height / width) <= maxRatio
    : TITAN_SIZES.has(`${width}x${height}`);
  if (isGood) return;
  throw createRefusal(`400 Bad Request: Value of (width, height) is not valid. Given: (${width}, ${height}).`);
}

type Members = Extract<BodySchema<AmazonImageBody>, { type: "object" }>["members"];

const IMAGE = { type: "string", minLength: 1 } as const;

function createMembers(model: AmazonImageModel): Members {
  const { tasks, maxText } = model;
  const text = { type: "string", minLength: 1, maxLength: maxText } as const;
  const texts = { text, negativeText: text };
  const painting = {
    ...texts,
    image: IMAGE,
    maskPrompt: text,
    maskImage: IMAGE,
    outPaintingMode: { type: "string", enum: ["DEFAULT", "PRECISE"] },
  } as const;
  return {
    taskType: { type: "string", enum: tasks },
    textToImageParams: {
      type: "object",
      members: {
        ...texts,
        style: { type: "string", enum: STYLES },
        conditionImage: IMAGE,
        controlMode: { type: "string", enum: ["CANNY_EDGE", "SEGMENTATION"] },
        controlStrength: { type: "number", minimum: 0, maximum: 1 },
      },
      required: ["text"],
    },
    inPaintingParams: {
      type: "object",
      members: painting,
      required: ["image"],
    },
    outPaintingParams: {
      type: "object",
      members: painting,
      required: ["image"],
    },
    ...createGuidedMembers(texts),
    backgroundRemovalParams: { type: "object", members: { image: IMAGE }, required: ["image"] },
    virtualTryOnParams: createTryOnSchema(maxText),
    imageGenerationConfig: createConfig(model),
  };
}

function createGuidedMembers(
  texts: Record<"text" | "negativeText", BodySchema<string>>,
): Pick<Members, "imageVariationParams" | "colorGuidedGenerationParams"> {
  return {
    imageVariationParams: {
      type: "object",
      members: {
        ...texts,
        images: { type: "array", items: IMAGE, minItems: 1, maxItems: 5 },
        similarityStrength: { type: "number", minimum: 0.2, maximum: 1 },
      },
      required: ["images"],
    },
    colorGuidedGenerationParams: {
      type: "object",
      members: {
        ...texts,
        colors: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 10 },
        referenceImage: IMAGE,
      },
      required: ["text", "colors"],
    },
  };
}

function createConfig({ isNova, maxSeed }: AmazonImageModel): BodySchema<AmazonImageConfig> {
  const side = isNova ? ({ type: "integer", minimum: 320, maximum: 4096 } as const) : ({ type: "integer" } as const);
  return {
    type: "object",
    members: {
      numberOfImages: { type: "integer", minimum: 1, maximum: 5 },
      quality: { type: "string", enum: ["standard", "premium"] },
      cfgScale: { type: "number", minimum: 1.1, maximum: 10 },
      width: side,
      height: side,
      seed: { type: "integer", minimum: 0, maximum: maxSeed },
    },
  };
}
