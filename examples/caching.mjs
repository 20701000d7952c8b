// A long system prompt that is sent once and then comes from the cache, and what that saves, in tokens and dollars.
//
//   node examples/caching.mjs [--model <id>] [--live]
import { createLLM, describeModel } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact, printQuestion, printWarnings } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "global.anthropic.claude-sonnet-4-6" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

const hours = ["nine", "ten", "eleven"];
const rules = Array.from({ length: 300 }, (_, n) => `Room ${n + 1} must be left by ${hours[n % 3]} o'clock.`);
const chat = llm.chat(values.model).withInstructions(rules.join("\n")).withCache("auto");

let paidUsd = 0;
for (const question of ["When must room 7 be left?", "When must room 8 be left?", "When must room 12 be left?"]) {
  printQuestion(question);
  const { content, usage, cost, warnings } = await chat.ask(question);
  print(`  ${content}\n`);
  printFact("input", `${usage?.cacheReadTokens} tokens read from the cache, ${usage?.cacheWriteTokens} written to it`);
  printWarnings(warnings);
  // Without a price there is no cost: the sum is then not a number.
  paidUsd += cost ? cost.totalUsd - cost.outputUsd : NaN;
}

const { inputTokens, cacheReadTokens, cacheWriteTokens } = chat.totalUsage;
const allTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
const { price } = await describeModel(chat.model);
const plainUsd = (allTokens * (price?.input ?? NaN)) / 1e6;
print(`\n${allTokens} input tokens, ${percent(cacheReadTokens / allTokens)} of them read from the cache.`);
print(
  Number.isNaN(paidUsd)
    ? "What that saves is not known: give your prices to createLLM({ prices })."
    : `They cost $${paidUsd.toFixed(6)} instead of $${plainUsd.toFixed(6)}: ${percent(1 - paidUsd / plainUsd)} saved.`,
);
await close();

/** @param {number} share */
function percent(share) {
  return `${Math.round(share * 100)} %`;
}
