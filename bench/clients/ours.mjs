import { createLLM } from "@node-llm/core";

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ url, region, credentials, model, prompt }) {
  const llm = createLLM({
    provider: "bedrock",
    bedrockEndpoint: url,
    bedrockRegion: region,
    bedrockAccessKeyId: credentials.accessKeyId,
    bedrockSecretAccessKey: credentials.secretAccessKey,
  });
  return {
    chat: async () => (await llm.chat(model).ask(prompt)).content,
    async stream(onText) {
      for await (const chunk of llm.chat(model).stream(prompt)) if (chunk.content !== "") onText(chunk.content);
    },
    // Every turn is asked, as in a program: a history that is given at the start has nothing kept.
    async startConversation(turns) {
      const chat = llm.chat(model);
      for (const { question } of turns) await chat.ask(question);
      return async (question) => (await chat.ask(question)).content;
    },
    sendImages: async (images) =>
      (await llm.chat(model).ask(prompt, { images: images.map(({ bytes }) => bytes) })).content,
    close: () => {},
  };
}
