/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Creates a function that puts `[redacted]` in place of these secrets, also where they stand with JSON escapes or
 * percent-encoded. Secrets are printable ASCII.
 */
export function createRedact(secrets: readonly (string | undefined)[]): Redact {
  return (text) =>
    secrets.reduce<string>((rest, secret) => (secret ? rest.replace(renderPattern(secret), "[redacted]") : rest), text);
}

function renderPattern(secret: string): RegExp {
  const source = secret.replace(/[^a-z0-9]/gi, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, "0");
    // Bounded, so that a body full of backslashes costs no quadratic time.
    return `(?:%(?:25){0,2}${hex}|\\\\{1,4}u00${hex}|\\\\{0,4}\\x${hex})`;
  });
  return new RegExp(source, "gi");
}
