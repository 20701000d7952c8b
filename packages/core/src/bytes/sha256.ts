/** A SHA-256 that is under way. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown;
  /** Another one that has taken the same bytes so far. */
  copy(): Sha256;
  /** 64 lower-case hex digits; it takes nothing more after that. */
  digest(encoding: "hex"): string;
}
