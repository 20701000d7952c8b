import { LLMError } from "../errors.ts";

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Creates a function that puts `[redacted]` in place of these secrets, also where a character stands as an escape of JSON,
 * of URLs or of HTML. Secrets are printable ASCII.
 */
export function createRedact(secrets: readonly (string | undefined)[]): Redact {
  return (text) =>
    secrets.reduce<string>((rest, secret = "") => {
      // The pattern of a whole token takes long to compile: only where the secret may begin.
      const isThere = secret !== "" && renderPattern(secret.slice(0, 6)).test(rest);
      return isThere ? rest.replace(renderPattern(secret), "[redacted]") : rest;
    }, text);
}

/** Every repetition is bounded, so that a hostile body costs no quadratic time. */
function renderPattern(secret: string): RegExp {
  const source = secret.replace(/[^]/g, (character) => {
    const code = character.charCodeAt(0);
    const hex = code.toString(16).padStart(2, "0");
    const plain = /\w/.test(character) ? character : `\\\\{0,4}\\x${hex}`;
    // Plain comes last: a percent sign is the beginning of its own escape.
    const escaped = `%(?:25){0,2}${hex}|\\\\{1,4}u00${hex}|&#(?:x0{0,4}${hex}|0{0,4}${code});|${plain}`;
    // Looking for what begins an escape first makes it compile in a fraction of the time.
    return `(?:(?=[%&\\\\])(?:${escaped})|${plain})`;
  });
  return new RegExp(source, "gi");
}

/** Takes secrets out of all that an error shows; what had arrived of the answer stays as it is. */
export function redactError<E>(error: E, redact: Redact): E {
  if (error instanceof LLMError) {
    for (const key of ["message", "stack", "exception", "requestId", "body"] as const) {
      const text: unknown = Reflect.get(error, key);
      if (typeof text === "string") Reflect.set(error, key, redact(text));
    }
  }
  return error;
}
