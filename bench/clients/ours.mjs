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
    close: () => {},
  };
}
