// LangChain's model for Converse, on the AWS SDK as it comes: HTTP/2.
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { HumanMessage } from "@langchain/core/messages";

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ h2Url, region, credentials, model: id, prompt }) {
  const client = new BedrockRuntimeClient({ endpoint: h2Url, region, credentials });
  const model = new ChatBedrockConverse({ model: id, region, client });
  return {
    chat: async () => (await model.invoke(prompt)).text,
    async stream(onText) {
      for await (const { text } of await model.stream(prompt)) if (text !== "") onText(text);
    },
    startConversation(turns) {
      /** @type {import("@langchain/core/messages").BaseMessageLike[]} */
      const messages = turns.flatMap(({ question, answer }) => [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ]);
      return async (question) => {
        messages.push(new HumanMessage(question));
        const answer = await model.invoke(messages);
        messages.push(answer);
        return answer.text;
      };
    },
    async sendImages(images) {
      const content = images.map(({ bytes }) => ({
        type: "image_url",
        image_url: { url: `data:image/png;base64,${bytes.toString("base64")}` },
      }));
      return (await model.invoke([new HumanMessage({ content: [{ type: "text", text: prompt }, ...content] })])).text;
    },
    close: () => client.destroy(),
  };
}
