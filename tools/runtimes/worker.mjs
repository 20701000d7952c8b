// Runs the scenario in a Worker: the job is the body of a request, the report that of the response.
import * as library from "@node-llm/core";
import { runScenario } from "./scenario.mjs";

export default {
  async fetch(/** @type {Request} */ request) {
    try {
      return Response.json(await runScenario(library, await request.json()));
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};
