export { createEventStreamDecoder } from "./decode.ts";
export type {
  EventStreamDecoder,
  EventStreamDecoderOptions,
  EventStreamFrame,
  EventStreamHeaders,
  EventStreamHeaderValue,
} from "./decode.ts";
