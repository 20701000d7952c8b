// Questions about a document, answered with the passages that prove each statement.
//
//   node examples/document-question.mjs [--file terms.pdf] [--question "…"] [--model <id>] [--live]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { createPrinter, printFact, printQuestion } from "./support/terminal.mjs";

const TERMS = `Delivery takes three working days. Returns are free for 30 days after delivery.
The warranty lasts 24 months from the day of purchase. It does not cover damage by water.`;

const { values } = parseArgs({
  options: {
    file: { type: "string" },
    question: { type: "string", default: "How long does the warranty last?" },
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "us.anthropic.claude-sonnet-4-6" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const chat = createLLM({ provider: "bedrock", ...options }).chat(values.model);

// A path, a URL or bytes: what it is, its content tells.
const document =
  values.file === undefined ? { source: { text: TERMS }, name: "Terms of sale" } : { source: values.file };
printQuestion(values.question);
printAnswer(await chat.ask(values.question, { files: [{ ...document, citations: true }] }));

// The document is part of the conversation now: the next question needs no file.
const NEXT = "For how many days are returns free?";
printQuestion(NEXT);
printAnswer(await chat.ask(NEXT));
await close();

/**
 * The text with a number behind each statement that has sources, and then the sources.
 *
 * @param {import("@node-llm/core").ChatResponse} answer
 */
function printAnswer({ parts, citations, usage }) {
  const show = createPrinter();
  let number = 0;
  for (const part of parts) {
    if (part.type !== "text") continue;
    const marks = (part.citations ?? []).map(() => `[${++number}]`);
    show(`${part.text}${marks.join("")}`);
  }
  show("\n\n");
  for (const [index, { title = "document", sourceContent = [], location }] of citations.entries()) {
    const passage = sourceContent.map(({ text = "" }) => text.trim()).join(" ");
    printFact(`[${index + 1}]`, `${title}, ${describe(location)}: "${passage}"`);
  }
  printFact("usage", `${usage?.inputTokens} tokens in, ${usage?.outputTokens} out`);
}

/**
 * @param {import("@node-llm/core").Citation["location"]} location
 * @returns {string} like "characters 80 to 134"
 */
function describe(location = {}) {
  const units = { documentChar: "characters", documentPage: "pages", documentChunk: "pieces" };
  for (const [kind, unit] of Object.entries(units)) {
    const range = location[kind];
    if (typeof range !== "object" || range === null || !("start" in range)) continue;
    return `${unit} ${Number(range.start)} to ${Number(range.end)}`;
  }
  return JSON.stringify(location);
}
