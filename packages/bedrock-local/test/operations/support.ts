import { BedrockClient } from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { afterEach } from "vitest";

import { type BedrockLocal, DOCUMENTATION_CREDENTIAL } from "../../src/index.ts";

const clients: { destroy(): void }[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function configure(server: BedrockLocal, region: string) {
  return { endpoint: server.url, region, credentials: DOCUMENTATION_CREDENTIAL, maxAttempts: 1 };
}

/** The official client of the control plane; it is destroyed after the test. */
export function createControlClient(server: BedrockLocal, region = "us-east-1"): BedrockClient {
  const client = new BedrockClient(configure(server, region));
  clients.push(client);
  return client;
}

/** The official client of the runtime; it is destroyed after the test. */
export function createRuntimeClient(server: BedrockLocal, region = "us-east-1"): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient(configure(server, region));
  clients.push(client);
  return client;
}
