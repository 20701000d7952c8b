// Runs the scenario in a page: gets the job from, and posts the report to the server that the page came from.
import * as library from "@node-llm/core";
import { runScenario } from "./scenario.mjs";

const job = await (await fetch("/job")).json();
const body = await runScenario(library, job).then(JSON.stringify, (error) => `${error?.stack ?? error}`);
await fetch("/report", { method: "POST", body });
