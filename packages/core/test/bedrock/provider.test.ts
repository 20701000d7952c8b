import { expect, test } from "vitest";
import { createDefaultTransport } from "#transport";
import { createBedrockProvider } from "../../src/bedrock/provider.ts";
import { createWorld } from "../../src/world.ts";
import { failureOf, useServer } from "../support/bedrock.ts";

const server = useServer();

function openStream() {
  const provider = createBedrockProvider({
    bedrock: { bedrockEndpoint: server().url, bedrockRegion: "us-east-1", bedrockAuth: "none" },
    transport: createDefaultTransport(),
    world: createWorld(),
    prices: {},
    maxRetries: 0,
    timeouts: {},
    logger: undefined,
  });
  return provider.stream({
    model: "us.anthropic.claude-sonnet-4-6",
    messages: [{ role: "user", content: "Hi" }],
    params: {},
    options: {},
  });
}

test("a stream that is left while its code is loaded sends nothing", async () => {
  const stream = openStream();
  const first = failureOf(stream.next());
  expect(stream.return()).toBeUndefined();
  expect(await first).toMatchObject({ code: "ERR_ABORTED" });
  expect(server().requests).toHaveLength(0);
});
