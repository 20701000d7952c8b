import { hasGuardrail } from "./clients.mjs";
import { plain } from "./values.mjs";

// What is asked of a client beside chats. Each gives what must be the same in every run, as plain JSON.

/** @typedef {import("@node-llm/core").LLM} LLM */
/** @typedef {import("./types.ts").Plan} Plan */
/** @typedef {import("./types.ts").CallRun} CallRun */
/** @typedef {import("./types.ts").Outcome} Outcome */
/**
 * @typedef {object} TaskState
 * @property {Plan} plan
 * @property {{ headers: Record<string, string>, signal: AbortSignal, timeouts: import("@node-llm/core").TimeoutOptions }} options
 * @property {Outcome} outcome of this try
 * @property {unknown[]} earlier what the tries before have handed over, for those that go on
 * @property {import("@node-llm/core").PartialResponse | undefined} resume of the last failure
 * @property {CallRun} run
 */

const TEXTS = ["red apples", "green pears", "old ships", "new moons", "grey stones", "warm bread"];
const COMMENTS = [
  "Write to ada@example.com.",
  "What a lovely day.",
  "You idiot, I will hurt you.",
  "Call 212-555-0100.",
];
const CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0";

/** @type {Readonly<Record<import("./types.ts").TaskKind, (llm: LLM, state: TaskState) => Promise<Record<string, unknown>>>>} */
const TASKS = {
  embed,
  "embed-stream": embedStream,
  paint,
  moderate,
  rerank,
  "count-tokens": countTokens,
  invoke,
  "invoke-stream": invokeStream,
  batch,
};

/**
 * Makes a task, again when it failed.
 *
 * @param {LLM} llm
 * @param {Plan} plan
 * @param {CallRun} run
 * @param {number} tries
 * @param {(plan: Plan, run: CallRun) => { options: TaskState["options"], release: () => void }} interrupt
 * @returns {Promise<Outcome[]>}
 */
export async function makeTask(llm, plan, run, tries, interrupt) {
  const make = TASKS[/** @type {import("./types.ts").TaskKind} */ (plan.kind)];
  /** @type {Outcome[]} */
  const outcomes = [];
  /** @type {TaskState["resume"]} */
  let resume;
  for (let left = tries; left > 0; left--) {
    /** @type {Outcome} */
    const outcome = { what: plan.kind, chunks: [], pieces: [], before: "", after: "" };
    const earlier = outcomes.flatMap(({ pieces }) => pieces);
    outcomes.push(outcome);
    const { options, release } = interrupt(plan, run);
    run.onTurn();
    try {
      const value = plain(await make(llm, { plan, options, outcome, earlier, resume, run }));
      outcome.answer = { value, steps: [], messages: [] };
      break;
    } catch (error) {
      outcome.error = error;
      resume =
        error instanceof Object && "partial" in error ? /** @type {TaskState["resume"]} */ (error.partial) : undefined;
    } finally {
      release();
    }
  }
  return outcomes;
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function embed(llm, { plan, options, resume }) {
  const more = resume ? { ...options, resume } : options;
  const { vectors, dimensions } = await llm.embed(textsOf(plan), {
    model: embeddingModel(plan),
    dimensions: 256,
    ...more,
  });
  return { vectors: vectors.map((vector) => [...vector]), dimensions };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function embedStream(llm, { plan, options, outcome: { pieces }, earlier }) {
  const rest = textsOf(plan).slice(earlier.length);
  const asked = { model: embeddingModel(plan), dimensions: 256, ...options };
  for await (const { index, vector } of llm.embedStream(rest, asked)) {
    pieces.push({ index: index + earlier.length, vector: [...vector] });
  }
  return { pieces: [...earlier, ...pieces] };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function paint(llm, { plan, options }) {
  const asked = { model: "amazon.nova-canvas-v1:0", size: "320x320", seed: 7, ...options };
  const { images } = await llm.paint(`${plan.topic} A lighthouse at dusk`, asked);
  return { images: images.map(({ data }) => data) };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function moderate(llm, { plan, options }) {
  const items = COMMENTS.map((text) => `${plan.topic} ${text}`);
  // Half of them by the client's guardrail, where it has one.
  const isGuarded = plan.number % 2 === 0 && hasGuardrail(plan.number);
  const { results, flagged } = await llm.moderate(items, isGuarded ? options : { checks: "all", ...options });
  return { results: results.map(readModeration), flagged };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function rerank(llm, { plan, options }) {
  const model = plan.number % 2 === 0 ? "cohere.rerank-v3-5:0" : "amazon.rerank-v1:0";
  const via = plan.number % 3 === 0 ? "agent" : "invoke";
  const { results } = await llm.rerank(`${plan.topic} old ships`, textsOf(plan), { model, via, ...options });
  return { results };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function countTokens(llm, { plan, options, outcome }) {
  const { inputTokens, isExact } = await llm.countTokens(`${plan.topic} ${COMMENTS.join(" ")}`, {
    model: CLAUDE,
    ...options,
  });
  if (!isExact) outcome.isEstimate = true;
  return { inputTokens };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function invoke(llm, { plan, options }) {
  const { json, usage } = await llm.invoke(`us.${CLAUDE}`, renderBody(plan), options);
  return { json, usage };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function invokeStream(llm, { plan, options, outcome: { pieces }, run }) {
  const stream = await llm.invoke(`us.${CLAUDE}`, renderBody(plan), { ...options, stream: true });
  for await (const { json } of stream) {
    // How long the model took is another in each run.
    pieces.push(plain({ .../** @type {object} */ (json), "amazon-bedrock-invocationMetrics": undefined }));
    run.onChunk();
  }
  return { pieces: [...pieces], usage: stream.usage };
}

/** @type {typeof TASKS[keyof typeof TASKS]} */
async function batch(llm, { plan, options, outcome: { pieces } }) {
  const { signal, timeouts } = options;
  const job = await llm.batch.submit(
    COMMENTS.map((text) => `${plan.topic} Say "${text}"`),
    {
      model: "us.amazon.nova-lite-v1:0",
      roleArn: "arn:aws:iam::123456789012:role/chaos",
      inputUri: `s3://chaos/${plan.number}/in`,
      outputUri: `s3://chaos/${plan.number}/out`,
      ...options,
    },
  );
  const done = await job.wait({ signal, pollMs: 10 });
  for await (const { content, error } of done.results({ signal, timeouts })) pieces.push(plain({ content, error }));
  return { pieces: [...pieces] };
}

/** @param {Plan} plan */
function renderBody({ topic, questions }) {
  return {
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 200,
    system: topic,
    messages: [{ role: "user", content: questions[0] ?? "Hello!" }],
  };
}

/** @param {Plan} plan */
function textsOf({ topic }) {
  return TEXTS.map((text) => `${topic} ${text}`);
}

/** @param {Plan} plan */
function embeddingModel({ number }) {
  return number % 2 === 0 ? "amazon.titan-embed-text-v2:0" : "cohere.embed-v4:0";
}

/**
 * What is the same each time.
 *
 * @param {import("@node-llm/core").Moderation["results"][number]} result
 */
export function readModeration({ flagged, action, categories, scores, output, usage }) {
  return { flagged, action, categories, scores, output, usage };
}
