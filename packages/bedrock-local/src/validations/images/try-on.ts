/**
 * The parameters of Nova Canvas for virtual try-on.
 *
 * Specification: https://docs.aws.amazon.com/nova/latest/userguide/image-gen-req-resp-structure.html
 */
import type { BodySchema } from "../body-schema.ts";

/** `virtualTryOnParams` */
export interface VirtualTryOnParams {
  readonly sourceImage: string;
  readonly referenceImage: string;
  readonly maskType: "IMAGE" | "GARMENT" | "PROMPT";
  readonly imageBasedMask?: { readonly maskImage: string };
  readonly garmentBasedMask?: {
    readonly garmentClass: string;
    readonly maskShape?: string;
    readonly garmentStyling?: {
      readonly longSleeveStyle?: string;
      readonly tuckingStyle?: string;
      readonly outerLayerStyle?: string;
    };
  };
  readonly promptBasedMask?: { readonly maskPrompt: string; readonly maskShape?: string };
  readonly maskExclusions?: {
    readonly preserveBodyPose?: string;
    readonly preserveHands?: string;
    readonly preserveFace?: string;
  };
  readonly mergeStyle?: string;
  readonly returnMask?: boolean;
}

const IMAGE = { type: "string", minLength: 1 } as const;

const UPPER = ["UPPER_BODY", "LONG_SLEEVE_SHIRT", "SHORT_SLEEVE_SHIRT", "NO_SLEEVE_SHIRT", "OTHER_UPPER_BODY"] as const;
const LOWER = ["LOWER_BODY", "LONG_PANTS", "SHORT_PANTS", "OTHER_LOWER_BODY"] as const;
const FEET = ["FOOTWEAR", "SHOES", "BOOTS", "OTHER_FOOTWEAR"] as const;
const FULL = ["FULL_BODY", "LONG_DRESS", "SHORT_DRESS", "FULL_BODY_OUTFIT", "OTHER_FULL_BODY"] as const;

/** The schema of `virtualTryOnParams`; `maxText` is the length of the longest prompt. */
export function createTryOnSchema(maxText: number): BodySchema<VirtualTryOnParams> {
  const maskShape = { type: "string", enum: ["CONTOUR", "BOUNDING_BOX", "DEFAULT"] } as const;
  const keep = { type: "string", enum: ["ON", "OFF", "DEFAULT"] } as const;
  return {
    type: "object",
    members: {
      sourceImage: IMAGE,
      referenceImage: IMAGE,
      maskType: { type: "string", enum: ["IMAGE", "GARMENT", "PROMPT"] },
      imageBasedMask: { type: "object", members: { maskImage: IMAGE }, required: ["maskImage"] },
      garmentBasedMask: {
        type: "object",
        members: {
          maskShape,
          garmentClass: { type: "string", enum: [...UPPER, ...LOWER, ...FULL, ...FEET] },
          garmentStyling: {
            type: "object",
            members: {
              longSleeveStyle: { type: "string", enum: ["SLEEVE_DOWN", "SLEEVE_UP"] },
              tuckingStyle: { type: "string", enum: ["UNTUCKED", "TUCKED"] },
              outerLayerStyle: { type: "string", enum: ["CLOSED", "OPEN"] },
            },
          },
        },
        required: ["garmentClass"],
      },
      promptBasedMask: {
        type: "object",
        members: { maskShape, maskPrompt: { type: "string", minLength: 1, maxLength: maxText } },
        required: ["maskPrompt"],
      },
      maskExclusions: {
        type: "object",
        members: { preserveBodyPose: keep, preserveHands: keep, preserveFace: keep },
      },
      mergeStyle: { type: "string", enum: ["BALANCED", "SEAMLESS", "DETAILED"] },
      returnMask: { type: "boolean" },
    },
    required: ["sourceImage", "referenceImage", "maskType"],
  };
}

/** The part of a body that a garment covers, from 0 (top) to 1 (bottom) of the picture. */
export function findGarmentRange(garmentClass: string): readonly [top: number, bottom: number] {
  const isAmong = (names: readonly string[]): boolean => names.includes(garmentClass);
  if (isAmong(UPPER)) return [0.2, 0.55];
  if (isAmong(LOWER)) return [0.5, 0.92];
  return isAmong(FEET) ? [0.86, 1] : [0.18, 0.95];
}
