export { createEventStreamDecoder, Decoder, type KnownHeaders } from "./decode.ts";
export type {
  EventStreamDecoder,
  EventStreamDecoderOptions,
  EventStreamFrame,
  EventStreamHeaders,
  EventStreamHeaderValue,
} from "./decode.ts";
