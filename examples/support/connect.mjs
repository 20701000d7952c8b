// What an example needs to run: a local Bedrock by default, AWS with --live.
import { DOCUMENTATION_CREDENTIAL, startBedrockLocal } from "@node-llm/bedrock-local";

/**
 * The options for `createLLM`. Without `live`, starts a local Bedrock; with it, region and credentials come from the
 * environment.
 *
 * @param {boolean} live
 * @returns {Promise<{ options: Partial<import("@node-llm/core").LLMOptions>, close: () => Promise<void> }>}
 */
export async function connect(live) {
  if (live) return { options: {}, close: async () => {} };
  const server = await startBedrockLocal({ tokensPerSecond: 80 });
  const options = {
    bedrockEndpoint: server.url,
    bedrockRegion: "us-east-1",
    bedrockAccessKeyId: DOCUMENTATION_CREDENTIAL.accessKeyId,
    bedrockSecretAccessKey: DOCUMENTATION_CREDENTIAL.secretAccessKey,
  };
  return { options, close: () => server.close() };
}
