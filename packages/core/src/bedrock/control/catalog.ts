import type { BedrockClient } from "../client.ts";
import type { Guardrails, Models } from "./types.ts";

/** Creates `llm.models`. All that it does is loaded when it is first done. */
export function createModels(client: BedrockClient): Models {
  return {
    find: async (...args) => (await import("./offline-models.ts")).findModel(...args),
    filter: async (...args) => (await import("./offline-models.ts")).filterModels(...args),
    list: async (options = {}) => (await import("./list-models.ts")).listModels(client, options),
  };
}

/** Creates `llm.guardrails`, in the same way. */
export function createGuardrails(client: BedrockClient): Guardrails {
  return { list: async (options = {}) => (await import("./list-guardrails.ts")).listGuardrails(client, options) };
}
