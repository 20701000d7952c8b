// The version of @node-llm/core on npm before this one.
import { createLLM } from "node-llm-published";

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ url, region, credentials, model, prompt }) {
  const llm = createLLM({
    provider: "bedrock",
    bedrockApiBase: url,
    bedrockRegion: region,
    bedrockAccessKeyId: credentials.accessKeyId,
    bedrockSecretAccessKey: credentials.secretAccessKey,
  });
  return {
    chat: async () => (await llm.chat(model).ask(prompt)).content,
    async stream(onText) {
      for await (const chunk of llm.chat(model).stream(prompt)) if (chunk.content) onText(chunk.content);
    },
    startConversation(turns) {
      const chat = llm.chat(model);
      for (const { question, answer } of turns) chat.add("user", question).add("assistant", answer);
      return async (question) => (await chat.ask(question)).content;
    },
    sendImages: async (images) =>
      (await llm.chat(model).ask(prompt, { images: images.map(({ path }) => path) })).content,
    close: () => {},
  };
}
