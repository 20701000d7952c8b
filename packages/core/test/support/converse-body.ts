import { ConverseEvents } from "../../src/bedrock/converse/stream.ts";

/** Reads the body of a streamed answer that comes in these pieces. */
export function openConverse(pieces: Iterable<Uint8Array>): {
  readonly events: ConverseEvents;
  /** How often the body was left. */
  readonly cancelled: () => number;
} {
  let cancelled = 0;
  const iterator = pieces[Symbol.iterator]();
  const body = {
    next: () => {
      const { done, value } = iterator.next();
      return Promise.resolve(done ? { done, value: undefined } : { done: false as const, value });
    },
    cancel: () => void cancelled++,
  };
  const headers = { "content-type": "application/vnd.amazon.eventstream" };
  const events = new ConverseEvents({
    response: { status: 200, headers, body },
    requestId: undefined,
    region: "us-east-1",
    promoted: undefined,
    redact: String,
  });
  return { events, cancelled: () => cancelled };
}
