// A thousand texts: embedded in batches, a few at a time, interrupted, and continued without doing anything twice.
//
//   node examples/embed.mjs [--texts 1000] [--model <id>] [--live]
import { createLLM, LLMError } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { printFact, printQuestion } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: {
    texts: { type: "string", default: "1000" },
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "cohere.embed-v4:0" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", defaultEmbeddingModel: values.model, ...options });
const texts = Array.from({ length: Number(values.texts) }, (_, at) => `Note ${at + 1}: order ${7 * at} has arrived.`);

printQuestion(`${texts.length} texts, stopped in the middle`);
const stop = new AbortController();
const interrupted = await llm
  .embed(texts, {
    concurrency: 2,
    signal: stop.signal,
    onProgress: ({ done, total = 0 }) => {
      if (done >= total / 2) stop.abort();
    },
  })
  .catch((error) => {
    if (error instanceof LLMError && error.code === "ERR_ABORTED") return error;
    throw error;
  });
const partial = interrupted instanceof LLMError ? interrupted.partial : undefined;
const kept = partial?.vectors?.filter((vector) => vector !== undefined).length;
printFact("kept", `${kept} of ${texts.length} vectors`);

printQuestion("Continued");
const { vectors, dimensions, requestIds, usage } = await llm.embed(texts, {
  resume: partial,
  onProgress: ({ done, total }) => {
    if (done === total) printFact("done", `${done} of ${total}`);
  },
});
printFact("vectors", `${vectors.length}, of ${dimensions} dimensions`);
printFact("requests", `${requestIds.length} more`);
printFact("usage", usage ? `${usage.inputTokens} more tokens` : "not told by this model");

printQuestion("In an eighth of the room of bytes");
const bits = await llm.embed(texts.slice(0, 96), { outputType: "ubinary" });
printFact("vector", `${bits.vector.constructor.name} of ${bits.vector.length} bytes for ${bits.dimensions} dimensions`);
await close();
