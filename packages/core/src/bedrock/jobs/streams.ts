import { concat } from "../../http/body.ts";

/** Reads a stream to its end. */
export async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    length += piece.length;
  }
  return concat(pieces, length);
}

/** The lines of a text in UTF-8 that are not empty, however it is cut. */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const bytes of stream) {
    const [first = "", ...others] = decoder.decode(bytes, { stream: true }).split("\n");
    pieces.push(first);
    for (const next of others) {
      yield* nonEmpty(pieces);
      pieces = [next];
    }
  }
  yield* nonEmpty([...pieces, decoder.decode()]);
}

function* nonEmpty(pieces: readonly string[]): Generator<string, void> {
  const line = pieces.join("").trim();
  if (line !== "") yield line;
}
