/** Stub: its owner fills it. */
export class GeneratedImage {
  /** Base64 of the first image. */
  readonly data: string = "";
}
