import { readImageSize } from "../media/image-size.ts";
import { isObject, stringOf, type JsonObject, type JsonValue } from "../types/json.ts";

/** What is known of a request without its tokenizer. */
export interface TokenEstimate {
  readonly tokens: number;
  /** The media that tell nothing of their tokens, like `"document (pdf)"`. */
  readonly uncounted: readonly string[];
}

/** Claude's rule: a token for 750 pixels, after scaling down to what makes 1,600. */
const PIXELS_PER_TOKEN = 750;
const MAX_IMAGE_TOKENS = 1600;
const TEXT_FORMATS: readonly unknown[] = ["txt", "md", "csv", "html"];
/** Proofs of thinking, which are no text. */
const NO_TEXT: readonly string[] = ["signature", "redactedContent"];

/**
 * Guesses the tokens of a Converse request: 3.5 characters of a Latin text, 2 of another alphabet, or one ideograph make a
 * token. Names of members count, too: they stand for what a model's own format adds.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/vision#calculate-image-costs
 */
export function estimateTokens(body: JsonObject): TokenEstimate {
  const uncounted: string[] = [];
  const weigh = (value: JsonValue | undefined, name: string): number => {
    if (typeof value === "string") return weighText(value);
    let weight = 0;
    if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) weight += weigh(item, name);
    else if (!isObject(value)) return 1;
    else if (isObject(value["source"])) return weighMedium(value, name);
    else {
      for (const [key, member] of Object.entries(value)) {
        if (!NO_TEXT.includes(key)) weight += weighText(key) + weigh(member, key);
      }
    }
    return weight;
  };
  const weighMedium = ({ format, source, ...others }: JsonObject, kind: string): number => {
    const base64 = isObject(source) ? stringOf(source["bytes"]) : undefined;
    if (kind === "image") return weighImage(base64);
    if (isObject(source) && base64 === undefined && !("s3Location" in source)) {
      return weigh(source, kind) + weigh(others, kind);
    }
    if (base64 !== undefined && TEXT_FORMATS.includes(format))
      return (base64.length * 0.75) / 3.5 + weigh(others, kind);
    uncounted.push(`${kind} (${stringOf(format) ?? "of unknown format"})`);
    return 0;
  };
  return { tokens: Math.ceil(weigh(body, "")), uncounted };
}

function weighImage(base64: string | undefined): number {
  const size = base64 === undefined ? undefined : readImageSize(base64);
  return size ? Math.min(MAX_IMAGE_TOKENS, (size.width * size.height) / PIXELS_PER_TOKEN) : MAX_IMAGE_TOKENS;
}

function weighText(text: string): number {
  let weight = 0;
  for (const char of text) weight += char < "\u0250" ? 1 / 3.5 : char < "\u2e80" ? 1 / 2 : 1;
  return weight;
}
