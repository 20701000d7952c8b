import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import { DOCUMENTATION_CREDENTIAL } from "@node-llm/bedrock-local";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** How the official SDK talks: HTTP/2 is its default, HTTP/1.1 comes with another handler. */
export type HttpVersion = "2.0" | "1.1";

/** The region that both clients are set to. */
export const REGION = "us-east-1";

/** The official client, with the attempts per call that `config` says, and with its own default otherwise. */
export function createOfficialClient(
  endpoint: string,
  httpVersion: HttpVersion,
  config: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint,
    region: REGION,
    credentials: DOCUMENTATION_CREDENTIAL,
    ...(httpVersion === "1.1" ? { requestHandler: new NodeHttpHandler() } : {}),
    ...config,
  });
}

/** The error that `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error(`Expected a rejection with an Error, but got ${String(outcome)}.`);
}
