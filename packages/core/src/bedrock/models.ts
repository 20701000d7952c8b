import { InputError } from "../errors.ts";

/** A model id, resolved once. */
export interface Model {
  /** As it was asked for. */
  readonly id: string;
  /** As one percent-encoded path segment: `:` is `%3A`, `/` is `%2F`. */
  readonly pathSegment: string;
  /** The region that an ARN names; it wins over the client's. */
  readonly region?: string;
  /** Whether it is a prompt of Bedrock's prompt management. */
  readonly isPrompt: boolean;
}

// What all id and ARN forms of Bedrock are made of. "." and ".." would climb out of the path.
const MODEL_ID = /^(?!\.+$)[a-zA-Z0-9._:/-]{1,2048}$/;

/**
 * Resolves a model id: a bare id, a geographic or global inference profile, or any ARN.
 *
 * @throws {InputError} `ERR_INPUT` when it cannot be a model id
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (modelId)
 */
export function resolveModel(id: string): Model {
  const isText = typeof id === "string";
  const region = isText && id.startsWith("arn:") ? id.split(":")[3] : "";
  if (!isText || !MODEL_ID.test(id) || !/^[a-z0-9-]*$/.test(region ?? ".")) {
    const received = isText ? JSON.stringify(id.slice(0, 100)) : String(id);
    throw new InputError(`The model is ${received}: give the id of a model or an inference profile, or an ARN.`);
  }
  return {
    id,
    pathSegment: encodeURIComponent(id),
    isPrompt: /:prompt\/[^/]+$/.test(id),
    ...(region && { region }),
  };
}
