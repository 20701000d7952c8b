/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. A member that is `undefined` is left out when it is sent. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}
