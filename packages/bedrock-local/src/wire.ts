/**
 * The wire types of Converse and ConverseStream, as they travel in JSON.
 *
 * Blobs are base64 strings here, documents are any JSON value, and a union is an object with exactly one member.
 * Specification: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export type * from "./wire/content.ts";
export type * from "./wire/media.ts";
export type * from "./wire/request.ts";
export type * from "./wire/response.ts";
export type * from "./wire/stream.ts";
