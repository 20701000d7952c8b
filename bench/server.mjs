// The load server: answers Converse and ConverseStream, and InvokeModel in Anthropic's shape, as fast as it can, in a process of
// its own, and checks nothing. What it streams is named by the request's path:
// /<events>-<bytes per write, 0 for one event>-<ms between writes, or "hold">/model/...
// A stream that is held stops after its first text, and does not end.
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { encodeAnswer, encodeInvokeAnswer, encodeInvokeStream, encodeStream } from "./lib/answer.mjs";

/** @typedef {import("node:http").IncomingMessage | import("node:http2").Http2ServerRequest} Request */
/**
 * Both have the same methods; their types do not agree on overloads.
 *
 * @typedef {object} Response
 * @property {(status: number, headers: Record<string, string>) => unknown} writeHead
 * @property {(bytes: Buffer) => boolean} write
 * @property {{ (): unknown, (bytes: Buffer | string): unknown }} end
 */

const PATH =
  /^(?:\/(\d+)-(\d+)-(\d+|hold))?\/model\/[^/]+\/(converse|invoke|converse-stream|invoke-with-response-stream)(?:\?.*)?$/;

/** @type {Readonly<Record<string, Buffer>>} */
const ANSWERS = { converse: encodeAnswer(), invoke: encodeInvokeAnswer() };

/** @type {Readonly<Record<string, { encode: (events: number) => Buffer[], untilText: number }>>} */
const STREAMS = {
  "converse-stream": { encode: encodeStream, untilText: 2 },
  "invoke-with-response-stream": { encode: encodeInvokeStream, untilText: 3 },
};

/** @type {Map<string, Buffer[]>} */
const streams = new Map();

/**
 * @param {string} operation
 * @param {number} events
 * @param {number} writeBytes
 * @returns {Buffer[]} what to write, piece by piece
 */
function findStream(operation, events, writeBytes) {
  const key = `${operation}-${events}-${writeBytes}`;
  const known = streams.get(key);
  if (known) return known;
  const frames = STREAMS[operation]?.encode(events) ?? [];
  const body = Buffer.concat(frames);
  const cut = Array.from({ length: Math.ceil(body.length / (writeBytes || Infinity)) }, (_, i) =>
    body.subarray(i * writeBytes, (i + 1) * writeBytes),
  );
  const pieces = writeBytes === 0 ? frames : cut;
  streams.set(key, pieces);
  return pieces;
}

/**
 * @param {Response} response
 * @param {Buffer[]} pieces
 * @param {number} delayMs
 */
function stream(response, pieces, delayMs) {
  if (delayMs === 0) {
    for (const piece of pieces) response.write(piece);
    response.end();
    return;
  }
  let at = 0;
  const timer = setInterval(() => {
    const piece = pieces[at++];
    if (piece) response.write(piece);
    else {
      clearInterval(timer);
      response.end();
    }
  }, delayMs);
}

const REQUEST_ID = { "x-amzn-requestid": "6a1f1f0e-0000-4000-8000-000000000000" };

/** @type {(request: Request, response: Response) => void} */
function answer(request, response) {
  const [, events = "500", writeBytes = "16384", delayMs = "0", operation = ""] = PATH.exec(request.url ?? "") ?? [];
  request.resume();
  request.on("end", () => {
    const whole = ANSWERS[operation];
    if (whole) {
      const length = { "content-length": String(whole.length) };
      response.writeHead(200, { "content-type": "application/json", ...length, ...REQUEST_ID });
      response.end(whole);
    } else if (STREAMS[operation]) {
      response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream", ...REQUEST_ID });
      const pieces = findStream(operation, Number(events), Number(writeBytes));
      if (delayMs !== "hold") stream(response, pieces, Number(delayMs));
      else for (const piece of pieces.slice(0, STREAMS[operation].untilText)) response.write(piece);
    } else {
      response.writeHead(404, { "content-type": "application/json" });
      response.end('{"message":"no such operation"}');
    }
  });
}

const http1 = createServer({ keepAliveTimeout: 60_000 }, answer);
const http2 = createHttp2Server(answer);
http1.listen(0, "127.0.0.1", () => {
  http2.listen(0, "127.0.0.1", () => {
    const [url, h2Url] = [http1, http2].map((server) => {
      const address = server.address();
      return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    });
    process.send?.({ url, h2Url });
  });
});
process.on("disconnect", () => process.exit());
