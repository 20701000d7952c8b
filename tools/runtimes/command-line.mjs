// Runs the scenario in a runtime with a command line: Node, Bun, Deno. The job is the last argument, the report is stdout.
import * as library from "@node-llm/core";
import { runScenario } from "./scenario.mjs";

console.log(JSON.stringify(await runScenario(library, JSON.parse(process.argv.at(-1) ?? ""))));
