// A local Bedrock in a process of its own. It tells its parent where it listens and what it saw, and takes scripted replies.
import { startBedrockLocal } from "@node-llm/bedrock-local";

const server = await startBedrockLocal({
  tokensPerSecond: 80,
  seed: 4,
  recordRequests: false,
  // The parent may be gone by then: that is no failure.
  onRequest: ({ id, authorized, principal }) => process.send?.({ id, authorized, principal }, () => {}),
});

process.on("message", (/** @type {import("@node-llm/bedrock-local").ScriptedReply[]} */ replies) => {
  server.enqueue(...replies);
});
// Ctrl-C reaches every process of the terminal: the parent decides when this one ends.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
process.send?.({ url: server.url });
