/** An image that a model made. */
export interface ImageFile {
  /** Base64. */
  readonly data: string;
  /** Told by the bytes, like `"image/png"`; `"application/octet-stream"` when they tell nothing. */
  readonly mimeType: string;
  /** The seed that it can be made with again. Absent when neither the request nor the model told one. */
  readonly seed?: number | undefined;
  /** `"success"`, or in the model's own words why it was filtered or failed, like `"CONTENT_FILTERED"`. */
  readonly finishReason: string;
  /** The bytes, decoded anew at each call: a `Buffer` on Node, else a `Uint8Array`. */
  toBuffer(): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes as a web stream, decoded while they are read. */
  toStream(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The bytes as a `Blob` of the image's type. */
  blob(): Promise<Blob>;
  /**
   * Writes the file (Node, Bun, Deno), whole or not at all. Folders that are missing are made, an old file is replaced,
   * and the bytes are written as they are, whatever the path's extension.
   *
   * @returns the path
   * @throws {InputError} `ERR_INPUT` when it is no path
   * @throws {CapabilityError} `ERR_CAPABILITY` when there are no files here
   * @throws the platform's own error when the file cannot be written
   */
  save(path: string): Promise<string>;
}
