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
    startConversation(turns) {
      /** @type {import("ai").ModelMessage[]} */
      const messages = turns.flatMap(({ question, answer }) => [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ]);
      return async (question) => {
        messages.push({ role: "user", content: question });
        const { text, response } = await generateText({ model, messages });
        messages.push(...response.messages);
        return text;
      };
    },
    async sendImages(images) {
      /** @type {import("ai").UserContent} */
      const content = [
        { type: "text", text: prompt },
        ...images.map(({ bytes }) => ({ type: /** @type {const} */ ("image"), image: bytes, mediaType: "image/png" })),
      ];
      return (await generateText({ model, messages: [{ role: "user", content }] })).text;
    },
    close: () => {},
  };
}
