// A model that thinks before it answers: its thoughts as they come, what they cost, and what goes back in the next turn.
//
//   node examples/thinking.mjs [--model <id>] [--effort low|medium|high] [--live]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { createPrinter, print, printFact, printQuestion, printWarnings } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    effort: { type: "string", default: "medium" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

// Claude takes no temperature while it thinks: it is left out, and a warning tells so.
const chat = llm.chat(values.model).withEffort(values.effort).withTemperature(0.2);
await ask(chat, "What is 17 times 23?");

// Thoughts are signed. They go back to the model as they came, also after the chat was stored.
const stored = JSON.parse(JSON.stringify(chat));
await ask(llm.chat(stored.model, stored), "What is 391 plus 9?");
await close();

/**
 * @param {import("@node-llm/core").Chat} chat
 * @param {string} question
 */
async function ask(chat, question) {
  printQuestion(question);
  const think = createPrinter("dim");
  const show = createPrinter();
  let hasText = false;
  const stream = chat.stream(question);
  for await (const chunk of stream) {
    if (chunk.type === "thinking") think(chunk.thinking);
    if (chunk.content && !hasText) think("\n\n");
    hasText ||= chunk.content !== "";
    show(chunk.content);
  }
  const { usage, warnings, parts } = await stream.response();
  show.endLine();
  print();
  printFact("parts", parts.map(({ type }) => type).join(", "));
  printFact("usage", `${usage?.outputTokens} tokens out, thinking included`);
  printWarnings(warnings);
}
