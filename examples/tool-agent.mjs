// An agent with tools: it looks things up, asks before it changes anything, and shows each step while it works.
//
//   node examples/tool-agent.mjs [question] [--model <id>] [--yes] [--live]
//   node examples/tool-agent.mjs "Book a table for 4 people in Rome."
import { createLLM, defineTool } from "@node-llm/core";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { createPrinter, print, printFact, printQuestion } from "./support/terminal.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    yes: { type: "boolean", default: false },
    live: { type: "boolean", default: false },
  },
});
const question = positionals.join(" ") || "What is the weather in Paris and in Rome?";

const city = { type: "string", description: "Name of a city", examples: ["Paris"] };
/** @type {Record<string, { sky: string, celsius: number }>} */
const reports = { Paris: { sky: "sunny", celsius: 24 }, Rome: { sky: "rain", celsius: 19 } };

const getWeather = defineTool({
  name: "get_weather",
  description: "The weather in a city, now",
  schema: { type: "object", properties: { city }, required: ["city"] },
  execute(/** @type {{ city: string }} */ { city }) {
    // The model reads what is thrown here, and can do better.
    return reports[city] ?? fail(`There is no station in ${city}: take Paris or Rome.`);
  },
});

const bookTable = defineTool({
  name: "book_table",
  description: "Books a table in a restaurant of a city",
  schema: {
    type: "object",
    properties: { city, people: { type: "integer", minimum: 1 } },
    required: ["city", "people"],
  },
  execute: (/** @type {{ city: string, people: number }} */ { city, people }) =>
    `A table for ${people} in ${city} is booked.`,
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", maxToolCalls: 8, ...options });
const chat = llm
  .chat(values.model)
  .withInstructions("Use the tools. Answer in one or two sentences.")
  .withTools([getWeather, bookTable])
  .withToolExecution("confirm")
  .onConfirmToolCall((call) => call.name === getWeather.name || confirm(describe(call)));

printQuestion(question);
const show = createPrinter();
let isInText = true;
const stream = chat.stream(question);
for await (const chunk of stream) {
  if (chunk.content) say(chunk.content);
  if (chunk.type === "tool_call") printStep("calls", describe(chunk.toolCall));
  if (chunk.type === "tool_result") printStep(chunk.result.isError ? "fails" : "gets", read(chunk.result));
}
const { usage, steps } = await stream.response();
show.endLine();
print();
printFact("usage", `${steps.length} requests, ${usage?.totalTokens} tokens`);
await close();

/** @param {string} message */
function fail(message) {
  throw new Error(message);
}

/** @param {import("@node-llm/core").ToolCallPart} call */
function describe({ name, arguments: args }) {
  return `${name}(${JSON.stringify(args)})`;
}

/** @param {import("@node-llm/core").ToolResultPart} result */
function read({ content }) {
  if (typeof content === "string") return content;
  const texts = content.map((part) =>
    part.type === "text" ? part.text : JSON.stringify("json" in part ? part.json : part),
  );
  return texts.join(" ");
}

/** @param {string} text */
function say(text) {
  if (!isInText) print();
  isInText = true;
  show(text);
}

/**
 * @param {string} name
 * @param {string} value
 */
function printStep(name, value) {
  show.endLine();
  if (isInText) print();
  isInText = false;
  printFact(name, value);
}

/** @param {string} call */
async function confirm(call) {
  if (values.yes) return true;
  if (!process.stdin.isTTY) return "Nobody is there to agree.";
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const reply = await terminal.question(`  run ${call}? [y/N] `);
  terminal.close();
  return /^y/i.test(reply) || "The user does not want that.";
}
