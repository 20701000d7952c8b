// What goes wrong in production, and what the library makes of it. Runs against a local Bedrock that fails on command.
//
//   node examples/errors.mjs
import {
  AbortError,
  BadRequestError,
  createLLM,
  IncompleteStreamError,
  LLMError,
  RateLimitError,
  TimeoutError,
} from "@node-llm/core";
import { DOCUMENTATION_CREDENTIAL, startBedrockLocal } from "@node-llm/bedrock-local";

const server = await startBedrockLocal({ tokensPerSecond: 80 });
const llm = createLLM({
  provider: "bedrock",
  bedrockEndpoint: server.url,
  bedrockRegion: "us-east-1",
  bedrockAccessKeyId: DOCUMENTATION_CREDENTIAL.accessKeyId,
  bedrockSecretAccessKey: DOCUMENTATION_CREDENTIAL.secretAccessKey,
  logger: { warn: (message) => console.log(`  log: ${message}`) },
});
const chat = llm.chat("us.anthropic.claude-sonnet-4-6");

console.log("A failure that passes is retried:");
server.enqueue({ error: "ServiceUnavailableException" }, { error: "InternalServerException" });
console.log(`  answer: ${(await chat.ask("What is 6 times 7?")).content}\n`);

console.log("A failure that stays is a typed error:");
server.enqueue({ error: "ThrottlingException" });
await explain(() => chat.ask("Hello!", { maxRetries: 0 }));
await explain(() => llm.chat("anthropic.no-such-model").ask("Hello!"));

console.log("\nA timeout closes the connection:");
server.enqueue({ hang: true });
await explain(() => chat.ask("Hello!", { timeouts: { firstByteMs: 100 }, maxRetries: 0 }));

console.log("\nSo does an AbortSignal, in the middle of an answer:");
const stop = new AbortController();
await explain(async () => {
  let length = 0;
  for await (const chunk of chat.stream("Tell me a story.", { signal: stop.signal })) {
    length += chunk.content.length;
    if (length > 40) stop.abort();
  }
});

console.log("\nA stream that breaks off is never taken for a complete answer:");
server.enqueue({
  events: [
    { event: "messageStart", payload: { role: "assistant" } },
    { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Half an ans" } } },
    { end: true },
  ],
});
await explain(() => chat.stream("Tell me a story.").response());

console.log(`\nThe failed turns left no trace: ${chat.history.length} messages in the history.`);
await server.close();

/** @param {() => Promise<unknown>} call */
async function explain(call) {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof LLMError)) throw error;
    console.log(`  ${error.name} (${error.code}): ${adviseOn(error)}`);
  }
}

/** @param {LLMError} error */
function adviseOn(error) {
  if (error instanceof RateLimitError) return "too many requests; slow down";
  if (error instanceof BadRequestError)
    return `Bedrock refused the request, so correct it (request id ${error.requestId})`;
  if (error instanceof TimeoutError) return "no answer in time";
  if (error instanceof AbortError) return `stopped after "${error.partial?.content}"`;
  if (error instanceof IncompleteStreamError) return `broken off after "${error.partial?.content}"`;
  return error.retryable ? "may pass; try later" : error.message;
}
