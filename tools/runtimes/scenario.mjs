// What every runtime does with the packed library. Web standards only, and no import: it goes into bundles, too.

/**
 * @typedef {object} Job
 * @property {string} endpoint
 * @property {string} model
 * @property {string} question answered by the built-in model
 * @property {string} endlessQuestion answered by a stream that stops in the middle and stays open
 * @property {string} lastQuestion answered once the endless stream's connection is closed
 * @property {{ accessKeyId: string, secretAccessKey: string }} credentials
 */

/**
 * @typedef {object} Report
 * @property {string} text the pieces of the streamed answer, joined
 * @property {number} pieces
 * @property {string} finishReason
 * @property {import("@node-llm/core").Usage | undefined} usage
 * @property {string | undefined} requestId
 * @property {{ isAuthenticationError: boolean, name: string, code: string, status: number, requestId: string }} error of a
 *   request with a wrong secret key
 * @property {string} firstPiece of the endless stream, which was left after it
 * @property {string} lastAnswer
 */

/**
 * Streams one answer, provokes one typed error, and leaves one stream in the middle.
 *
 * @param {Pick<typeof import("@node-llm/core"), "createLLM" | "AuthenticationError">} library
 * @param {Job} job
 * @returns {Promise<Report>}
 */
export async function runScenario({ createLLM, AuthenticationError }, job) {
  const { endpoint, model, credentials } = job;
  /** @param {string} secretAccessKey */
  const createClient = (secretAccessKey) =>
    createLLM({
      provider: "bedrock",
      bedrockEndpoint: endpoint,
      bedrockRegion: "us-east-1",
      bedrockAccessKeyId: credentials.accessKeyId,
      bedrockSecretAccessKey: secretAccessKey,
    });
  const llm = createClient(credentials.secretAccessKey);

  const stream = llm.chat(model).stream(job.question);
  const pieces = [];
  for await (const chunk of stream) if (chunk.content !== "") pieces.push(chunk.content);
  const { finishReason, usage, requestId } = await stream.response();

  const error = await createClient("wrong")
    .chat(model)
    .ask(job.question)
    .then(
      () => new Error("A wrong secret key was accepted."),
      (/** @type {unknown} */ reason) => reason,
    );

  let firstPiece = "";
  for await (const chunk of llm.chat(model).stream(job.endlessQuestion)) {
    firstPiece = chunk.content;
    if (firstPiece !== "") break;
  }
  const lastAnswer = (await llm.chat(model).ask(job.lastQuestion)).content;

  return {
    text: pieces.join(""),
    pieces: pieces.length,
    finishReason,
    usage,
    requestId,
    error: { ...Object(error), name: Object(error).name, isAuthenticationError: error instanceof AuthenticationError },
    firstPiece,
    lastAnswer,
  };
}
