import { EventStreamCodec } from "@smithy/eventstream-codec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encodeErrorFrame, encodeEvent, encodeException, renderPadding } from "../src/event-stream.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString(),
  (text) => Buffer.from(text),
);

function decode(frame: Uint8Array): { headers: [string, unknown][]; body: string } {
  const { headers, body } = codec.decode(frame);
  return {
    headers: Object.entries(headers).map(([name, { value }]) => [name, value]),
    body: Buffer.from(body).toString(),
  };
}

describe("encodeEvent", () => {
  it("gives the bytes that the real service sends", () => {
    const frame = encodeEvent("contentBlockDelta", { delta: { text: "Hi" }, contentBlockIndex: 0 });
    expect(Buffer.from(frame).toString("hex")).toBe(
      "0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c74610d3a636f6e74656e742d747970" +
        "650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b2264656c7461223a7b2274657874" +
        "223a224869227d2c22636f6e74656e74426c6f636b496e646578223a307dee2da0d3",
    );
  });

  it("sends a string or bytes as they are", () => {
    expect(decode(encodeEvent("x", "{broken")).body).toBe("{broken");
    expect(decode(encodeEvent("x", Buffer.from("bytes"))).body).toBe("bytes");
  });

  it("is read back by the official decoder, for any type and payload", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.jsonValue().map((value) => ({ value })),
        (type, payload) => {
          const { headers, body } = decode(encodeEvent(type, payload));
          expect(headers[0]).toEqual([":event-type", type]);
          expect(body).toBe(JSON.stringify(payload));
        },
      ),
    );
  });
});

describe("encodeException", () => {
  it("carries the exception's name and message type", () => {
    expect(decode(encodeException("throttlingException", { message: "Slow down." }))).toEqual({
      headers: [
        [":exception-type", "throttlingException"],
        [":content-type", "application/json"],
        [":message-type", "exception"],
      ],
      body: '{"message":"Slow down."}',
    });
  });
});

describe("encodeErrorFrame", () => {
  it("carries code and message in headers and no payload", () => {
    expect(decode(encodeErrorFrame("InternalError", "Broken."))).toEqual({
      headers: [
        [":error-code", "InternalError"],
        [":error-message", "Broken."],
        [":message-type", "error"],
      ],
      body: "",
    });
  });
});

describe("renderPadding", () => {
  it("is 2 to 61 characters of the alphabet, from its start", () => {
    expect(renderPadding(() => 0)).toBe("ab");
    expect(renderPadding(() => 0.999_999)).toBe("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345678");
  });
});
