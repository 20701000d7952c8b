import { BedrockAgentRuntimeClient } from "@aws-sdk/client-bedrock-agent-runtime";
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  type InvokeModelCommandInput,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";

import { DOCUMENTATION_CREDENTIAL } from "../src/auth.ts";
import { parseObject } from "./support.ts";

const config = { region: "us-east-1", credentials: DOCUMENTATION_CREDENTIAL, maxAttempts: 1 };

/** The official client of bedrock-runtime. */
export function createRuntime(endpoint: string): BedrockRuntimeClient {
  return new BedrockRuntimeClient({ ...config, endpoint });
}

/** The official client of bedrock-agent-runtime. */
export function createAgentRuntime(endpoint: string): BedrockAgentRuntimeClient {
  return new BedrockAgentRuntimeClient({ ...config, endpoint });
}

type Settings = Partial<InvokeModelCommandInput>;

/** What a model answers to a body, and the headers that come with it. */
export async function invoke(
  client: BedrockRuntimeClient,
  modelId: string,
  body: object,
  settings: Settings = {},
): Promise<{ body: Record<string, unknown>; headers: Record<string, string> }> {
  const command = new InvokeModelCommand({ modelId, body: JSON.stringify(body), ...settings });
  let headers: Record<string, string> = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (typeof response === "object" && response !== null && "headers" in response) {
        headers = Object.fromEntries(
          Object.entries(response.headers ?? {}).map(([name, value]) => [name, String(value)]),
        );
      }
      return result;
    },
    { step: "deserialize" },
  );
  const answer = await client.send(command);
  return { body: parseObject(new TextDecoder().decode(answer.body)), headers };
}

/** The chunks of a streamed answer, decoded. */
export async function invokeStream(
  client: BedrockRuntimeClient,
  modelId: string,
  body: object,
  settings: Settings = {},
): Promise<Record<string, unknown>[]> {
  const answer = await client.send(
    new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(body), ...settings }),
  );
  const chunks: Record<string, unknown>[] = [];
  for await (const event of answer.body ?? []) chunks.push(parseObject(new TextDecoder().decode(event.chunk?.bytes)));
  return chunks;
}
