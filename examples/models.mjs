// The models of a region, by the id that works there, and what the library knows of them without asking AWS.
//
//   node examples/models.mjs [--provider <name>] [--live]
import { createLLM } from "@node-llm/core";
import { parseArgs } from "node:util";
import { connect } from "./support/connect.mjs";
import { print, printFact, printQuestion } from "./support/terminal.mjs";

const { values } = parseArgs({
  options: { provider: { type: "string", default: "anthropic" }, live: { type: "boolean", default: false } },
});
const { options, close } = await connect(values.live);
const llm = createLLM({ provider: "bedrock", ...options });

printQuestion(`Models of ${values.provider} in this region`);
const filter = { provider: values.provider, status: /** @type {const} */ ("active"), isInvocable: true };
for (const { id, name, profiles, contextTokens, price } of await llm.models.list(filter)) {
  print(`  ${id}`);
  printFact("  name", name ?? "?");
  if (profiles.length > 0) printFact("  profiles", profiles.map((profile) => profile.id).join(", "));
  if (contextTokens) printFact("  context", `${contextTokens.toLocaleString("en")} tokens`);
  if (price) printFact("  price", `$${price.input} in, $${price.output} out, per million tokens`);
}

printQuestion("Known offline: a million tokens and images");
for (const { id } of await llm.models.filter({ input: "image", minContextTokens: 1_000_000, profile: null })) {
  print(`  ${id}`);
}

printQuestion("Guardrails");
const guardrails = await llm.guardrails.list();
print(guardrails.map(({ id, version, name }) => `  ${id} (${version}): ${name}`).join("\n") || "  none");
print();
await close();
