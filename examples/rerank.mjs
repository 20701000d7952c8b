// A second look at search results: a model that reads question and document together puts them in order.
//
//   node examples/rerank.mjs [question] [--model <id>] [--via invoke|agent] [--live]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { printFact, printQuestion } from "./support/terminal.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "cohere.rerank-v3-5:0" },
    via: { type: "string", default: "invoke" },
    live: { type: "boolean", default: false },
  },
});
const [question = "How do I get a refund for a broken kettle?"] = positionals;

// As a search by words may have found them.
const ARTICLES = [
  { id: 11, title: "Kettles", text: "Our kettles boil a litre of water in two minutes." },
  { id: 12, title: "Opening hours", text: "The shop is open from Monday to Saturday." },
  { id: 13, title: "Refunds", text: "You get a refund for a broken kettle within 30 days." },
  { id: 14, title: "Broken links", text: "Tell us of broken links on our web site." },
];

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

printQuestion(question);
const { results } = await llm.rerank(question, ARTICLES, {
  model: values.model,
  via: values.via === "agent" ? "agent" : "invoke",
  topN: 3,
});
for (const { score, document } of results) printFact(score.toFixed(3), `${document.title} (article ${document.id})`);
await close();
