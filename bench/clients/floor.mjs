// The floor: what any client must at least do. Raw node:http with kept connections, one constant signed request,
// JSON.parse, and a decoder that skips the checksums.
import { hash } from "node:crypto";
import { Agent, request } from "node:http";
import { createFloorDecoder } from "../lib/floor-decoder.mjs";

/** @typedef {import("../lib/target.mjs").Target} Target */

const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250101/us-east-1/bedrock/aws4_request, " +
  "SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date, Signature=" +
  "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

/**
 * @param {Target} target
 * @returns {import("../lib/target.mjs").Client}
 */
export function create({ url, model, prompt }) {
  const { hostname, port, pathname } = new URL(url);
  const agent = new Agent({ keepAlive: true, noDelay: true });
  const constant = sign(renderBody([say("user", prompt)]));
  const path = `${pathname === "/" ? "" : pathname}/model/${encodeURIComponent(model)}/converse`;

  /** @type {(path: string, signed: Signed, onData: (bytes: Buffer) => void) => Promise<void>} */
  const post = (to, { body, headers }, onData) =>
    new Promise((resolve, reject) => {
      const client = request({ agent, hostname, port, method: "POST", path: to, headers }, (response) => {
        response.on("data", onData).on("end", resolve).on("error", reject);
      });
      client.on("error", reject).end(body);
    });

  /** @type {(signed: Signed) => Promise<string>} */
  const converse = async (signed) => {
    /** @type {Buffer[]} */
    const chunks = [];
    await post(path, signed, (chunk) => chunks.push(chunk));
    return JSON.parse(Buffer.concat(chunks).toString()).output.message.content[0].text;
  };

  return {
    chat: () => converse(constant),
    async stream(onText) {
      const push = createFloorDecoder((type, payload) => {
        const event = JSON.parse(payload.toString());
        if (type === "contentBlockDelta") onText(event.delta.text);
      });
      await post(`${path}-stream`, constant, push);
    },
    // Renders and hashes the whole history each turn.
    startConversation(turns) {
      const messages = turns.flatMap(({ question, answer }) => [say("user", question), say("assistant", answer)]);
      return async (question) => {
        messages.push(say("user", question));
        const answer = await converse(sign(renderBody(messages)));
        messages.push(say("assistant", answer));
        return answer;
      };
    },
    sendImages(images) {
      const blocks = images.map(({ bytes }) => ({
        image: { format: "png", source: { bytes: bytes.toString("base64") } },
      }));
      return converse(sign(renderBody([{ role: "user", content: [{ text: prompt }, ...blocks] }])));
    },
    close: () => agent.destroy(),
  };
}

/** @typedef {{ role: string, content: object[] }} Message */
/** @typedef {{ body: Buffer, headers: Record<string, string | number> }} Signed */

/** @type {(role: string, text: string) => Message} */
const say = (role, text) => ({ role, content: [{ text }] });

/** @type {(messages: Message[]) => Buffer} */
const renderBody = (messages) => Buffer.from(JSON.stringify({ messages }));

/** @type {(body: Buffer) => Signed} with the body's own hash; the signature is a constant */
function sign(body) {
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "x-amz-date": "20250101T000000Z",
    "x-amz-content-sha256": hash("sha256", body),
    authorization: AUTHORIZATION,
  };
  return { body, headers };
}
