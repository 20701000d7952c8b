/**
 * Whether a text is base64 as Bedrock takes it: the standard alphabet, padded, without white space, and not empty. Looks
 * at each character once.
 */
export function isBase64(text: string): boolean {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return text !== "" && text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding));
}
