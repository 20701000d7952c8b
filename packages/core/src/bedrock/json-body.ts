import { encodeUtf8 } from "#bytes";
import { InputError } from "../errors.ts";

/** No answer is longer; a server that never ends must not fill the memory. */
export const MAX_ANSWER_BYTES: number = 64 * 1024 * 1024;

/**
 * The bytes of a JSON body.
 *
 * @throws {InputError} `ERR_INPUT` when it holds something that JSON cannot
 */
export function encodeJson(body: unknown): Uint8Array {
  try {
    return encodeUtf8(JSON.stringify(body));
  } catch (cause) {
    throw new InputError("The request holds something that JSON cannot, or is nested too deeply.", { cause });
  }
}
