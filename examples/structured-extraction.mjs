// Data out of prose: an order from an e-mail, shown while it arrives, checked by its schema, and repaired if need be.
//
//   node examples/structured-extraction.mjs [--text "…"] [--model <id>] [--live]
import { createLLM, SchemaError } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact } from "./support/terminal.mjs";

const EMAIL = `My name is Ada Lovelace (ada@example.com).
Please send me 2 copies of "Dune" and 12 copies of "Emma" by 2026-12-24.`;

const { values } = parseArgs({
  options: {
    text: { type: "string", default: EMAIL },
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    live: { type: "boolean", default: false },
  },
});

/**
 * A schema of zod, valibot or arktype would bring this type along. JSON Schema needs no library.
 *
 * @typedef {{ customer: string, email: string, items: { title: string, copies: number }[], due: string | null }} Order
 */
const schema = {
  type: "object",
  description: "An order from an e-mail.",
  properties: {
    customer: { type: "string", description: "Name of the customer" },
    email: { type: "string", format: "email" },
    items: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        properties: {
          title: { type: "string", description: "Title of the book" },
          copies: { type: "integer", minimum: 1 },
        },
        required: ["title", "copies"],
      },
    },
    due: {
      type: ["string", "null"],
      format: "date",
      description: "The day when it is needed; null when none is named",
    },
  },
  required: ["customer", "email", "items", "due"],
};

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });
/** @type {import("@node-llm/core").Chat<Order>} */
const chat = llm
  .chat(values.model)
  .withInstructions("Extract the order from the e-mail.")
  .withSchema(schema, { name: "order", repair: 1 });

print(`\n${values.text}\n`);
try {
  const stream = chat.stream(values.text);
  let shown = 0;
  for await (const chunk of stream) {
    if (chunk.type !== "data") continue;
    // A member is complete when the next one begins.
    const complete = Object.entries(chunk.data ?? {}).slice(0, -1);
    for (const [name, value] of complete.slice(shown)) printFact(name, JSON.stringify(value));
    shown = complete.length;
  }
  // Only this is checked.
  const { data, usage } = await stream.response();
  for (const [name, value] of Object.entries(data).slice(shown)) printFact(name, JSON.stringify(value));
  const copies = data.items.reduce((sum, item) => sum + item.copies, 0);
  print(`\n${data.customer} orders ${copies} books for ${data.due ?? "any day"} (${usage?.totalTokens} tokens).`);
} catch (error) {
  if (!(error instanceof SchemaError)) throw error;
  console.error(`${error.message}\nThe model wrote: ${error.text}`);
  process.exitCode = 1;
}
await close();
