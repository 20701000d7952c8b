/** The longest name that Bedrock takes, in characters. */
const MAX_NAME_LENGTH = 200;

/**
 * Makes a name one that Bedrock takes for a document: ASCII letters and digits, single spaces, and `_-()[]` (the
 * underscore is in no documentation, but the service takes it), at most 200 characters. Accents are taken off; what else is not allowed becomes a space. The same name always gives the same, so
 * that a cached prefix stays as it is.
 *
 * @returns `"document"` when nothing of the name is left
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html (name)
 */
export function cleanDocumentName(name: string): string {
  const clean = name
    .slice(0, 4 * MAX_NAME_LENGTH)
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^A-Za-z0-9_\-()[\]]+/g, " ")
    .trim();
  return clean.slice(0, MAX_NAME_LENGTH).trim() || "document";
}
