import { encodeUtf8 } from "#bytes";
import { InputError } from "../../errors.ts";
import { concat } from "../../http/body.ts";
import type { ChatParams } from "../../provider.ts";
import { checkNames } from "../../requests/options.ts";
import { objectOf, type JsonObject } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import type { BedrockClient } from "../client.ts";
import { renderRequest } from "../converse/request.ts";
import { checkPlain } from "../json-body.ts";
import type { Storage } from "../s3.ts";

/** A conversation to answer in a batch. */
export interface BatchQuestion {
  /** Names the record in the results; letters and digits. Default: a number. */
  readonly recordId?: string | undefined;
  /** A question, or a whole conversation. */
  readonly messages: string | readonly Message[];
  /** Over those of the job. */
  readonly params?: ChatParams | undefined;
}

/** A body of the model's own to send in a batch. */
export interface BatchInvocation {
  readonly recordId?: string | undefined;
  readonly modelInput: JsonObject;
}

/** One record of a batch; a text is a question. All records of a job are of one kind. */
export type BatchRecord = string | BatchQuestion | BatchInvocation;

/** Many records, of which not all need be in memory. */
export type BatchRecords = Iterable<BatchRecord> | AsyncIterable<BatchRecord>;

/** How records are rendered. */
export interface BatchInputOptions {
  readonly model: string;
  readonly params: ChatParams | undefined;
  /** A new file is begun after so many bytes. */
  readonly fileBytes: number;
}

/** What was written. */
export interface BatchInput {
  readonly records: number;
  readonly invocationType: "InvokeModel" | "Converse";
}

/** The service refuses longer ones. */
const MAX_RECORD_BYTES = 25_000_000;
const RECORD_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Writes records as files of JSON lines: `part-00001.jsonl` and so on. At most one file is in memory.
 *
 * @param folderUri without a slash at its end
 * @throws {InputError} `ERR_INPUT` when a record is none, names an id twice, or is too large; names the record
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
 */
export async function writeBatchInput(
  client: BedrockClient,
  storage: Storage,
  folderUri: string,
  records: BatchRecords,
  options: BatchInputOptions,
): Promise<BatchInput> {
  const ids = new Set<string>();
  let invocationType: BatchInput["invocationType"] | undefined;
  let lines: Uint8Array[] = [];
  let bytes = 0;
  let files = 0;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    files += 1;
    const file = concat(lines, bytes);
    lines = [];
    bytes = 0;
    await storage.put(`${folderUri}/part-${String(files).padStart(5, "0")}.jsonl`, file);
  };
  // A text would be taken apart into characters.
  if (!isIterable(records)) {
    throw new InputError(`The records are ${typeof records}: give a list, or another iterable of records.`);
  }
  for await (const record of records) {
    const where = `records[${ids.size}]`;
    const { recordId = `R${String(ids.size + 1).padStart(10, "0")}`, ...own } = normalize(record, where);
    const type = "modelInput" in own ? "InvokeModel" : "Converse";
    if (type !== (invocationType ??= type)) {
      throw new InputError(`${where} is for ${type}, those before it for ${invocationType}: give records of one kind.`);
    }
    if (!RECORD_ID.test(recordId)) {
      throw new InputError(`${where} has the recordId ${JSON.stringify(recordId)}: give 1 to 64 letters and digits.`);
    }
    if (ids.has(recordId)) throw new InputError(`${where} has the recordId ${recordId} again: give each its own.`);
    ids.add(recordId);
    const modelInput = "modelInput" in own ? own.modelInput : renderQuestion(client, own, options);
    const line = encodeUtf8(`${toLine({ recordId, modelInput }, where)}\n`);
    if (line.length > MAX_RECORD_BYTES) {
      throw new InputError(`${where} has ${line.length} bytes: a record has at most ${MAX_RECORD_BYTES}.`);
    }
    if (bytes + line.length > options.fileBytes) await flush();
    lines.push(line);
    bytes += line.length;
  }
  await flush();
  if (invocationType === undefined) throw new InputError("There are no records: give some.");
  return { records: ids.size, invocationType };
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function normalize(record: BatchRecord, where: string): BatchQuestion | BatchInvocation {
  if (typeof record === "string") return { messages: record };
  const value: unknown = record;
  const { messages, modelInput } = objectOf(value) ?? {};
  if (modelInput !== undefined && messages === undefined) {
    checkNames(record, ["recordId", "modelInput"], where);
    checkPlain(modelInput, `${where}.modelInput`);
    return record;
  }
  if (modelInput === undefined && (typeof messages === "string" || Array.isArray(messages))) {
    checkNames(record, ["recordId", "messages", "params"], where);
    return record;
  }
  throw new InputError(`${where} is no record: give a text, { messages } or { modelInput }.`);
}

function renderQuestion(
  { bedrock }: BedrockClient,
  { messages, params }: BatchQuestion,
  options: BatchInputOptions,
): JsonObject {
  const { body } = renderRequest(
    {
      model: options.model,
      messages: typeof messages === "string" ? [{ role: "user", content: messages }] : messages,
      params: { ...options.params, ...params },
      options: {},
    },
    bedrock,
    false,
  );
  return body;
}

function toLine(value: JsonObject, where: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InputError(`${where} holds something that JSON cannot, or is nested too deeply.`, { cause });
  }
}
