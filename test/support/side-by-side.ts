import {
  type BedrockLocal,
  type BedrockLocalOptions,
  type ReceivedRequest,
  startBedrockLocal,
} from "@node-llm/bedrock-local";
import type { LLM } from "@node-llm/core";
import { afterAll, beforeAll, expect } from "vitest";

import { createOurClient } from "./our-client.ts";
import { createOfficialClients, describeRequest, type OfficialClients, replay } from "./sdk-replay.ts";

/** What came of asking with both clients. */
export interface Compared<T> {
  readonly ours: T;
  /** The requests of our client. */
  readonly requests: readonly ReceivedRequest[];
  /** What the official SDK made of the answers to the same requests, as JSON. */
  readonly official: readonly Readonly<Record<string, unknown>>[];
}

/** Both clients, set to one local Bedrock. */
export interface SideBySide {
  readonly server: BedrockLocal;
  readonly llm: LLM;
  readonly clients: OfficialClients;
  /** Moves the server's clock, which stands still otherwise. */
  tick(ms: number): void;
  /** Asks with our client, sends the same through the official SDK, and expects the server to see no difference. */
  compare<T>(ask: (llm: LLM) => Promise<T>): Promise<Compared<T>>;
}

/** Gives the tests of a file both clients and a local Bedrock, and takes them away after. */
export function useSideBySide(options: BedrockLocalOptions = {}): () => SideBySide {
  let both: SideBySide | undefined;
  beforeAll(async () => {
    let now = Date.now();
    const server = await startBedrockLocal({ now: () => now, ...options });
    const clients = createOfficialClients(server.url);
    const llm = createOurClient(server.url, { maxRetries: 0 });
    both = {
      server,
      llm,
      clients,
      tick: (ms) => void (now += ms),
      compare: (ask) => compare(server, clients, llm, ask),
    };
  });
  afterAll(async () => {
    both?.clients.destroy();
    await both?.server.close();
  });
  return () => both ?? expect.unreachable();
}

async function compare<T>(
  server: BedrockLocal,
  clients: OfficialClients,
  llm: LLM,
  ask: (llm: LLM) => Promise<T>,
): Promise<Compared<T>> {
  const before = server.requests.length;
  const ours = await ask(llm);
  const requests = server.requests.slice(before);
  const official: Readonly<Record<string, unknown>>[] = [];
  for (const request of requests) {
    official.push(await replay(clients, request));
    expect(describeRequest(server.requests.at(-1) ?? request)).toEqual(describeRequest(request));
    expect(request.authorized).toBe(true);
    expect(server.requests.at(-1)).not.toBe(request);
  }
  return { ours, requests, official };
}

/** The only one of a list. */
export function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  return list[0] ?? expect.unreachable();
}

/** The body that the official SDK got of InvokeModel. */
export function bodyOf({ body }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(String(body));
}
