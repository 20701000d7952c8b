// Any model with a body of its own: Claude's Messages API, whole and as a stream of its own events.
//
//   node examples/invoke.mjs [--model <id>] [--live]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact, printQuestion } from "./support/terminal.mjs";

const QUESTION = "Count to five.";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "us.anthropic.claude-sonnet-4-5-20250929-v1:0" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });
const body = {
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 200,
  messages: [{ role: "user", content: QUESTION }],
};

printQuestion(QUESTION);
const whole = await llm.invoke(values.model, body);
print(`  ${JSON.stringify(whole.json)}`);
printFact("usage", `${whole.usage?.inputTokens} tokens in, ${whole.usage?.outputTokens} out`);
printFact("request id", whole.requestId ?? "none");

printQuestion(`${QUESTION} (as a stream)`);
const stream = await llm.invoke(values.model, body, { stream: true });
for await (const { json } of stream) print(`  ${JSON.stringify(json)}`);
printFact("usage", `${stream.usage?.inputTokens} tokens in, ${stream.usage?.outputTokens} out`);
await close();
