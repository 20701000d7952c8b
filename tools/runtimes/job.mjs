// The job that every runtime is given, the server that answers it, and what must have happened on both sides.
import assert from "node:assert/strict";
import { DOCUMENTATION_CREDENTIAL, startBedrockLocal } from "@node-llm/bedrock-local";

const MODEL = "us.anthropic.claude-sonnet-4-6";
const ANSWER = "Ein Stream, der nicht lügt: 1, 2, 3 … fertig 🎉";
const QUESTION = `Repeat: ${ANSWER}`;
const ENDLESS_QUESTION = "Begin, and never end.";
const LAST_QUESTION = "Is the connection of the endless stream closed?";

/**
 * Starts a server that verifies signatures and knows the job. Each runtime gets its own.
 *
 * @returns {Promise<{
 *   job: import("./scenario.mjs").Job,
 *   verify: (report: import("./scenario.mjs").Report) => void,
 *   close: () => Promise<void>,
 * }>} `verify` throws an `AssertionError` when a report, or what the server saw, is not as it must be
 */
export async function createJob() {
  /** @type {(value: void) => void} */
  let markLeft;
  /** @type {Promise<void>} */
  const left = new Promise((resolve) => (markLeft = resolve));
  const server = await startBedrockLocal({
    cors: true,
    onRequest: (request) => {
      if (isAbout(request, ENDLESS_QUESTION)) markLeft();
    },
  });
  server.enqueue(
    {
      match: { when: (request) => isAbout(request, ENDLESS_QUESTION) },
      events: [
        { event: "messageStart", payload: { role: "assistant" } },
        { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Begun" } } },
        { waitFor: new Promise(() => {}) },
      ],
    },
    {
      match: { when: (request) => isAbout(request, LAST_QUESTION) },
      waitFor: left,
      status: 200,
      body: {
        output: { message: { role: "assistant", content: [{ text: "Yes" }] } },
        stopReason: "end_turn",
        usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
        metrics: { latencyMs: 1 },
      },
    },
  );
  return {
    job: {
      endpoint: server.url,
      model: MODEL,
      question: QUESTION,
      endlessQuestion: ENDLESS_QUESTION,
      lastQuestion: LAST_QUESTION,
      credentials: DOCUMENTATION_CREDENTIAL,
    },
    verify: (report) =>
      verify(
        report,
        server.requests.filter(({ method }) => method === "POST"),
      ),
    close: () => server.close(),
  };
}

/**
 * @param {import("@node-llm/bedrock-local").ReceivedRequest} request
 * @param {string} question
 */
function isAbout({ body }, question) {
  return new TextDecoder().decode(body).includes(question);
}

/**
 * @param {import("./scenario.mjs").Report} report
 * @param {import("@node-llm/bedrock-local").ReceivedRequest[]} requests
 */
function verify(report, requests) {
  const [answered, refused] = requests;
  assert.deepEqual(
    requests.map(({ operation, status, authorized }) => `${operation} ${status} ${authorized ? "signed" : "refused"}`),
    ["ConverseStream 200 signed", "Converse 403 refused", "ConverseStream 200 signed", "Converse 200 signed"],
    "requests that the server saw",
  );
  assert.equal(answered?.principal, DOCUMENTATION_CREDENTIAL.accessKeyId, "whose signature the server verified");

  assert.equal(report.text, ANSWER, "streamed text");
  assert.ok(report.pieces > 5, `the answer came in ${report.pieces} pieces`);
  assert.equal(report.finishReason, "end_turn");
  assert.equal(report.requestId, answered?.id, "request id of the answer");
  const { inputTokens = 0, outputTokens = 0, totalTokens } = report.usage ?? {};
  assert.ok(inputTokens > 0 && outputTokens >= report.pieces, `usage: ${JSON.stringify(report.usage)}`);
  assert.equal(totalTokens, inputTokens + outputTokens);

  const { isAuthenticationError, name, code, status, requestId } = report.error;
  assert.deepEqual(
    { isAuthenticationError, name, code, status, requestId },
    {
      isAuthenticationError: true,
      name: "AuthenticationError",
      code: "ERR_AUTHENTICATION",
      status: 403,
      requestId: refused?.id,
    },
    "error of the wrong secret key",
  );

  assert.equal(report.firstPiece, "Begun");
  assert.equal(report.lastAnswer, "Yes", "answer after the endless stream was left");
}
