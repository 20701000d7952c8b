import { encodeUtf8 } from "#bytes";
import { InputError } from "../errors.ts";
import { isObject, type JsonObject } from "../types/json.ts";

/** No answer is longer; a server that never ends must not fill the memory. */
export const MAX_ANSWER_BYTES: number = 64 * 1024 * 1024;

/**
 * The bytes of a JSON body.
 *
 * @throws {InputError} `ERR_INPUT` when it holds something that JSON cannot
 */
export function encodeJson(body: unknown): Uint8Array {
  return checkJson(() => encodeUtf8(JSON.stringify(body)));
}

/**
 * What renders JSON, with an error of ours where it fails.
 *
 * @throws {InputError} `ERR_INPUT` when there is something that JSON cannot hold
 */
export function checkJson<T>(render: () => T): T {
  try {
    return render();
  } catch (cause) {
    throw new InputError("The request holds something that JSON cannot, or is nested too deeply.", { cause });
  }
}

/**
 * Refuses what is no object for JSON, like a `Map`, an `ArrayBuffer` or a promise: it would be sent as `{}`.
 *
 * @throws {InputError} `ERR_INPUT`
 */
export function checkPlain(value: unknown, name: string): asserts value is JsonObject {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (isObject(value) && kind === "Object") return;
  throw new InputError(`${name} is ${kind}: give an object.`);
}
