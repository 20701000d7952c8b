// The AWS SDK as it comes: HTTP/2.
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";

/** @typedef {import("@aws-sdk/client-bedrock-runtime").Message} Message */
/** @typedef {import("@aws-sdk/client-bedrock-runtime").ContentBlock} ContentBlock */

/**
 * @param {import("../lib/target.mjs").Target} target
 * @param {Partial<import("@aws-sdk/client-bedrock-runtime").BedrockRuntimeClientConfig>} [config]
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ h2Url, region, credentials, model, prompt }, config) {
  const client = new BedrockRuntimeClient({ endpoint: h2Url, region, credentials, ...config });
  const converse = async (/** @type {Message[]} */ messages) => {
    const { output } = await client.send(new ConverseCommand({ modelId: model, messages }));
    return output?.message?.content?.[0]?.text ?? "";
  };
  const say = (/** @type {"user" | "assistant"} */ role, /** @type {string} */ text) => ({ role, content: [{ text }] });
  return {
    chat: () => converse([say("user", prompt)]),
    async stream(onText) {
      const input = { modelId: model, messages: [say("user", prompt)] };
      const { stream = [] } = await client.send(new ConverseStreamCommand(input));
      for await (const { contentBlockDelta } of stream) {
        const text = contentBlockDelta?.delta?.text;
        if (text !== undefined) onText(text);
      }
    },
    startConversation(turns) {
      const messages = turns.flatMap(({ question, answer }) => [say("user", question), say("assistant", answer)]);
      return async (question) => {
        messages.push(say("user", question));
        const answer = await converse(messages);
        messages.push(say("assistant", answer));
        return answer;
      };
    },
    sendImages(images) {
      /** @type {ContentBlock[]} */
      const blocks = images.map(({ bytes }) => ({ image: { format: "png", source: { bytes } } }));
      return converse([{ role: "user", content: [{ text: prompt }, ...blocks] }]);
    },
    close: () => client.destroy(),
  };
}
