import { StreamError } from "../errors.ts";
import type { Received } from "./pipeline.ts";

/** @throws {StreamError} `ERR_STREAM_CONTENT_TYPE` when the response is no event stream; the connection is closed */
export function checkEventStream({ response: { headers, body } }: Received): void {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("application/vnd.amazon.eventstream")) return;
  body.cancel();
  throw new StreamError(
    `The content type is ${JSON.stringify(type)}, not an event stream's: check the endpoint and any proxy.`,
    { code: "ERR_STREAM_CONTENT_TYPE", retryable: false },
  );
}
