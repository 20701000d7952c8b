import { createSha256, sha256Hex, writeBase64 } from "#bytes";
import type { Sha256 } from "./sha256.ts";

/** Bytes as they are, or bytes that go out as base64. */
export type Piece = Uint8Array | { readonly base64Of: Uint8Array };

/** A body that is not held in one piece. It can be read any number of times. */
export interface Body {
  /** In bytes. */
  readonly length: number;
  /** Whether pieces are made while it is read: each is then the reader's only until the next is asked for. */
  readonly isMade: boolean;
  read(): Iterable<Uint8Array>;
  /** All of it as one array, made once. */
  join(): Uint8Array<ArrayBuffer>;
  /** SHA-256 in lower-case hex, computed once; a promise on platforms whose hash is asynchronous. */
  sha256(): string | Promise<string>;
}

/** A hash that has taken the first pieces of a body already. */
interface HashedPieces {
  readonly count: number;
  readonly hash: Sha256;
}

/** Bytes that are made into base64 at a time: what is longer costs the engine more. A multiple of 3 needs no padding. */
const SLICE_BYTES = 48 * 1024;
/** Bytes that go out as one piece. */
const PIECE_BYTES = 8 * SLICE_BYTES;

/**
 * Creates a body of pieces, which nobody may change.
 *
 * @param hashed is the body's own from here on
 */
export function createBody(pieces: readonly Piece[], hashed?: HashedPieces): Body {
  let digest: string | Promise<string> | undefined;
  let joined: Uint8Array<ArrayBuffer> | undefined;
  const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const join = (): Uint8Array<ArrayBuffer> => (joined ??= joinPieces(pieces, length));
  const hash = (): string | Promise<string> => {
    const sha256 = hashed?.hash ?? createSha256();
    if (!sha256) return sha256Hex(join());
    updateHash(sha256, pieces.slice(hashed?.count ?? 0));
    return sha256.digest("hex");
  };
  return {
    length,
    isMade: pieces.some((piece) => "base64Of" in piece),
    read: () => readPieces(pieces),
    join,
    sha256: () => (digest ??= hash()),
  };
}

/** Has a hash take pieces as they go out. */
export function updateHash(hash: Sha256, pieces: readonly Piece[]): void {
  for (const bytes of readPieces(pieces)) hash.update(bytes);
}

/** How many characters base64 of so many bytes has. */
export function lengthOfBase64(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

function lengthOf(piece: Piece): number {
  return "base64Of" in piece ? lengthOfBase64(piece.base64Of.length) : piece.length;
}

function* readPieces(pieces: readonly Piece[]): Generator<Uint8Array, undefined> {
  for (const piece of pieces) {
    if ("base64Of" in piece) yield* readBase64(piece.base64Of);
    else yield piece;
  }
}

/** One array takes all pieces in turn: for each a new one would fill the memory. */
function* readBase64(bytes: Uint8Array): Generator<Uint8Array, undefined> {
  const target = new Uint8Array(lengthOfBase64(Math.min(bytes.length, PIECE_BYTES)));
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const end = Math.min(at + PIECE_BYTES, bytes.length);
    let length = 0;
    for (let from = at; from < end; from += SLICE_BYTES) {
      length += writeBase64(bytes.subarray(from, Math.min(from + SLICE_BYTES, end)), target.subarray(length));
    }
    yield target.subarray(0, length);
  }
}

function joinPieces(pieces: readonly Piece[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const bytes of readPieces(pieces)) {
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}
