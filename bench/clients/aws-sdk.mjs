// The AWS SDK as it comes: HTTP/2.
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";

/**
 * @param {import("../lib/target.mjs").Target} target
 * @param {Partial<import("@aws-sdk/client-bedrock-runtime").BedrockRuntimeClientConfig>} [config]
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ h2Url, region, credentials, model, prompt }, config) {
  const client = new BedrockRuntimeClient({ endpoint: h2Url, region, credentials, ...config });
  /** @type {import("@aws-sdk/client-bedrock-runtime").ConverseCommandInput} */
  const input = { modelId: model, messages: [{ role: "user", content: [{ text: prompt }] }] };
  return {
    async chat() {
      const { output } = await client.send(new ConverseCommand(input));
      return output?.message?.content?.[0]?.text ?? "";
    },
    async stream(onText) {
      const { stream = [] } = await client.send(new ConverseStreamCommand(input));
      for await (const { contentBlockDelta } of stream) {
        const text = contentBlockDelta?.delta?.text;
        if (text !== undefined) onText(text);
      }
    },
    close: () => client.destroy(),
  };
}
