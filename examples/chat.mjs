// A conversation that survives a restart. Tell it your name, stop it, start it again, and ask: "What is my name?"
//
//   node examples/chat.mjs [--file chat.json] [--model <id>] [--live]
import { createLLM, LLMError } from "@node-llm/core";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";

const { values } = parseArgs({
  options: {
    file: { type: "string", default: join(tmpdir(), "node-llm-chat.json") },
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });
const chat = openChat();
console.log(`Messages from before: ${chat.history.length}. The conversation is kept in ${values.file}.`);

const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: "\n> " });
terminal.prompt();
for await (const line of terminal) {
  if (line.trim() !== "") await answer(line);
  terminal.prompt();
}
await close();

function openChat() {
  if (!existsSync(values.file)) return llm.chat(values.model).withInstructions("Answer in one sentence.");
  const saved = JSON.parse(readFileSync(values.file, "utf8"));
  return llm.chat(saved.model, saved);
}

/** @param {string} question */
async function answer(question) {
  try {
    for await (const chunk of chat.stream(question)) process.stdout.write(chunk.content);
    console.log();
    writeFileSync(values.file, JSON.stringify(chat));
  } catch (error) {
    // The history is as it was before the question, so the next one can be asked.
    if (!(error instanceof LLMError)) throw error;
    console.error(`${error.code}: ${error.message}`);
  }
}
