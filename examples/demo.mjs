// `npm run demo`: an answer streams from a local Bedrock through this library's own signer and event-stream decoder; then a
// tool, a prompt cache, an image, embeddings and a guardrail.
// `npm run demo -- --live [--model <id>]`: the same from AWS, with region and credentials from the environment.
import { createLLM, LLMError } from "@node-llm/core";
import { DOCUMENTATION_CREDENTIAL } from "@node-llm/bedrock-local";
import { parseArgs } from "node:util";
import { startLocalBedrock } from "./support/local-bedrock.mjs";
import { createPrinter, paint, print, printFact, printQuestion } from "./support/terminal.mjs";
import { STEPS } from "./support/tour.mjs";

const QUESTION = "Tell me a story about a lighthouse keeper.";
const CUT_QUESTION = "Count to a hundred.";

const { values } = parseArgs({
  options: {
    live: { type: "boolean", default: false },
    model: { type: "string" },
    guardrail: { type: "string" },
    "guardrail-version": { type: "string", default: "DRAFT" },
  },
});
const model = values.model ?? process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const server = values.live ? undefined : await startLocalBedrock();
try {
  await demonstrate();
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  server?.close();
}

async function demonstrate() {
  // The only difference between the local Bedrock and AWS: endpoint and credentials.
  const llm = createLLM({ provider: "bedrock", ...(server ? localOptions(server.url) : {}) });
  const chat = llm.chat(model).withRequestOptions({ signal: stop.signal });

  print(
    `\n${paint("bold", "@node-llm/core")} streams an answer from ${server ? "a local Bedrock" : "Amazon Bedrock"}\n`,
  );
  printFact(
    "endpoint",
    server?.url ??
      process.env["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] ??
      process.env["AWS_ENDPOINT_URL"] ??
      "AWS, by the region",
  );
  printFact("model", model);

  const response = await showAnswer(chat);
  if (server) {
    await showSignature(server, response.requestId);
    await showCutStream(server, chat);
  }
  await showTour(llm);
}

/**
 * The rest, step by step. One that an account has no access to does not stop the others.
 *
 * @param {import("@node-llm/core").LLM} llm
 */
async function showTour(llm) {
  const guardrailIdentifier = values.guardrail ?? (server ? "sample" : undefined);
  const guardrail = guardrailIdentifier
    ? { guardrailIdentifier, guardrailVersion: values["guardrail-version"] }
    : undefined;
  for (const [name, step] of STEPS) {
    try {
      await step(llm, { model, signal: stop.signal, guardrail });
    } catch (error) {
      if (!values.live || !(error instanceof LLMError) || stop.signal.aborted) throw error;
      printFact(name, paint("red", `${error.name}: ${error.message}`));
    }
  }
  print();
}

/** @param {string} url */
function localOptions(url) {
  return {
    bedrockEndpoint: url,
    bedrockRegion: "us-east-1",
    bedrockAccessKeyId: DOCUMENTATION_CREDENTIAL.accessKeyId,
    bedrockSecretAccessKey: DOCUMENTATION_CREDENTIAL.secretAccessKey,
  };
}

/** @param {import("@node-llm/core").Chat} chat */
async function showAnswer(chat) {
  printQuestion(QUESTION);
  const show = createPrinter();
  const startMs = performance.now();
  let firstMs = 0;
  let pieces = 0;
  const stream = chat.stream(QUESTION);
  for await (const { content } of stream) {
    if (content === "") continue;
    firstMs ||= performance.now() - startMs;
    pieces += 1;
    show(content);
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const response = await stream.response();
  const { usage, finishReason, requestId } = response;

  print("\n");
  printFact("finish", finishReason);
  printFact("usage", usage ? `${usage.inputTokens} tokens in, ${usage.outputTokens} out` : "not reported");
  printFact("time", `first text after ${Math.round(firstMs)} ms, ${pieces} pieces in ${seconds} s`);
  printFact("request id", requestId ?? "none");
  return response;
}

/**
 * @param {Awaited<ReturnType<typeof startLocalBedrock>>} local
 * @param {string | undefined} requestId
 */
async function showSignature(local, requestId) {
  const { authorized, principal } = await local.findRequest(requestId);
  if (!authorized) throw new Error("The server did not verify the signature.");
  printFact("signature", `${paint("green", "verified by the server")}, key ${principal}`);
}

/**
 * @param {Awaited<ReturnType<typeof startLocalBedrock>>} local
 * @param {import("@node-llm/core").Chat} chat
 */
async function showCutStream(local, chat) {
  printQuestion(`${CUT_QUESTION} ${paint("dim", "(this time the stream is cut)")}`);
  local.enqueue({
    events: [
      { event: "messageStart", payload: { role: "assistant" } },
      ...["1", ", 2", ", 3", ", 4", ", 5"].flatMap((text) => [{ delayMs: 80 }, renderDelta(text)]),
      { cut: 40 },
      renderDelta(", 6"),
    ],
  });
  const show = createPrinter();
  try {
    for await (const { content } of chat.stream(CUT_QUESTION)) show(content);
  } catch (error) {
    if (!(error instanceof LLMError) || stop.signal.aborted) throw error;
    print("\n");
    printFact("error", paint("red", `${error.name}, ${error.code}`));
    printFact("partial", `"${error.partial?.content}" is kept in error.partial`);
    printFact("request id", error.requestId ?? "none");
    print(`\n  A stream ends in a whole answer or in a typed error: it cannot lie.\n`);
    return;
  }
  throw new Error("The cut stream was taken for a complete answer.");
}

/** @param {string} text */
function renderDelta(text) {
  return { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text } } };
}

/**
 * @param {unknown} error
 * @returns {number} the exit code
 */
function reportFailure(error) {
  if (stop.signal.aborted) {
    print("\n\n  Stopped; the connection is closed.");
    return 130;
  }
  if (!(error instanceof LLMError)) throw error;
  console.error(`\n${error.name} (${error.code}): ${error.message}`);
  return 1;
}
