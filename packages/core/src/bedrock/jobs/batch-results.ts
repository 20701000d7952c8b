import type { ContentPart } from "../../types/content.ts";
import { compact, isObject, numberOf, objectOf, stringOf, tryParse, type JsonObject } from "../../types/json.ts";
import type { Usage } from "../../types/usage.ts";
import { parseConverse } from "../converse/parse.ts";
import type { Storage } from "../s3.ts";
import { readLines } from "./streams.ts";

/** What became of one record. */
export interface BatchResult {
  readonly recordId: string;
  /** The model's answer as received; absent when it failed. */
  readonly output?: JsonObject;
  /** Why it failed. */
  readonly error?: BatchRecordError;
  /** Of a question: the text that was answered. */
  readonly content?: string;
  /** Of a question: the parts of the answer. */
  readonly parts?: readonly ContentPart[];
  readonly finishReason?: string;
  readonly usage?: Usage;
}

/** A record that failed. */
export interface BatchRecordError {
  /** HTTP status; absent when there is no result for the record. */
  readonly status?: number;
  readonly message: string;
}

/**
 * Reads results in the order of the records. Only results that came early are held.
 *
 * @param inputUri a file of JSON lines, or the folder that holds them
 * @param outputUri the folder of the job
 */
export async function* readBatchResults(
  storage: Storage,
  inputUri: string,
  outputUri: string,
): AsyncGenerator<BatchResult, void> {
  const inputs = inputUri.endsWith(".jsonl")
    ? [inputUri]
    : (await storage.list(`${inputUri}/`)).filter((uri) => uri.endsWith(".jsonl"));
  const outputs = new Set(await storage.list(`${outputUri}/`));
  for (const input of inputs) {
    const output = `${outputUri}/${input.slice(input.lastIndexOf("/") + 1)}.out`;
    const results = outputs.has(output) ? readResults(await storage.get(output)) : noResults();
    try {
      yield* inOrder(await storage.get(input), results);
    } finally {
      await results.return();
    }
  }
}

async function* noResults(): AsyncGenerator<BatchResult, void> {
  // A job that was stopped before this file has none.
}

async function* readResults(output: AsyncIterable<Uint8Array>): AsyncGenerator<BatchResult, void> {
  for await (const line of readLines(output)) {
    const record = objectOf(tryParse(line));
    if (record) yield parseRecord(record);
  }
}

/** Without ids of their own, records are not told apart: then the order is that of the results. */
async function* inOrder(
  input: AsyncIterable<Uint8Array>,
  results: AsyncGenerator<BatchResult, void>,
): AsyncGenerator<BatchResult, void> {
  const early = new Map<string, BatchResult>();
  for await (const line of readLines(input)) {
    const recordId = stringOf(objectOf(tryParse(line))?.["recordId"]);
    if (recordId === undefined) continue;
    while (!early.has(recordId)) {
      const { done, value } = await results.next();
      if (done) break;
      early.set(value.recordId, value);
    }
    yield early.get(recordId) ?? { recordId, error: { message: "The job has no result for this record." } };
    early.delete(recordId);
  }
  yield* early.values();
  yield* results;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html */
function parseRecord({ recordId, modelOutput, error }: JsonObject): BatchResult {
  const id = stringOf(recordId) ?? "";
  if (isObject(error)) {
    const { errorCode, errorMessage } = error;
    return {
      recordId: id,
      error: { message: stringOf(errorMessage) ?? "", ...compact({ status: numberOf(errorCode) }) },
    };
  }
  if (!isObject(modelOutput)) return { recordId: id, error: { message: "The result holds no output." } };
  const parsed = parseConverse(modelOutput);
  if (!parsed) return { recordId: id, output: modelOutput };
  const { parts, finishReason, usage } = parsed;
  const content = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  return { recordId: id, output: modelOutput, content, parts, finishReason, ...compact({ usage }) };
}
