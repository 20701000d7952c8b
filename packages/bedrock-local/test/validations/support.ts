import { AwsError } from "../../src/errors.ts";
import { validateConverse } from "../../src/validations/converse.ts";

/** Models by what they differ in. */
export const MODELS = {
  /** Claude with thinking budgets, prefill, and temperature or topP. */
  claude45: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  /** Claude with both kinds of thinking and without prefill. */
  claude46: "us.anthropic.claude-sonnet-4-6",
  /** Claude with adaptive thinking and without sampling parameters. */
  claude48: "us.anthropic.claude-opus-4-8",
  nova: "amazon.nova-lite-v1:0",
  llama: "meta.llama3-1-70b-instruct-v1:0",
  qwen: "qwen.qwen3-32b-v1:0",
} as const;

export const user = (...content: object[]): object => ({ role: "user", content });
export const assistant = (...content: object[]): object => ({ role: "assistant", content });
export const text = (words: string): object => ({ text: words });
export const hi: object = user(text("hi"));

export const toolUse = (toolUseId: string, more: object = {}): object => ({
  toolUse: { toolUseId, name: "weather", input: {}, ...more },
});
export const toolResult = (toolUseId: string, more: object = {}): object => ({
  toolResult: { toolUseId, content: [text("sunny")], ...more },
});
export const toolConfig: object = {
  tools: [{ toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } }],
};

/** Why a request is refused, as `Name: message`; `undefined` when it is accepted. */
export function refusal(body: unknown, modelId: string = MODELS.claude45, streaming = false): string | undefined {
  try {
    validateConverse({ modelId, body, streaming });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.name}: ${error.message}`;
  }
}

/** The text of a `ValidationException`; anything else is a failed test. */
export function refusalText(body: unknown, modelId?: string, streaming?: boolean): string | undefined {
  const refused = refusal(body, modelId, streaming);
  if (refused === undefined || refused.startsWith("ValidationException: ")) {
    return refused?.slice("ValidationException: ".length);
  }
  throw new Error(`Expected a ValidationException, got ${refused}`);
}
