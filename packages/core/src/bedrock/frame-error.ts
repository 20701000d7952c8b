import type { EventStreamFrame } from "../aws/event-stream/index.ts";
import { parseRestError } from "../aws/rest-error.ts";
import { decodeUtf8 } from "#bytes";
import { IncompleteStreamError, StreamError, type APIError } from "../errors.ts";
import { stringOf } from "../types/json.ts";
import { createAwsError } from "./errors.ts";

/** As much of an error as is kept of one that comes by HTTP. */
const MAX_ERROR_BYTES = 64 * 1024;

/** What a frame stands for that is no good event: a modelled exception, an error that only has a code, or damage. */
export function createFrameError({ headers, payload }: EventStreamFrame, operation: string): APIError {
  const kind = headers[":message-type"];
  if (kind === "event") {
    const event = String(headers[":event-type"]);
    return new StreamError(`The event ${event} is no JSON object (${payload.length} bytes): ask again.`, {
      code: "ERR_STREAM_PAYLOAD",
    });
  }
  if (kind !== "exception" && kind !== "error") {
    return new StreamError(`A frame's :message-type is ${String(kind)}: ask again.`, { code: "ERR_STREAM_PROTOCOL" });
  }
  const type = stringOf(headers[":exception-type"]) ?? stringOf(headers[":error-code"]);
  const error = parseRestError(type, decodeUtf8(payload.subarray(0, MAX_ERROR_BYTES)));
  const message = stringOf(headers[":error-message"]) ?? error.message;
  // On the wire the type is a member name: "throttlingException".
  const name = error.name.charAt(0).toUpperCase() + error.name.slice(1);
  return createAwsError({ name, message }, { operation });
}

/** What a stream throws that ended within its answer (`isCut`), or goes on after more bytes than any answer has. */
export function createLengthError(isCut: boolean | undefined): StreamError {
  if (isCut) {
    return new IncompleteStreamError(
      "The stream ended without messageStop. What had arrived is in error.partial: ask again.",
    );
  }
  return new StreamError("The stream has more than 256 MiB: check the endpoint and any proxy.", {
    code: "ERR_STREAM_SIZE",
    retryable: false,
  });
}
