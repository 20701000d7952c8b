import { APIError } from "../../errors.ts";
import { isBase64 } from "../../media/is-base64.ts";
import type { PaintedImage, PaintResult } from "../../requests/paint.ts";
import { numberOf, objectsOf, stringOf, type JsonObject } from "../../types/json.ts";

/** What an answer holds. */
export interface Answer {
  /** What came, also of what was filtered. */
  readonly images: readonly PaintedImage[];
  /** Why something did not come, in the model's words. */
  readonly reasons: readonly string[];
  readonly maskImage?: string | undefined;
}

/** What models say when they refuse for what is shown, rather than fail. */
const FILTERED = /filter|guardrail|\bAUP\b|responsible ai|content polic|moderat/i;

/** Whether a model refused for what the prompt or an image shows. */
export function isFiltered(message: string): boolean {
  return FILTERED.test(message);
}

/** Titan and Nova Canvas: `{ images, error, maskImage }`. */
export function parseAmazon({ images, error, maskImage }: JsonObject): Answer {
  const reason = stringOf(error);
  return {
    images: stringsOf(images).map((base64) => ({ base64 })),
    reasons: reason ? [reason] : [],
    maskImage: stringOf(maskImage) || undefined,
  };
}

/** All of Stability but SDXL: `{ images, seeds, finish_reasons }`, where a reason is null when the image is good. */
export function parseStability({ images, seeds, finish_reasons: given }: JsonObject): Answer {
  const reasons: readonly unknown[] = Array.isArray(given) ? given : [];
  const numbers: readonly unknown[] = Array.isArray(seeds) ? seeds : [];
  return {
    images: (Array.isArray(images) ? images : []).flatMap((base64: unknown, index) =>
      typeof base64 === "string" && base64 !== ""
        ? [{ base64, seed: numberOf(numbers[index]), finishReason: stringOf(reasons[index]) }]
        : [],
    ),
    reasons: stringsOf(reasons),
  };
}

/** SDXL: `{ result, artifacts: [{ base64, seed, finishReason }] }`. */
export function parseSdxl({ result, artifacts }: JsonObject): Answer {
  const parts = objectsOf(artifacts).map(({ base64, seed, finishReason }) => ({
    base64: stringOf(base64) ?? "",
    seed: numberOf(seed),
    finishReason: finishReason === "SUCCESS" ? undefined : stringOf(finishReason),
  }));
  const outcome = stringOf(result) ?? "success";
  return {
    images: parts.filter(({ base64 }) => base64 !== ""),
    reasons: stringsOf([...parts.map(({ finishReason }) => finishReason), outcome === "success" ? undefined : outcome]),
  };
}

/**
 * The images of an answer, and what is missing of those that were asked for. What is no base64 is no image.
 *
 * @param raw the answer, which tells whether a guardrail stepped in
 * @throws {APIError} `ERR_RESPONSE` when there is neither an image nor a reason
 */
export function completeAnswer(
  answer: Answer,
  { n = 1, seed }: { readonly n?: number | undefined; readonly seed?: number | undefined },
  raw: JsonObject = {},
): Pick<PaintResult, "images" | "maskImage" | "failure"> {
  const images = answer.images.filter(({ base64 }) => isBase64(base64));
  const isBlocked = raw["amazon-bedrock-guardrailAction"] === "INTERVENED";
  const reasons = [...answer.reasons, ...(isBlocked ? ["the guardrail stepped in"] : [])];
  if (images.length === 0 && reasons.length === 0) {
    throw new APIError("The answer holds no image: check the endpoint and any proxy, and params.", {
      code: "ERR_RESPONSE",
    });
  }
  const good = images.filter(({ finishReason }) => finishReason === undefined).length;
  const isWhole = reasons.length === 0 && good >= n;
  const words = [...new Set(reasons)].join("; ") || "the model does not say why";
  return {
    images: images.map((image) => ({ ...image, seed: image.seed ?? seed })),
    maskImage: answer.maskImage !== undefined && isBase64(answer.maskImage) ? answer.maskImage : undefined,
    failure: isWhole ? undefined : { message: `${good} of ${n} images came: ${words}`, isFiltered: isFiltered(words) },
  };
}

function stringsOf(values: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  return list.filter((value) => typeof value === "string").filter((value) => value !== "");
}
