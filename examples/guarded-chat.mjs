// A chat behind a guardrail: what it blocks, what it masks, and how an answer tells which.
//
//   node examples/guarded-chat.mjs
//   node examples/guarded-chat.mjs --live --guardrail <id> --version <number> [--model <id>]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { createPrinter, print, printFact, printQuestion, printWarnings } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    guardrail: { type: "string", default: "gr1a2b3c4d5e" },
    version: { type: "string", default: "1" },
    live: { type: "boolean", default: false },
  },
});

// What you would set up in AWS, for the local Bedrock.
const guardrail = {
  id: values.guardrail,
  version: values.version,
  topics: [{ name: "Investments", keywords: ["stocks", "shares", "bonds"] }],
  piiEntities: [{ type: /** @type {const} */ ("EMAIL"), action: /** @type {const} */ ("ANONYMIZE") }],
};
const { options, close } = await connect(values.live, { guardrails: [guardrail] });
const llm = createLLM({
  provider: "bedrock",
  bedrockGuardrailIdentifier: values.guardrail,
  bedrockGuardrailVersion: values.version,
  bedrockGuardrailTrace: "enabled",
  ...options,
});

// A blocked question stays in the history. Only the last turn is checked, so that it does not block those after it, too.
const chat = llm.chat(values.model).withGuardrail({ latestTurnOnly: true });
for (const question of [
  "What is 6 times 7?",
  "Which stocks should I buy?",
  "Repeat this: write to ada@example.com.",
  "What is 9 times 9?",
]) {
  printQuestion(question);
  // Bedrock streams only what was checked, unless you set `streamProcessingMode: "async"`.
  const show = createPrinter();
  const stream = chat.stream(question);
  for await (const chunk of stream) show(chunk.content);
  const { guardrail, warnings } = await stream.response();
  show.endLine();
  if (guardrail?.intervened) print();
  for (const { where, policy, name, action } of guardrail?.findings ?? []) {
    printFact("guardrail", `${action} ${name} (${policy}) in the ${where}`);
  }
  printWarnings(warnings);
}
await close();
