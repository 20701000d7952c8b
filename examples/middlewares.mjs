// Middlewares at work: what the model sees is masked, each request is logged, and a budget is kept.
//
//   node examples/middlewares.mjs [--model <id>] [--live]
import { createLLM, LLMError } from "@node-llm/core";
import { parseArgs } from "node:util";
import { createCostGuard } from "./middlewares/cost-guard.mjs";
import { createPiiMask } from "./middlewares/pii-mask.mjs";
import { createUsageLog } from "./middlewares/usage-log.mjs";
import { connect } from "./support/connect.mjs";
import { createPrinter, print, printFact, printQuestion } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "global.anthropic.claude-sonnet-4-6" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const usageLog = createUsageLog(({ operation, ms, totalTokens, costUsd, error }) => {
  printFact("log", `${operation}: ${error ?? `${totalTokens} tokens, $${costUsd}`}, ${ms} ms`);
});
const costGuard = createCostGuard({ maxUsd: 0.003 });
const llm = createLLM({ provider: "bedrock", middlewares: [costGuard, usageLog], ...options });
const chat = llm
  .chat(values.model)
  .use(createPiiMask())
  .use({
    request({ request }, next) {
      // What comes last sees what the model will see.
      printFact("sent", JSON.stringify(request.messages.at(-1)?.content));
      return next();
    },
  });

try {
  await ask("Repeat: write to ada@example.com");
  for (;;) await ask("Count to 50.");
} catch (error) {
  if (!(error instanceof LLMError) || error.code !== "ERR_BUDGET") throw error;
  print(`  ${error.code}: ${error.message}`);
}
await close();

/** @param {string} question */
async function ask(question) {
  printQuestion(question);
  const { content } = await chat.ask(question);
  print();
  createPrinter()(`${content}\n`);
}
