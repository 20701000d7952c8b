// The floor: what any client must at least do. Raw node:http with kept connections, one constant signed request,
// JSON.parse, and a decoder that skips the checksums.
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
  const body = Buffer.from(JSON.stringify({ messages: [{ role: "user", content: [{ text: prompt }] }] }));
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "x-amz-date": "20250101T000000Z",
    "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    authorization: AUTHORIZATION,
  };
  const path = `${pathname === "/" ? "" : pathname}/model/${encodeURIComponent(model)}/converse`;

  /** @type {(path: string, onData: (bytes: Buffer) => void) => Promise<void>} */
  const post = (to, onData) =>
    new Promise((resolve, reject) => {
      const client = request({ agent, hostname, port, method: "POST", path: to, headers }, (response) => {
        response.on("data", onData).on("end", resolve).on("error", reject);
      });
      client.on("error", reject).end(body);
    });

  return {
    async chat() {
      /** @type {Buffer[]} */
      const chunks = [];
      await post(path, (chunk) => chunks.push(chunk));
      return JSON.parse(Buffer.concat(chunks).toString()).output.message.content[0].text;
    },
    async stream(onText) {
      const push = createFloorDecoder((type, payload) => {
        const event = JSON.parse(payload.toString());
        if (type === "contentBlockDelta") onText(event.delta.text);
      });
      await post(`${path}-stream`, push);
    },
    close: () => agent.destroy(),
  };
}
