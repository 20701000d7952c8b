import { decodeBase64 } from "#bytes";
import { saveFiles } from "../media/save.ts";
import { sniffFormats } from "../media/sniff.ts";
import type { PaintedImage } from "../requests/paint.ts";
import type { ImageFile } from "../types/image.ts";

/** Characters of base64 that a stream decodes at a time: 96 KiB of bytes. */
const PIECE_LENGTH = 131_072;

/** An image as it is handed out. It keeps the base64 text that came, and nothing beside. */
export class PaintedFile implements ImageFile {
  readonly mimeType: string;
  readonly seed?: number;
  readonly finishReason: string;
  // Not a property: neither JSON nor a log shall show megabytes.
  readonly #base64: string;

  constructor({ base64, seed, finishReason = "success" }: PaintedImage) {
    const format = sniffFormats(base64)?.[0] ?? "";
    this.mimeType = /^(png|jpeg|webp|gif)$/.test(format) ? `image/${format}` : "application/octet-stream";
    if (seed !== undefined) this.seed = seed;
    this.finishReason = finishReason;
    this.#base64 = base64;
  }

  get data(): string {
    return this.#base64;
  }

  toBuffer(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(decode(this.#base64));
  }

  toStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const base64 = this.#base64;
    let at = 0;
    return new ReadableStream({
      pull: (controller) => {
        if (at < base64.length) controller.enqueue(decodeBase64(base64.slice(at, at + PIECE_LENGTH)));
        at += PIECE_LENGTH;
        if (at >= base64.length) controller.close();
      },
    });
  }

  blob(): Promise<Blob> {
    return Promise.resolve(new Blob([decode(this.#base64)], { type: this.mimeType }));
  }

  async save(path: string): Promise<string> {
    await saveFiles([{ path, read: () => this.toBuffer() }]);
    return path;
  }
}

/** A `Buffer` where the platform has one: it is decoded at once, and its methods are what users of Node expect. */
function decode(base64: string): Uint8Array<ArrayBuffer> {
  const host: { Buffer?: { from(base64: string, encoding: "base64"): Uint8Array<ArrayBuffer> } } = globalThis;
  return host.Buffer?.from(base64, "base64") ?? decodeBase64(base64);
}
