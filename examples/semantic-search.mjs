// A search by meaning: notes are embedded once, a question finds those that are nearest.
//
//   node examples/semantic-search.mjs [question] [--model <id>] [--live]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { printFact, printQuestion } from "./support/terminal.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "cohere.embed-english-v3" },
    live: { type: "boolean", default: false },
  },
});
const [question = "Which pet barks?"] = positionals;

const NOTES = [
  "The dog is the oldest friend of man.",
  "The mountain was covered in snow.",
  "A train to the city leaves every hour.",
  "Bread needs flour, water, salt and time.",
  "Kittens sleep for most of the day.",
  "The court found the company guilty.",
];

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", defaultEmbeddingModel: values.model, ...options });

// Vectors of length 1: their product tells how near they are.
const { vectors } = await llm.embed(NOTES, { inputType: "document", normalize: true });
const { vector: query } = await llm.embed(question, { inputType: "query", normalize: true });

printQuestion(question);
const found = NOTES.map((note, at) => ({ note, score: multiply(query, vectors[at]) }));
for (const { note, score } of found.sort((a, b) => b.score - a.score).slice(0, 3)) printFact(score.toFixed(3), note);
await close();

/**
 * @param {Float32Array} a
 * @param {Float32Array} [b]
 */
function multiply(a, b) {
  return a.reduce((sum, value, at) => sum + value * (b?.[at] ?? 0), 0);
}
