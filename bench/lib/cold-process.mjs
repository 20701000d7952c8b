// A cold process. argv: "empty", "import" or "answer"; the client; its target as JSON. Says when it was done and what CPU
// time it had taken by then.
import { writeSync } from "node:fs";

const [mode, id, target = ""] = process.argv.slice(2);
let client;
if (mode !== "empty") {
  const { create } = await import(`../clients/${id}.mjs`);
  if (mode === "answer") {
    client = create(JSON.parse(target));
    const text = await client.chat();
    if (!text.startsWith("The river")) throw new Error(`${id} answered ${JSON.stringify(text)}.`);
  }
}
const wallMs = performance.now();
const { user, system } = process.cpuUsage();
writeSync(1, JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
await client?.close();
