import { startBedrockLocal, type BedrockLocal, type BedrockLocalOptions } from "@node-llm/bedrock-local";
import { afterEach, beforeEach } from "vitest";
import type { Chat } from "../../src/chat/chat.ts";
import { LLMError } from "../../src/errors.ts";
import { createLLM, type LLM, type LLMOptions } from "../../src/llm.ts";
import { createWorld, type World } from "../../src/world.ts";

/** The model that the tests ask. */
export const MODEL = "us.anthropic.claude-sonnet-4-6";

/** AWS's documentation pair, which the local Bedrock accepts. */
export const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
} as const;

/** Gives each test of a file a local Bedrock of its own, and takes it away after. */
export function useServer(options: BedrockLocalOptions = {}): () => BedrockLocal {
  let server: BedrockLocal | undefined;
  beforeEach(async () => {
    server = await startBedrockLocal(options);
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  return () => {
    if (!server) throw new Error("The server runs only within a test.");
    return server;
  };
}

/** Runs `use` with a server of other options than the usual. */
export async function withServer<T>(
  options: BedrockLocalOptions,
  use: (server: BedrockLocal) => Promise<T>,
): Promise<T> {
  const other = await startBedrockLocal(options);
  try {
    return await use(other);
  } finally {
    await other.close();
  }
}

/** The platform's world, but with an environment that leads to the server, and without backoff. */
export function testWorld(server: BedrockLocal, over: Partial<World> = {}): World {
  const env = { ...KEYS, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: server.url };
  const { now, monotonic, setTimer } = createWorld();
  return { now, monotonic, setTimer, random: () => 0, env, ...over };
}

/** A client of the server. */
export function createClient(server: BedrockLocal, options: Partial<LLMOptions> = {}, world: Partial<World> = {}): LLM {
  return createLLM({ provider: "bedrock", ...options }, testWorld(server, world));
}

/** A chat with the server. */
export function createChat(server: BedrockLocal, options: Partial<LLMOptions> = {}, world: Partial<World> = {}): Chat {
  return createClient(server, options, world).chat(MODEL);
}

/** The `LLMError` that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<LLMError> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof LLMError) return error;
    throw new Error(`Rejected with something that is no LLMError: ${String(error)}`, { cause: error });
  }
  throw new Error(`Expected a rejection, but the promise was fulfilled with ${JSON.stringify(value)}.`);
}

/** The `LLMError` that a function throws. */
export function errorOf(run: () => unknown): LLMError {
  try {
    run();
  } catch (error) {
    if (error instanceof LLMError) return error;
    throw error;
  }
  throw new Error("Expected an error, but none was thrown.");
}

/** The JSON body of one received request. */
export function bodyOf(server: BedrockLocal, index: number = server.requests.length - 1): Record<string, unknown> {
  const json = server.requests.at(index)?.json;
  if (typeof json !== "object" || json === null) throw new Error(`Request ${index} has no JSON object as body.`);
  return { ...json };
}
