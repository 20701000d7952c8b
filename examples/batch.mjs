// Many questions in one job of Bedrock's batch engine: written to S3, answered there, and read back in order.
//
//   node examples/batch.mjs [--live --role <arn> --bucket <name>] [--model <id>] [--count <n>]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "us.amazon.nova-lite-v1:0" },
    role: { type: "string", default: "arn:aws:iam::123456789012:role/bedrock-batch" },
    bucket: { type: "string", default: "my-bucket" },
    count: { type: "string", default: "100" },
    live: { type: "boolean", default: false },
  },
});

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

/** Records can be made while they are written. */
function* questions() {
  for (let n = 1; n <= Number(values.count); n++) yield `What is ${n} times 7? Answer with the number only.`;
}

const submitted = await llm.batch.submit(questions(), {
  model: values.model,
  roleArn: values.role,
  inputUri: `s3://${values.bucket}/in`,
  outputUri: `s3://${values.bucket}/out`,
  params: { maxTokens: 20 },
});
printFact("job", submitted.arn);

const job = await submitted.wait({
  pollMs: values.live ? 30_000 : 200,
  onPoll: ({ status, processedRecords = 0 }) => printFact("status", `${status}, ${processedRecords} records done`),
});
printFact("records", `${job.successRecords} answered, ${job.errorRecords} failed`);

let shown = 0;
for await (const { recordId, content, error } of job.results()) {
  if (shown++ < 5) print(`  ${recordId}  ${content ?? `failed: ${error?.message}`}`);
}
printFact("results", `${shown}, in the order of the questions`);
await close();
