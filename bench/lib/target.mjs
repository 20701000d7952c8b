// What every client is given: where the load server is, whose credentials to sign with, what to ask.

/**
 * @typedef {object} Target
 * @property {string} url the load server over HTTP/1.1
 * @property {string} h2Url the same over HTTP/2 without TLS
 * @property {string} region
 * @property {string} model
 * @property {string} prompt
 * @property {{ accessKeyId: string, secretAccessKey: string }} credentials AWS's documentation key pair
 */

/**
 * @typedef {object} Client one adapter's client
 * @property {() => Promise<string>} chat asks once and returns the answer's text
 * @property {(onText: (text: string) => void) => Promise<void>} stream asks once and hands over the text as it comes
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
  aws4fetch: "`aws4fetch`",
  published: "`@node-llm/core` 1.17.1",
};
