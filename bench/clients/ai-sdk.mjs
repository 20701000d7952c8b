import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { generateText, streamText } from "ai";

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ url, region, credentials, model: id, prompt }) {
  const model = createAmazonBedrock({ baseURL: url, region, ...credentials })(id);
  return {
    chat: async () => (await generateText({ model, prompt })).text,
    async stream(onText) {
      for await (const text of streamText({ model, prompt }).textStream) onText(text);
    },
    close: () => {},
  };
}
