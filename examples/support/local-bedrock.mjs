// Starts server-process.mjs, and listens to what it tells.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("server-process.mjs", import.meta.url));

/**
 * What the server tells of a request, once it is over.
 *
 * @typedef {{ id: string, authorized: boolean, principal: string | undefined }} Seen
 */

/**
 * Starts a local Bedrock in a process of its own.
 *
 * @returns {Promise<{
 *   url: string,
 *   enqueue: (...replies: import("@node-llm/bedrock-local").ScriptedReply[]) => void,
 *   findRequest: (id: string | undefined) => Promise<Seen>,
 *   close: () => void,
 * }>}
 */
export async function startLocalBedrock() {
  const child = fork(PROGRAM);
  /** @type {Map<string | undefined, Seen>} */
  const requests = new Map();
  const url = await new Promise((resolve, reject) => {
    child.once("exit", (code) => {
      reject(
        new Error(`The local Bedrock ended with exit code ${code} before it listened: run \`npm run build\` first.`),
      );
    });
    child.on("message", (/** @type {{ url: string } | Seen} */ message) => {
      if ("url" in message) resolve(message.url);
      else requests.set(message.id, message);
    });
  });
  return {
    url,
    enqueue: (...replies) => child.send(replies),
    async findRequest(id) {
      for (;;) {
        const request = requests.get(id);
        if (request) return request;
        await once(child, "message");
      }
    },
    close: () => child.disconnect(),
  };
}
