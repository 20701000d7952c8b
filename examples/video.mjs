// A video: started, waited for, and read from S3.
//
//   node examples/video.mjs [prompt] [--out <file>] [--live --bucket <name>] [--model <id>]
import { createLLM } from "@node-llm/core";
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { printFact } from "./support/terminal.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string", default: "amazon.nova-reel-v1:1" },
    bucket: { type: "string", default: "my-bucket" },
    out: { type: "string" },
    live: { type: "boolean", default: false },
  },
});
const prompt = positionals[0] ?? "A lighthouse in a storm, waves break on the rocks";

const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

const started = await llm.video(prompt, { model: values.model, outputUri: `s3://${values.bucket}/videos` });
printFact("started", started.arn);
const video = await started.wait({
  pollMs: values.live ? 5000 : 200,
  onPoll: ({ status }) => printFact("status", status),
});
printFact("files", (await video.files()).join(", "));
const bytes = await video.read("output.mp4");
printFact("video", `${bytes.length} bytes`);
if (values.out !== undefined) {
  await writeFile(values.out, bytes);
  printFact("written to", values.out);
}
await close();
