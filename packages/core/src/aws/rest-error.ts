import { objectOf, stringOf, tryParse } from "../types/json.ts";

/** An error answer of an AWS REST-JSON service. */
export interface RestError {
  /** The exception's short name, like `"ThrottlingException"`; `""` when the answer names none. */
  readonly name: string;
  /** AWS's message; `""` when the answer has none. */
  readonly message: string;
}

/**
 * Reads the exception's name and message out of an error answer: the name from the header `x-amzn-errortype`, else the
 * body's `code`, else its `__type`. In XML, as S3 and STS answer, from `Code`.
 *
 * @param header the `x-amzn-errortype` header
 * @param body the response body, JSON, XML or neither
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
export function parseRestError(header: string | undefined, body: string): RestError {
  // A proxy answers in HTML or plain text: the status alone then tells what happened.
  const { code, __type, message, Message, errorMessage } = objectOf(tryParse(body)) ?? parseXmlError(body);
  const first = (...values: unknown[]): string => stringOf(values.find((value) => typeof value === "string")) ?? "";
  return {
    name: shortName(first(header || undefined, code || undefined, __type)),
    message: first(message, Message, errorMessage),
  };
}

/** S3 and STS answer in XML. */
function parseXmlError(body: string): Record<string, string | undefined> {
  const [, code] = /<Code>([\w.]+)<\/Code>/.exec(body) ?? [];
  return code === undefined ? {} : { code, message: /<Message>([^<]*)<\/Message>/.exec(body)?.[1] };
}

/** Longer ones are none: they go into messages, and through patterns. */
const MAX_NAME_CHARS = 256;

/** `"aws.protocols#Foo:http://…"` to `"Foo"`. */
function shortName(name: string): string {
  const [head = ""] = name.slice(0, MAX_NAME_CHARS).split(/[:,]/);
  return head.slice(head.lastIndexOf("#") + 1).trim();
}
