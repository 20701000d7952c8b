// The do-it-yourself way: a small signer, the platform's fetch, and the official codec for streams.
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { AwsClient } from "aws4fetch";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * @param {import("../lib/target.mjs").Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ url, region, credentials, model, prompt }) {
  const client = new AwsClient({ ...credentials, region, service: "bedrock" });
  const codec = new EventStreamCodec(
    (bytes) => (typeof bytes === "string" ? bytes : decoder.decode(bytes)),
    (text) => encoder.encode(text),
  );
  const say = (/** @type {string} */ role, /** @type {string} */ text) => ({ role, content: [{ text }] });
  const post = async (/** @type {string} */ operation, /** @type {object[]} */ messages) => {
    const headers = { "content-type": "application/json" };
    const to = `${url}/model/${encodeURIComponent(model)}/${operation}`;
    const response = await client.fetch(to, { method: "POST", headers, body: JSON.stringify({ messages }) });
    if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
    return response;
  };
  /** @type {(messages: object[]) => Promise<string>} */
  const converse = async (messages) => (await (await post("converse", messages)).json()).output.message.content[0].text;
  return {
    chat: () => converse([say("user", prompt)]),
    async stream(onText) {
      const { body } = await post("converse-stream", [say("user", prompt)]);
      if (!body) throw new Error("The response has no body.");
      await readEvents(body, codec, onText);
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
      const blocks = images.map(({ bytes }) => ({
        image: { format: "png", source: { bytes: bytes.toString("base64") } },
      }));
      return converse([{ role: "user", content: [{ text: prompt }, ...blocks] }]);
    },
    close: () => {},
  };
}

/**
 * @param {AsyncIterable<Uint8Array>} body
 * @param {EventStreamCodec} codec
 * @param {(text: string) => void} onText
 */
async function readEvents(body, codec, onText) {
  let rest = new Uint8Array();
  for await (const chunk of body) {
    let bytes = chunk;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (bytes.length - at >= 4 && bytes.length - at >= view.getUint32(at)) {
      const end = at + view.getUint32(at);
      const message = codec.decode(bytes.subarray(at, end));
      const event = JSON.parse(decoder.decode(message.body));
      if (message.headers[":event-type"]?.value === "contentBlockDelta") onText(event.delta.text);
      at = end;
    }
    rest = bytes.slice(at);
  }
}
