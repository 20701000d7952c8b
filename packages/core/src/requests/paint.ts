import type { JsonObject } from "../types/json.ts";
import type { Warning } from "../types/response.ts";
import type { Cost } from "../types/usage.ts";
import type { RequestOptions } from "./options.ts";

/** Images to make. */
export interface PaintRequest {
  readonly model: string;
  /** The model behind an ARN that does not name it. */
  readonly baseModel?: string | undefined;
  readonly prompt?: string | undefined;
  /** Fields of the model's own; they win over what is rendered. */
  readonly params?: JsonObject | undefined;
  readonly options: RequestOptions;
}

/** One image that was made. */
export interface PaintedImage {
  readonly base64: string;
  readonly seed?: number | undefined;
}

/** The images that were made. */
export interface PaintResult {
  /** The model id as it was asked for. */
  readonly model: string;
  readonly images: readonly PaintedImage[];
  /** Absent when a price is not known. */
  readonly cost?: Cost | undefined;
  readonly requestId?: string | undefined;
  readonly warnings: readonly Warning[];
  /** The response as received. */
  readonly raw: JsonObject;
}
