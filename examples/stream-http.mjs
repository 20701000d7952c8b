// A web server whose answers stream. A client that goes away closes the connection to Bedrock, so nothing more is paid for.
//
//   node examples/stream-http.mjs [--port 3000] [--model <id>] [--live]
//   curl --no-buffer 'http://127.0.0.1:3000/?q=Tell+me+a+story'
import { AbortError, createLLM, LLMError } from "@node-llm/core";
import { createServer } from "node:http";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "3000" },
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

const server = createServer((request, response) => void answer(request, response));

server.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : address;
  console.log(`Open http://127.0.0.1:${port}/?q=Tell+me+a+story`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
    void close();
  });
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer(request, response) {
  const question = new URL(request.url ?? "", "http://localhost").searchParams.get("q");
  if (question === null) {
    response.writeHead(400).end("Ask something: /?q=Tell+me+a+story\n");
    return;
  }
  const stream = llm.chat(values.model).stream(question);
  response.setHeader("content-type", "text/plain; charset=utf-8");
  try {
    // Reads as fast as the client does, and cancels the stream when the client goes away. The response is left open when
    // the stream fails, so that the client can be told. Why it failed, the stream itself tells best.
    await stream
      .toReadableStream()
      .pipeTo(Writable.toWeb(response), { preventAbort: true })
      .catch(() => {});
    const { usage, requestId } = await stream.response();
    console.log(`answered: ${usage?.outputTokens} tokens, request id ${requestId}`);
  } catch (error) {
    fail(response, error);
  }
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {unknown} error
 */
function fail(response, error) {
  if (error instanceof AbortError)
    console.log(`the client left after ${error.partial?.content.length ?? 0} characters`);
  else console.error(error instanceof LLMError ? `${error.code}: ${error.message}` : error);
  // Text that was sent cannot be taken back: a broken connection tells the client that it is not all.
  if (response.headersSent) response.destroy();
  else response.writeHead(502).end("The model did not answer.\n");
}
