/** Media that stand in a body as text. */
import { createRefusal } from "../refusal.ts";
import { refuseMalformed } from "../body-schema.ts";

const DATA_URI = /^data:image\/(png|jpeg|jpg|gif|webp);base64,(.*)$/s;

/** Reads base64. `at` is where it stands, as in `#/inputImage`. Throws `AwsError` `ValidationException`. */
export function readBase64(text: string, at: string): Uint8Array {
  if (text === "" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    refuseMalformed([`${at}: the value is not base64`]);
  }
  return Buffer.from(text, "base64");
}

/**
 * Reads an image from a data URI such as `data:image/png;base64,…`.
 *
 * @param formats the formats that pass, by the second half of the MIME type.
 * @throws AwsError `ValidationException`.
 */
export function readDataUri(
  text: string,
  at: string,
  { formats, maxBytes }: { readonly formats: readonly string[]; readonly maxBytes: number },
): Uint8Array {
  const [, subtype = "", data = ""] = DATA_URI.exec(text) ?? [];
  const format = subtype === "jpg" ? "jpeg" : subtype;
  if (!formats.includes(format)) {
    throw createRefusal(
      `The image at ${at} is not a valid data URI. Send data:image/<format>;base64,<data>, where the format is one of ` +
        `${formats.join(", ")}.`,
    );
  }
  const bytes = readBase64(data, at);
  if (bytes.byteLength <= maxBytes) return bytes;
  throw createRefusal(`The image at ${at} has ${bytes.byteLength} bytes, and at most ${maxBytes} are allowed.`);
}
