import {
  type BedrockLocal,
  type BedrockLocalOptions,
  type ReceivedRequest,
  type ScriptedReply,
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

/** Both clients, each with a local Bedrock of its own. */
export interface SideBySide {
  /** Our client's. */
  readonly server: BedrockLocal;
  readonly llm: LLM;
  readonly clients: OfficialClients;
  /** Moves the clock of both servers, which stands still otherwise. */
  tick(ms: number): void;
  /** Scripts the next answers of both servers. */
  enqueue(...replies: ScriptedReply[]): void;
  /** Asks with our client, sends the same through the official SDK, and expects the servers to see no difference. */
  compare<T>(ask: (llm: LLM) => Promise<T>): Promise<Compared<T>>;
}

/**
 * Gives the tests of a file both clients, and takes them away after. Their servers are set alike and get the same requests,
 * so that they make up the same answers: seeds, ids and ARNs, too.
 */
export function useSideBySide(options: BedrockLocalOptions = {}): () => SideBySide {
  let both: SideBySide | undefined;
  let close = async (): Promise<void> => {};
  beforeAll(async () => {
    // The SDK leaves milliseconds out when there are none.
    let now = Math.floor(Date.now() / 1000) * 1000 + 456;
    const settings = { now: () => now, ...options };
    const [server, twin] = [await startBedrockLocal(settings), await startBedrockLocal(settings)];
    const clients = createOfficialClients(twin.url);
    const llm = createOurClient(server.url);
    both = {
      server,
      llm,
      clients,
      tick: (ms) => {
        now += ms;
      },
      enqueue: (...replies) => [server, twin].forEach((each) => each.enqueue(...replies)),
      compare: (ask) => compare(server, twin, clients, () => ask(llm)),
    };
    close = async () => {
      clients.destroy();
      await Promise.all([server.close(), twin.close()]);
    };
  });
  afterAll(() => close());
  return () => both ?? expect.unreachable();
}

async function compare<T>(
  server: BedrockLocal,
  twin: BedrockLocal,
  clients: OfficialClients,
  ask: () => Promise<T>,
): Promise<Compared<T>> {
  const start = server.requests.length;
  const ours = await ask();
  const requests = server.requests.slice(start);
  const official: Readonly<Record<string, unknown>>[] = [];
  for (const request of requests) {
    expect(request.authorized).toBe(true);
    const before = twin.requests.length;
    official.push(await replay(clients, request));
    const replayed = twin.requests.slice(before);
    expect(replayed.map(describeRequest)).toEqual([describeRequest(request)]);
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

/** JSON as the official SDK gives it, with all times written in one way. */
export function withTimes(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (_key, value: unknown) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value).toISOString() : value,
  );
}
