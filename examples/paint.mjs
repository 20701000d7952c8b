// An image from words, a variation of it, and what a model says about a size, a task and a prompt that it does not take.
//
//   node examples/paint.mjs [prompt] [--out <folder>] [--model <id>] [--live]
import { createLLM, LLMError } from "@node-llm/core";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact, printQuestion } from "./support/terminal.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: "." },
    model: { type: "string", default: process.env["BEDROCK_MODEL"] ?? "amazon.titan-image-generator-v2:0" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", defaultImageModel: values.model, ...options });
const [prompt = "A futuristic city on Mars, high quality, 4k"] = positionals;

printQuestion(prompt);
const city = await llm.paint(prompt, { size: "1024x1024", seed: 7 });
await show(city, "mars-city.png");

printQuestion("The same at night, twice");
const night = await llm.paint("The same at night", { images: [await city.toBuffer()], similarity: 0.6, n: 2 });
await show(night, "mars-night.png");

for (const [what, ask] of /** @type {const} */ ([
  ["A size that it does not make", () => llm.paint(prompt, { size: "1280x720" })],
  ["A task of other models", () => llm.paint(prompt, { task: "upscale_fast" })],
  ["A prompt that it refuses", () => llm.paint("A naked king")],
])) {
  printQuestion(what);
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof LLMError)) throw error;
    printFact("error", `${error.code}: ${error.message}`);
  }
}
print("");
await close();

/**
 * Saves images, and tells what they are.
 *
 * @param {import("@node-llm/core").GeneratedImage} image
 * @param {string} name
 */
async function show(image, name) {
  const paths = await image.save(join(values.out, name));
  for (const [index, { mimeType, data }] of image.images.entries()) {
    printFact("saved", `${paths[index]}, ${mimeType}, ${Math.round((data.length * 3) / 4096)} KB`);
  }
}
