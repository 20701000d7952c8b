// What the chats of a run call, and what they ask for.
import { defineTool } from "@node-llm/core";

/** @typedef {import("./types.ts").ChaosTool} ChaosTool */

/** @type {Readonly<Record<string, { sky: string, celsius: number }>>} */
const REPORTS = {
  Paris: { sky: "sunny", celsius: 24 },
  Rome: { sky: "rain", celsius: 19 },
  Berlin: { sky: "fog", celsius: 8 },
  Madrid: { sky: "sunny", celsius: 31 },
  Lima: { sky: "clouds", celsius: 17 },
};
const city = { type: "string", description: "Name of a city", examples: ["Paris"] };
export const ORDER = {
  type: "object",
  properties: {
    customer: { type: "string", description: "Name of the customer" },
    email: { type: "string", format: "email" },
    title: { type: "string", description: "Title of the book" },
    copies: { type: "integer", minimum: 1 },
  },
  required: ["customer", "email", "title", "copies"],
};

/** @type {readonly ChaosTool[]} */
const TOOLS = [
  {
    name: "get_weather",
    description: "The weather in a city, now",
    schema: { type: "object", properties: { city }, required: ["city"] },
    execute: (args) => {
      const report = REPORTS[args.city];
      if (!report) throw new Error(`There is no station in ${args.city}.`);
      return report;
    },
  },
  {
    name: "book_table",
    description: "Books a table in a restaurant of a city",
    schema: {
      type: "object",
      properties: { city, people: { type: "integer", minimum: 1 } },
      required: ["city", "people"],
    },
    execute: (args) => `A table for ${args.people} in ${args.city} is booked.`,
  },
];

/**
 * The tools of a call, which note what they do.
 *
 * @param {import("./types.ts").Execution[]} executions
 * @param {(tool: ChaosTool) => ChaosTool} wrap
 */
export function createTools(executions, wrap) {
  return TOOLS.map((tool) => {
    const { name, description, schema, execute } = wrap({ ...tool, execute: note(tool, executions) });
    return defineTool({ name, description, schema, execute });
  });
}

/**
 * @param {ChaosTool} tool
 * @param {import("./types.ts").Execution[]} executions
 * @returns {ChaosTool["execute"]}
 */
function note({ name, execute }, executions) {
  return async (args, context) => {
    const execution = { id: context.call.id, name, args: JSON.stringify(args), isDone: false };
    executions.push(execution);
    // An abort may come while it works.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return execute(args, context);
    } finally {
      execution.isDone = true;
    }
  };
}
