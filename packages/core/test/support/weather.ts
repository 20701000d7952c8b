import { defineTool, type ToolSpec } from "../../src/chat/tool.ts";

/** The schema of a tool that takes a city. */
export const citySchema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
} as const;

/** A tool that says what it was asked, and remembers it. */
export function createWeather(made: string[] = []): ToolSpec<{ city: string }> {
  return defineTool<{ city: string }>({
    name: "weather",
    description: "The weather in a city",
    schema: citySchema,
    execute: ({ city }) => {
      made.push(city);
      return `sunny in ${city}`;
    },
  });
}

/** A call of a tool that takes a city, as a block of a scripted answer. */
export const call = (id: string, city: string, name = "weather"): { id: string; name: string; input: object } => ({
  id,
  name,
  input: { city },
});

/** What the model is told of a call's result. */
export const result = (toolUseId: string, text: unknown, status?: string): object => ({
  toolResult: { toolUseId, content: [{ text }], ...(status && { status }) },
});
