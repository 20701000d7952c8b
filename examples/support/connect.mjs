// What an example needs to run: a local Bedrock by default, AWS with --live.
import { LLMError } from "@node-llm/core";
import { DOCUMENTATION_CREDENTIAL, startBedrockLocal } from "@node-llm/bedrock-local";

// An error of the library that an example leaves alone is told in one line; any other is a mistake of the example.
process.on("uncaughtException", (error) => {
  console.error(error instanceof LLMError ? `\n${error.name} (${error.code}): ${error.message}` : error);
  process.exit(1);
});

/**
 * The options for `createLLM`. Without `live`, starts a local Bedrock; with it, region and credentials come from the
 * environment.
 *
 * @param {boolean} live
 * @param {import("@node-llm/bedrock-local").BedrockLocalOptions} [serverOptions] of the local Bedrock
 * @returns {Promise<{ options: Partial<import("@node-llm/core").LLMOptions>, close: () => Promise<void> }>}
 */
export async function connect(live, serverOptions) {
  if (live) return { options: {}, close: async () => {} };
  const server = await startBedrockLocal({ tokensPerSecond: 80, ...serverOptions });
  const { url } = server;
  const options = {
    bedrockEndpoint: { runtime: url, control: url, agentRuntime: url, s3: url },
    bedrockRegion: "us-east-1",
    bedrockAccessKeyId: DOCUMENTATION_CREDENTIAL.accessKeyId,
    bedrockSecretAccessKey: DOCUMENTATION_CREDENTIAL.secretAccessKey,
  };
  return { options, close: () => server.close() };
}
