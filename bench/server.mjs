// The load server: answers Converse and ConverseStream as fast as it can, in a process of its own, and checks nothing.
// What it streams is named by the request's path: /<events>-<bytes per write, 0 for one event>-<ms between writes>/model/...
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { encodeAnswer, encodeStream } from "./lib/answer.mjs";

const ANSWER = encodeAnswer();
const PATH = /^(?:\/(\d+)-(\d+)-(\d+))?\/model\/[^/]+\/(converse|converse-stream)$/;

/** @type {Map<string, Buffer[]>} */
const streams = new Map();

/**
 * @param {number} events
 * @param {number} writeBytes
 * @returns {Buffer[]} what to write, piece by piece
 */
function findStream(events, writeBytes) {
  const key = `${events}-${writeBytes}`;
  const known = streams.get(key);
  if (known) return known;
  const frames = encodeStream(events);
  const body = Buffer.concat(frames);
  const cut = Array.from({ length: Math.ceil(body.length / (writeBytes || Infinity)) }, (_, i) =>
    body.subarray(i * writeBytes, (i + 1) * writeBytes),
  );
  const pieces = writeBytes === 0 ? frames : cut;
  streams.set(key, pieces);
  return pieces;
}

/**
 * @param {{ write: (bytes: Buffer) => boolean, end: () => void }} response
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

/** @type {(request: any, response: any) => void} */
function answer(request, response) {
  const [, events = "500", writeBytes = "16384", delayMs = "0", operation] = PATH.exec(request.url) ?? [];
  request.resume();
  request.on("end", () => {
    const requestId = { "x-amzn-requestid": "6a1f1f0e-0000-4000-8000-000000000000" };
    if (operation === "converse") {
      const length = { "content-length": String(ANSWER.length) };
      response.writeHead(200, { "content-type": "application/json", ...length, ...requestId });
      response.end(ANSWER);
    } else if (operation === "converse-stream") {
      response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream", ...requestId });
      stream(response, findStream(Number(events), Number(writeBytes)), Number(delayMs));
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
