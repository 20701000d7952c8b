// How long a conversation is before it is sent: counted by the model, or estimated where the model does not count.
//
//   node examples/count-tokens.mjs [--live]
import { createLLM, defineTool } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact, printQuestion, printWarnings } from "./support/terminal.mjs";

const { values } = parseArgs({ options: { live: { type: "boolean", default: false } } });
const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

const question = "What is the weather in Paris?";
const weather = defineTool({
  name: "get_weather",
  description: "The weather in a city",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
});

for (const model of ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.amazon.nova-lite-v1:0"]) {
  printQuestion(`${question} (${model})`);
  const chat = llm.chat(model);
  await tell("alone", chat);
  await tell("instructed", chat.withInstructions("Answer in one short sentence."));
  await tell("with tool", chat.withTools([weather]));
}
print();
await close();

/**
 * @param {string} what
 * @param {import("@node-llm/core").Chat} chat
 */
async function tell(what, chat) {
  const { inputTokens, isExact, warnings } = await llm.countTokens(chat, { question });
  printFact(what, `${isExact ? "" : "about "}${inputTokens} tokens`);
  if (what === "with tool") printWarnings(warnings);
}
