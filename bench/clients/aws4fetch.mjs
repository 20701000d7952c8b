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
  const post = async (/** @type {string} */ operation) => {
    const body = JSON.stringify({ messages: [{ role: "user", content: [{ text: prompt }] }] });
    const headers = { "content-type": "application/json" };
    const to = `${url}/model/${encodeURIComponent(model)}/${operation}`;
    const response = await client.fetch(to, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    chat: async () => (await (await post("converse")).json()).output.message.content[0].text,
    async stream(onText) {
      const { body } = await post("converse-stream");
      if (!body) throw new Error("The response has no body.");
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
    },
    close: () => {},
  };
}
