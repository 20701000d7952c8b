import { afterEach } from "vitest";

import { type BedrockLocal, type BedrockLocalOptions, startBedrockLocal } from "../src/index.ts";
import { type RawAnswer, send, sign } from "./support.ts";

const servers: BedrockLocal[] = [];

/** Starts a server that is closed after the test. */
export async function startServer(options: BedrockLocalOptions = {}): Promise<BedrockLocal> {
  const server = await startBedrockLocal(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export const CONVERSE_PATH = "/model/amazon.nova-lite-v1%3A0/converse";
export const STREAM_PATH = "/model/amazon.nova-lite-v1%3A0/converse-stream";
export const HELLO = JSON.stringify({ messages: [{ role: "user", content: [{ text: "Count to 20" }] }] });

/** Sends a signed HTTP/1.1 request. */
export async function call(
  server: BedrockLocal,
  options: { path?: string; body?: string; method?: string; headers?: Record<string, string>; signingDate?: Date } = {},
): Promise<RawAnswer> {
  const { path = CONVERSE_PATH, body = HELLO, method = "POST", signingDate } = options;
  const headers = await sign({
    path,
    body,
    method,
    headers: { host: `127.0.0.1:${server.port}`, ...options.headers },
    ...(signingDate === undefined ? {} : { signingDate }),
  });
  return send(server.url, { path, body, method, headers });
}
