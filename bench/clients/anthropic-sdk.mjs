// Anthropic's client for Bedrock. It speaks InvokeModel, not Converse.
import { AnthropicBedrock } from "@anthropic-ai/bedrock-sdk";

/** @typedef {import("@anthropic-ai/sdk/resources/messages").MessageParam} MessageParam */
/** @typedef {import("@anthropic-ai/sdk/resources/messages").ContentBlockParam} ContentBlockParam */

const MAX_TOKENS = 1024;

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ url, region, credentials, model, prompt }) {
  const { accessKeyId: awsAccessKey, secretAccessKey: awsSecretKey } = credentials;
  const client = new AnthropicBedrock({ baseURL: url, awsRegion: region, awsAccessKey, awsSecretKey });
  const send = async (/** @type {MessageParam[]} */ messages) => {
    const { content } = await client.messages.create({ model, max_tokens: MAX_TOKENS, messages });
    return content[0]?.type === "text" ? content[0].text : "";
  };
  return {
    chat: () => send([{ role: "user", content: prompt }]),
    async stream(onText) {
      /** @type {MessageParam[]} */
      const messages = [{ role: "user", content: prompt }];
      const events = await client.messages.create({ model, max_tokens: MAX_TOKENS, messages, stream: true });
      for await (const event of events) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") onText(event.delta.text);
      }
    },
    startConversation(turns) {
      /** @type {MessageParam[]} */
      const messages = turns.flatMap(({ question, answer }) => [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ]);
      return async (question) => {
        messages.push({ role: "user", content: question });
        const answer = await send(messages);
        messages.push({ role: "assistant", content: answer });
        return answer;
      };
    },
    sendImages(images) {
      /** @type {ContentBlockParam[]} */
      const blocks = images.map(({ bytes }) => ({
        type: "image",
        source: { type: "base64", media_type: "image/png", data: bytes.toString("base64") },
      }));
      return send([{ role: "user", content: [{ type: "text", text: prompt }, ...blocks] }]);
    },
    close: () => {},
  };
}
