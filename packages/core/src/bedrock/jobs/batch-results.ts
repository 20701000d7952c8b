import { InputError } from "../../errors.ts";
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
 * @throws {InputError} `ERR_INPUT` when the records are not there any more
 */
export async function* readBatchResults(
  storage: Storage,
  inputUri: string,
  outputUri: string,
): AsyncGenerator<BatchResult, void> {
  const inputs = inputUri.endsWith(".jsonl")
    ? [inputUri]
    : (await storage.list(`${inputUri}/`)).filter((uri) => uri.endsWith(".jsonl")).sort();
  if (inputs.length === 0) {
    throw new InputError(`There is no .jsonl file at ${inputUri}: the records tell the order of the results.`);
  }
  const outputs = new Set(await storage.list(`${outputUri}/`));
  for (const input of inputs) {
    const output = `${outputUri}/${input.slice(input.lastIndexOf("/") + 1)}.out`;
    // A job that was stopped before this file has no results of it.
    const results = readResults(storage, outputs.has(output) ? output : undefined);
    try {
      yield* inOrder(await storage.get(input), results);
    } finally {
      await results.return();
    }
  }
}

/** Opens the file with the first result: a generator that never ran could not close it. */
async function* readResults(storage: Storage, uri: string | undefined): AsyncGenerator<BatchResult, void> {
  if (uri === undefined) return;
  for await (const line of readLines(await storage.get(uri))) {
    const record = objectOf(tryParse(line));
    if (record) yield parseRecord(record);
  }
}

/** Without ids of their own, records are not told apart: then the order is that of the results. */
async function* inOrder(
  input: AsyncIterable<Uint8Array>,
  results: AsyncGenerator<BatchResult, void>,
): AsyncGenerator<BatchResult, void> {
  // More than one, where a file tells an id twice, or no ids.
  const early = new Map<string, BatchResult[]>();
  const take = (recordId: string): BatchResult | undefined => {
    const found = early.get(recordId);
    if (found && found.length < 2) early.delete(recordId);
    return found?.shift();
  };
  const keep = (result: BatchResult): void => {
    const others = early.get(result.recordId);
    if (others) others.push(result);
    else early.set(result.recordId, [result]);
  };
  for await (const line of readLines(input)) {
    const recordId = stringOf(objectOf(tryParse(line))?.["recordId"]);
    if (recordId === undefined) continue;
    let result = take(recordId);
    while (!result) {
      const { done, value } = await results.next();
      if (done) break;
      if (value.recordId === recordId) result = value;
      else keep(value);
    }
    yield result ?? { recordId, error: { message: "The job has no result for this record." } };
  }
  for (const rest of early.values()) yield* rest;
  yield* results;
}

/** @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html */
function parseRecord({ recordId, modelOutput, error }: JsonObject): BatchResult {
  const id = stringOf(recordId) ?? "";
  if (error !== undefined && error !== null) {
    const { errorCode, errorMessage } = objectOf(error) ?? {};
    const message = stringOf(errorMessage) ?? JSON.stringify(error);
    return { recordId: id, error: { message, ...compact({ status: numberOf(errorCode) }) } };
  }
  if (!isObject(modelOutput)) return { recordId: id, error: { message: "The result holds no output." } };
  const parsed = parseConverse(modelOutput);
  if (!parsed) return { recordId: id, output: modelOutput };
  const { parts, finishReason, usage } = parsed;
  const content = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  return { recordId: id, output: modelOutput, content, parts, finishReason, ...compact({ usage }) };
}
