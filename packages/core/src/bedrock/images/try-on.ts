import { InputError } from "../../errors.ts";
import type { PaintRequest, TryOnOptions } from "../../requests/paint.ts";
import { compact, type JsonObject, type JsonValue } from "../../types/json.ts";
import { flag, oneOfCapitals, type Rule } from "./rules.ts";

const shape = oneOfCapitals("contour bounding_box default");
const keep: Rule = {
  ...flag,
  toWire: (value) => (typeof value === "boolean" ? (value ? "ON" : "OFF") : undefined),
};

const RULES: Readonly<Record<keyof TryOnOptions, Rule>> = {
  garmentClass: oneOfCapitals(
    "upper_body lower_body full_body footwear long_sleeve_shirt short_sleeve_shirt no_sleeve_shirt other_upper_body " +
      "long_pants short_pants other_lower_body long_dress short_dress full_body_outfit other_full_body shoes boots " +
      "other_footwear",
  ),
  maskShape: shape,
  longSleeveStyle: oneOfCapitals("sleeve_down sleeve_up"),
  tuckingStyle: oneOfCapitals("untucked tucked"),
  outerLayerStyle: oneOfCapitals("closed open"),
  preserveBodyPose: keep,
  preserveHands: keep,
  preserveFace: keep,
  mergeStyle: oneOfCapitals("balanced seamless detailed"),
  returnMask: flag,
};

/**
 * What a virtual try-on has beside its images and mask.
 *
 * @throws {InputError} `ERR_INPUT` when an option is unknown or wrong, or the mask is told in more than one way
 * @see https://docs.aws.amazon.com/nova/latest/userguide/image-gen-vto.html
 */
export function renderTryOn({ tryOn = {}, mask, maskPrompt, params }: PaintRequest): JsonObject {
  const wire = checkMembers(tryOn);
  const { garmentClass, maskShape, mergeStyle, returnMask } = wire;
  const maskType = mask !== undefined ? "IMAGE" : maskPrompt !== undefined ? "PROMPT" : "GARMENT";
  const ways = [mask, maskPrompt, garmentClass].filter((way) => way !== undefined).length;
  if (ways > 1 || (ways === 0 && params?.["virtualTryOnParams"] === undefined)) {
    throw new InputError(
      "virtual_try_on needs to know what to replace: give one of mask, maskPrompt and tryOn.garmentClass.",
    );
  }
  const styling = pick(wire, ["longSleeveStyle", "tuckingStyle", "outerLayerStyle"]);
  const exclusions = pick(wire, ["preserveBodyPose", "preserveHands", "preserveFace"]);
  if (maskType !== "GARMENT" && styling)
    throw new InputError(
      `tryOn has a style of sleeves, tucking or layers, which only goes with garmentClass: leave it out.`,
    );
  if (maskType === "IMAGE" && maskShape !== undefined)
    throw new InputError("tryOn.maskShape is given with a mask, which has its shape: leave it out.");
  return {
    virtualTryOnParams: compact({
      maskType,
      garmentBasedMask:
        maskType === "GARMENT" ? compact({ garmentClass, maskShape, garmentStyling: styling }) : undefined,
      promptBasedMask: maskType === "PROMPT" && maskShape !== undefined ? { maskShape } : undefined,
      maskExclusions: exclusions,
      mergeStyle,
      returnMask,
    }),
  };
}

function checkMembers(tryOn: TryOnOptions): Partial<Record<keyof TryOnOptions, JsonValue>> {
  const wire: Partial<Record<string, JsonValue>> = {};
  for (const [name, value] of Object.entries(compact(tryOn))) {
    const rule = Object.entries(RULES).find(([known]) => known === name)?.[1];
    if (!rule) throw new InputError(`tryOn does not know ${name}: give ${Object.keys(RULES).join(", ")}.`);
    wire[name] = rule.toWire(value);
    if (wire[name] === undefined) {
      throw new InputError(`tryOn.${name} is ${JSON.stringify(value)}: give ${rule.allowed}.`);
    }
  }
  return wire;
}

/** Some members of an object; `undefined` when it has none of them. */
function pick<K extends string>(
  object: { readonly [P in K]?: JsonValue },
  names: readonly K[],
): JsonObject | undefined {
  const found: Record<string, JsonValue> = {};
  for (const name of names) if (object[name] !== undefined) found[name] = object[name];
  return Object.keys(found).length > 0 ? found : undefined;
}
