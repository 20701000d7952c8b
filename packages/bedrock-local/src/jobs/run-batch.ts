import { AwsError } from "../errors.ts";
import { isPlainObject, parseJson } from "../json.ts";
import { invokeFamily } from "../models/invoke/registry.ts";
import { answerConverse } from "../operations/converse.ts";
import type { OperationContext } from "../operations/operation.ts";
import { createRandom } from "../random.ts";
import { parseS3Uri } from "../storage/s3-request.ts";
import { createRefusal } from "../validations/refusal.ts";
import type { InvocationJob, RecordCounts } from "./invocation-job.ts";

/** One line of a batch's input, or what is wrong with it. */
interface BatchRecord {
  readonly recordId: string;
  readonly modelInput: unknown;
}

interface Tally extends RecordCounts {
  readonly inputTokenCount: number;
  readonly outputTokenCount: number;
}

const NO_RECORDS: Tally = {
  totalRecordCount: 0,
  processedRecordCount: 0,
  successRecordCount: 0,
  errorRecordCount: 0,
  inputTokenCount: 0,
  outputTokenCount: 0,
};

/**
 * Runs a batch job that was not stopped: every line of every `.jsonl` file at its input address through the model of
 * `context.modelId`. Writes `<output>/<job id>/<file>.out` and `manifest.json.out` in AWS's layout. Never rejects: what goes
 * wrong with a record stands in its line, what goes wrong with the job in its message.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
 */
export async function runBatch(context: OperationContext, job: InvocationJob): Promise<void> {
  if (job.stoppedAt !== undefined) return;
  try {
    const { totalRecordCount, processedRecordCount, successRecordCount, errorRecordCount } = await runFiles(
      context,
      job,
    );
    job.counts = { totalRecordCount, processedRecordCount, successRecordCount, errorRecordCount };
    job.end = { status: "Completed", at: context.now() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    job.end = { status: "Failed", message, at: context.now() };
  }
}

async function runFiles(context: OperationContext, job: InvocationJob): Promise<Tally> {
  const { store, jobs } = context;
  const output = parseS3Uri(job.request.outputDataConfig.s3OutputDataConfig.s3Uri);
  if (output === undefined) throw createRefusal("The output S3 address is invalid.");
  const files = await readInput(context, job.request.inputDataConfig.s3InputDataConfig.s3Uri);
  const parsed = files.map(({ name, text }) => ({ name, records: parseRecords(text, name) }));
  const found = parsed.reduce((sum, { records }) => sum + records.length, 0);
  if (found < jobs.minRecords) {
    throw createRefusal(
      `The provided input has ${found} records, which is less than the minimum number of records of ${jobs.minRecords}.`,
    );
  }
  const folder = [output.key.replace(/\/$/, ""), job.jobArn.split("/").at(-1)].filter(Boolean).join("/");
  let tally = NO_RECORDS;
  for (const { name, records } of parsed) {
    const lines: string[] = [];
    for (const record of records) {
      const { line, counts } = await runRecord(context, job, record, tally.totalRecordCount);
      lines.push(`${JSON.stringify(line)}\n`);
      tally = addTally(tally, counts);
    }
    await store.put(output.bucket, `${folder}/${name}.out`, Buffer.from(lines.join("")), "application/x-ndjson");
  }
  await store.put(output.bucket, `${folder}/manifest.json.out`, Buffer.from(`${JSON.stringify(tally)}\n`));
  return tally;
}

/** The files of an address: the object of this name, or every `.jsonl` below it. */
async function readInput({ store }: OperationContext, uri: string): Promise<{ name: string; text: string }[]> {
  const place = parseS3Uri(uri);
  const entries = place === undefined ? undefined : await store.list(place.bucket);
  if (place === undefined || entries === undefined) throw createRefusal(`The S3 bucket of ${uri} does not exist.`);
  const { bucket, key } = place;
  const below = key === "" || key.endsWith("/") ? key : `${key}/`;
  const keys = entries
    .map((entry) => entry.key)
    .filter((name) => name === key || (name.startsWith(below) && name.endsWith(".jsonl")));
  if (keys.length === 0) throw createRefusal(`There is no .jsonl file at ${uri}.`);
  return Promise.all(
    keys.map(async (name) => ({
      name: name === key ? (name.split("/").at(-1) ?? name) : name.slice(below.length),
      text: Buffer.from((await store.get(bucket, name))?.bytes ?? []).toString(),
    })),
  );
}

function parseRecords(text: string, name: string): BatchRecord[] {
  const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  return lines.map(({ line, number }, index) => {
    const record = parseJson(line);
    if (!isPlainObject(record) || !isPlainObject(record["modelInput"])) {
      throw createRefusal(
        `Line ${number} of ${name} is no JSON object with the member modelInput, which is an object.`,
      );
    }
    const { recordId, modelInput } = record;
    const defaultId = `CALL${String(index + 1).padStart(7, "0")}`;
    return { recordId: typeof recordId === "string" && recordId !== "" ? recordId : defaultId, modelInput };
  });
}

async function runRecord(
  context: OperationContext,
  job: InvocationJob,
  { recordId, modelInput }: BatchRecord,
  index: number,
): Promise<{ readonly line: unknown; readonly counts: Partial<Tally> }> {
  try {
    const own = { ...context, random: createRandom(context.seed, index), body: modelInput };
    const {
      body,
      inputTokens = 0,
      outputTokens = 0,
    } = job.request.modelInvocationType === "Converse" ? answerConverse(own) : await invokeFamily(own, modelInput);
    const counts = { successRecordCount: 1, inputTokenCount: inputTokens, outputTokenCount: outputTokens };
    return { line: { modelInput, modelOutput: body, recordId }, counts };
  } catch (error) {
    const isRefusal = error instanceof AwsError;
    const errorMessage = error instanceof Error ? error.message : String(error);
    const reason = { errorCode: isRefusal ? error.status : 500, errorMessage };
    return { line: { modelInput, recordId, error: reason }, counts: { errorRecordCount: 1 } };
  }
}

function addTally(sum: Tally, one: Partial<Tally>): Tally {
  return {
    totalRecordCount: sum.totalRecordCount + 1,
    processedRecordCount: sum.processedRecordCount + 1,
    successRecordCount: sum.successRecordCount + (one.successRecordCount ?? 0),
    errorRecordCount: sum.errorRecordCount + (one.errorRecordCount ?? 0),
    inputTokenCount: sum.inputTokenCount + (one.inputTokenCount ?? 0),
    outputTokenCount: sum.outputTokenCount + (one.outputTokenCount ?? 0),
  };
}
