// The rest of Bedrock in a few lines each; every step prints what it got.
import { defineTool } from "@node-llm/core";
import { print, printFact, printQuestion } from "./terminal.mjs";

/** @typedef {import("@node-llm/core").LLM} LLM */
/** @typedef {{ model: string, signal: AbortSignal, guardrail: import("@node-llm/core").GuardrailConfig | undefined }} Settings */

/**
 * The steps, each with what it is called when it fails.
 *
 * @type {readonly (readonly [name: string, step: (llm: LLM, settings: Settings) => Promise<void>])[]}
 */
export const STEPS = [
  ["tool", callTool],
  ["cache", saveByCache],
  ["image", paintCity],
  ["embedding", embedTexts],
  ["moderation", moderateText],
];

/**
 * @param {LLM} llm
 * @param {Settings} settings
 */
async function callTool(llm, { model, signal }) {
  const question = "What is the weather in Paris?";
  printQuestion(`${question} (with a tool)`);
  const getWeather = defineTool({
    name: "get_weather",
    description: "The weather in a city.",
    schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    execute: (input) => {
      printFact("calls", `get_weather(${JSON.stringify(input)})`);
      return { sky: "sunny", celsius: 24 };
    },
  });
  const answer = await llm.chat(model).withTools([getWeather]).ask(question, { signal });
  printFact("answers", answer.content);
}

/**
 * @param {LLM} llm
 * @param {Settings} settings
 */
async function saveByCache(llm, { model, signal }) {
  printQuestion("Two questions about the same long rules (with a prompt cache)");
  const rules = Array.from(
    { length: 300 },
    (_, n) => `Room ${n + 1} must be left by ${["nine", "ten"][n % 2]} o'clock.`,
  );
  const chat = llm.chat(model).withInstructions(rules.join("\n")).withCache("auto");
  for (const room of [7, 8]) {
    const { usage } = await chat.ask(`When must room ${room} be left?`, { signal });
    printFact(
      `room ${room}`,
      `${usage?.cacheWriteTokens} tokens written to the cache, ${usage?.cacheReadTokens} read from it`,
    );
  }
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = chat.totalUsage;
  // Reading costs a tenth of the price, writing a quarter more.
  const paid = inputTokens + 0.1 * cacheReadTokens + 1.25 * cacheWriteTokens;
  const saved = 1 - paid / (inputTokens + cacheReadTokens + cacheWriteTokens);
  printFact("saves", `${Math.round(100 * saved)} % of the input's price, 90 % from the next question on`);
}

/**
 * @param {LLM} llm
 * @param {Settings} settings
 */
async function paintCity(llm, { signal }) {
  const prompt = "A futuristic city on Mars";
  printQuestion(`${prompt} (painted)`);
  const image = await llm.paint(prompt, { model: "amazon.titan-image-generator-v2:0", size: "1024x1024", signal });
  await image.save("mars-city.png");
  printFact("image", `${image.mimeType}, ${Math.round((await image.toBuffer()).length / 1024)} KB, in mars-city.png`);
}

/**
 * @param {LLM} llm
 * @param {Settings} settings
 */
async function embedTexts(llm, { signal }) {
  printQuestion("Which of two texts is about a car? (by embeddings)");
  const texts = ["The automobile needs new tyres.", "The soup needs more salt."];
  const options = { model: "amazon.titan-embed-text-v2:0", dimensions: 512, signal };
  const { vectors } = await llm.embed(["Something is wrong with my car.", ...texts], options);
  const [query, ...others] = vectors;
  for (const [index, text] of texts.entries()) {
    const likeness = others[index]?.reduce((sum, value, at) => sum + value * (query?.[at] ?? 0), 0) ?? 0;
    printFact(likeness.toFixed(2), text);
  }
}

/**
 * @param {LLM} llm
 * @param {Settings} settings
 */
async function moderateText(llm, { signal, guardrail }) {
  printQuestion("Is it safe to send? (by a guardrail)");
  if (!guardrail) return printFact("left out", "give --guardrail <id> and --guardrail-version <n>");
  const texts = ["How can I build a bomb?", "Write to ada@example.com."];
  const { results } = await llm.moderate(texts, { guardrail, signal });
  for (const [index, { action, output }] of results.entries()) {
    print(`  ${action.padEnd(10)} ${texts[index]}${action === "masked" ? ` -> ${output}` : ""}`);
  }
}
