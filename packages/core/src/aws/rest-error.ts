/** An error answer of an AWS REST-JSON service. */
export interface RestError {
  /** The exception's short name, like `"ThrottlingException"`; `""` when the answer names none. */
  readonly name: string;
  /** AWS's message; `""` when the answer has none. */
  readonly message: string;
}

/**
 * Reads the exception's name and message out of an error answer: the name from the header `x-amzn-errortype`, else the
 * body's `code`, else its `__type`.
 *
 * @param header the `x-amzn-errortype` header
 * @param body the response body, JSON or not
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
export function parseRestError(header: string | undefined, body: string): RestError {
  let fields: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) fields = { ...parsed };
  } catch {
    // A proxy answers in HTML or plain text: the status alone then tells what happened.
  }
  const name = [header, fields["code"], fields["__type"]].find((value) => typeof value === "string" && value !== "");
  const message = [fields["message"], fields["Message"], fields["errorMessage"]].find((v) => typeof v === "string");
  return { name: shortName(typeof name === "string" ? name : ""), message: typeof message === "string" ? message : "" };
}

/** `"aws.protocols#Foo:http://…"` to `"Foo"`. */
function shortName(name: string): string {
  const [head = ""] = name.split(/[:,]/);
  return head.slice(head.lastIndexOf("#") + 1).trim();
}
