import { numberPath, saveFiles } from "../media/save.ts";
import type { PaintResult } from "../requests/paint.ts";
import type { ImageFile } from "../types/image.ts";
import { compact, type JsonObject } from "../types/json.ts";
import type { Warning } from "../types/response.ts";
import type { Cost } from "../types/usage.ts";
import { PaintedFile } from "./image-file.ts";

/**
 * What `llm.paint()` gives: one image, or several. `data`, `mimeType` and the like are those of the first. JSON and logs
 * show what is known of the images, not the images.
 */
export class GeneratedImage {
  /** The model id as it was asked for. */
  readonly model: string;
  /** All images, in order. */
  readonly images: readonly ImageFile[];
  /** The mask of a virtual try-on with `returnMask`. */
  readonly maskImage?: ImageFile;
  /** AWS request id, to quote to AWS support. */
  readonly requestId?: string;
  /** Absent when a price is not known. */
  readonly cost?: Cost;
  /** What the library changed, or could not do as asked. */
  readonly warnings: readonly Warning[];
  readonly #first: ImageFile;
  readonly #raw: JsonObject;

  /** @internal Use `llm.paint()`. */
  constructor(first: ImageFile, images: readonly ImageFile[], result: PaintResult) {
    const { model, maskImage, requestId, cost, warnings, raw } = result;
    this.model = model;
    this.images = images;
    this.warnings = warnings;
    Object.assign(this, compact({ requestId, cost }));
    if (maskImage !== undefined) this.maskImage = new PaintedFile({ base64: maskImage });
    this.#first = first;
    this.#raw = raw;
  }

  /** Base64. */
  get data(): string {
    return this.#first.data;
  }

  /** Told by the bytes, like `"image/png"`. */
  get mimeType(): string {
    return this.#first.mimeType;
  }

  /** The seed that it can be made with again. Absent when neither the request nor the model told one. */
  get seed(): number | undefined {
    return this.#first.seed;
  }

  /** `"success"`: what is filtered is an error. */
  get finishReason(): string {
    return this.#first.finishReason;
  }

  /** The response as received. */
  get raw(): JsonObject {
    return this.#raw;
  }

  /** The bytes of the first image, decoded anew at each call: a `Buffer` on Node, else a `Uint8Array`. */
  toBuffer(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#first.toBuffer();
  }

  /** The bytes of the first image as a web stream, decoded while they are read. */
  toStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#first.toStream();
  }

  /** The bytes of the first image as a `Blob` of its type. */
  blob(): Promise<Blob> {
    return this.#first.blob();
  }

  /**
   * Writes all images (Node, Bun, Deno): all of them whole, or none. Folders that are missing are made, old files are
   * replaced, and the bytes are written as they came, whatever the path's extension.
   *
   * @param path of one image; several get numbers: `mars.png` becomes `mars-1.png`, `mars-2.png`, …
   * @returns the paths that were written
   * @throws {InputError} `ERR_INPUT` when it is no path of a file
   * @throws {CapabilityError} `ERR_CAPABILITY` when there are no files here
   * @throws the platform's own error when a file cannot be written
   */
  async save(path: string): Promise<readonly string[]> {
    const { images } = this;
    const drafts = images.map((image, index) => ({
      path: images.length === 1 ? path : numberPath(path, index + 1),
      read: () => image.toBuffer(),
    }));
    await saveFiles(drafts);
    return drafts.map((draft) => draft.path);
  }
}
