// Server-sent events with Express: each chunk of an answer is an event, and a client that goes away stops the model.
//
//   node examples/express-sse.mjs [--port 3000] [--model <id>] [--live]
//   curl --no-buffer --json '{"message":"Tell me a story."}' http://127.0.0.1:3000/chat
import { createLLM, LLMError } from "@node-llm/core";
import express from "express";
import { once } from "node:events";
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

const app = express();
app.post("/chat", express.json(), async (request, response) => {
  const message = request.body?.message;
  if (typeof message !== "string" || message.trim() === "") {
    response.status(400).json({ error: 'Send JSON like {"message":"Tell me a story."}.' });
    return;
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.set({ "content-type": "text/event-stream", "cache-control": "no-cache" }).flushHeaders();
  try {
    for await (const chunk of llm.chat(values.model).stream(message, { signal: gone.signal })) {
      const isTaken = response.write(renderEvent(chunk.type, chunk));
      // Reads as fast as the client does.
      if (!isTaken) await once(response, "drain", { signal: gone.signal });
    }
    console.log("answered");
  } catch (error) {
    if (gone.signal.aborted) console.log("the client left");
    else response.write(renderEvent("error", explain(error)));
  }
  response.end();
});

const server = app.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  console.log(`Post to http://127.0.0.1:${typeof address === "object" ? address?.port : address}/chat`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
    void close();
  });
}

/**
 * JSON has no line breaks, so the data is one line.
 *
 * @param {string} name
 * @param {unknown} data
 */
function renderEvent(name, data) {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * What the client may know of a failure; the log gets the rest.
 *
 * @param {unknown} error
 */
function explain(error) {
  if (!(error instanceof LLMError)) {
    console.error(error);
    return { code: "ERR_INTERNAL", retryable: false };
  }
  const { code, message, retryable, requestId } = error;
  console.error(`${code}: ${message} (request id ${requestId})`);
  return { code, retryable };
}
