// What every client is given, what it must be able to do, and what it is called.

/**
 * @typedef {object} Target
 * @property {string} url the load server over HTTP/1.1
 * @property {string} h2Url the same over HTTP/2 without TLS
 * @property {string} region
 * @property {string} model
 * @property {string} prompt
 * @property {{ accessKeyId: string, secretAccessKey: string }} credentials AWS's documentation key pair
 *
 * @typedef {object} Turn of a conversation
 * @property {string} question
 * @property {string} answer
 *
 * @typedef {object} Image a PNG
 * @property {Buffer} bytes
 * @property {string} path a file with the same bytes, for those that take files only
 *
 * @typedef {(question: string) => Promise<string>} Ask asks with all turns so far, and keeps the new one
 *
 * @typedef {object} Client one adapter's client
 * @property {() => Promise<string>} chat asks once and returns the answer's text
 * @property {(onText: (text: string) => void) => Promise<void>} stream asks once and hands over the text as it comes
 * @property {(turns: Turn[]) => Promise<Ask> | Ask} startConversation that has had these turns
 * @property {(images: Image[]) => Promise<string>} sendImages asks once about images, and returns the answer's text
 * @property {() => void | Promise<void>} close
 */

/**
 * @param {{ url: string, h2Url: string }} server
 * @param {string} [shape] of the streams, as a path prefix; see server.mjs
 * @returns {Target}
 */
export function createTarget({ url, h2Url }, shape = "") {
  return {
    url: url + shape,
    h2Url: h2Url + shape,
    region: "us-east-1",
    model: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    prompt: "Describe the mill by the river in a few sentences, as the miller sees it on a quiet morning in spring.",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  };
}

/**
 * The clients in the order of the tables, and what they are called there.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const CLIENTS = {
  floor: "floor",
  ours: "`@node-llm/core` (this repository)",
  "aws-sdk-http1": "AWS SDK, HTTP/1.1",
  "aws-sdk": "AWS SDK, HTTP/2 (its default)",
  "ai-sdk": "`@ai-sdk/amazon-bedrock` with `ai`",
  langchain: "`@langchain/aws`",
  "anthropic-sdk": "`@anthropic-ai/bedrock-sdk`",
  aws4fetch: "`aws4fetch`",
  published: "`@node-llm/core` 1.17.1",
};

/** All but the floor and ours do a quarter of the work in each round: they take that much longer for it. */
export const PEER_PART = 1 / 4;

/** @type {(id: string) => boolean} */
export const isPeer = (id) => id !== "floor" && id !== "ours";
