import { BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";

import {
  type BedrockLocal,
  type BedrockLocalOptions,
  DOCUMENTATION_CREDENTIAL,
  type FaultProxy,
  type FaultProxyOptions,
  type InjectedFault,
  startFaultProxy,
} from "../src/index.ts";
import { type RawAnswer, send, sign } from "./support.ts";
import { CONVERSE_PATH, HELLO, startServer, STREAM_PATH } from "./support-server.ts";

const proxies: FaultProxy[] = [];

afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function startProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = await startFaultProxy(options);
  proxies.push(proxy);
  return proxy;
}

/** A local Bedrock, and a proxy before it. */
async function startBoth(
  faults: FaultProxyOptions["faults"],
  options: BedrockLocalOptions = {},
): Promise<{ server: BedrockLocal; proxy: FaultProxy; faults: InjectedFault[] }> {
  const server = await startServer({ randomCuts: false, ...options });
  const struck: InjectedFault[] = [];
  const proxy = await startProxy({ upstream: server.url, faults, onFault: (fault) => void struck.push(fault) });
  return { server, proxy, faults: struck };
}

/** Sends a request that is signed for the proxy. */
async function ask({ url, port }: { url: string; port: number }, path = CONVERSE_PATH): Promise<RawAnswer> {
  const headers = await sign({ path, body: HELLO, headers: { host: `127.0.0.1:${port}` } });
  return send(url, { path, body: HELLO, headers });
}

/** What is the same in each answer to one request. */
function stable({ body }: RawAnswer): string {
  return body.toString("latin1").replace(/"latencyMs":\d+/g, "");
}

describe("a fault proxy", () => {
  it("passes requests and answers on as they are, signatures, errors and streams included", async () => {
    const { server, proxy, faults } = await startBoth("", { faults: "" });
    for (const path of [CONVERSE_PATH, STREAM_PATH]) {
      const [through, direct] = [await ask(proxy, path), await ask(server, path)];
      expect(through.status).toBe(200);
      expect(through.headers["content-type"]).toBe(direct.headers["content-type"]);
      expect(through.headers["x-amzn-requestid"]).toBe(server.requests.at(-2)?.id);
      expect(stable(through).length).toBe(stable(direct).length);
    }
    const refused = await send(proxy.url, { path: CONVERSE_PATH, body: HELLO });
    expect(refused.status).toBe(403);
    expect(refused.headers["x-amzn-errortype"]).toMatch(/^MissingAuthenticationToken/);
    expect((await send(proxy.url, { method: "GET", path: "/nowhere" })).status).toBe(404);
    expect(faults).toEqual([]);
  });

  it("strikes by the rules: in place of an answer, in bodies, in frames, and after", async () => {
    const rules = "Converse:throttle-retry-after=3#1 Converse:cut@50%#2 ConverseStream:corrupt-message@1#1 close@end#3";
    const { server, proxy, faults } = await startBoth(rules);
    const throttled = await ask(proxy);
    expect(throttled).toMatchObject({ status: 429, headers: { "retry-after": "3" } });
    expect(server.requests).toEqual([]);
    const cut = await ask(proxy);
    expect(cut.broken).toBeUndefined();
    expect(() => void JSON.parse(cut.body.toString())).toThrow(SyntaxError);
    expect((await ask(proxy)).status).toBe(200);
    const [struck, whole] = [await ask(proxy, STREAM_PATH), await ask(proxy, STREAM_PATH)];
    const start = struck.body.readUInt32BE(0);
    expect(struck.body.subarray(0, start).length).toBe(start);
    const end = start + struck.body.readUInt32BE(start);
    expect(struck.body.readUInt8(end - 1) ^ 0xff).not.toBe(0);
    expect(whole.broken).toBeUndefined();
    expect(faults.map(({ kind }) => kind)).toEqual(["throttle-retry-after", "cut", "close", "corrupt-message"]);
    expect(faults[0]?.requestId).toBe(throttled.headers["x-amzn-requestid"]);
  });

  it("strikes connections as they open", async () => {
    const { proxy, faults } = await startBoth("reset@connect#1");
    await expect(ask(proxy)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await ask(proxy)).status).toBe(200);
    expect(faults).toEqual([{ kind: "reset", at: "connect" }]);
  });

  it("serves the official SDK over HTTP/2, and an exception of the proxy is one of its errors", async () => {
    const { proxy, server } = await startBoth("exception=throttlingException@3");
    const client = new BedrockRuntimeClient({
      region: "us-east-1",
      endpoint: proxy.url,
      credentials: DOCUMENTATION_CREDENTIAL,
      maxAttempts: 1,
    });
    const messages = [{ role: "user" as const, content: [{ text: "Count to 20" }] }];
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: "amazon.nova-lite-v1:0", messages }));
    const read = async (): Promise<void> => {
      for await (const _ of stream ?? []) continue;
    };
    await expect(read()).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(server.requests.map(({ httpVersion }) => httpVersion)).toEqual(["2.0"]);
    client.destroy();
  });

  it("gives an upstream that takes API keys its own host name, below its path", async () => {
    const heads: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
    const upstream = createServer((request, response) => {
      heads.push({ url: request.url, headers: request.headers });
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    // It listens on TCP.
    const { port } = upstream.address() as AddressInfo;
    const proxy = await startProxy({ upstream: `http://127.0.0.1:${port}/prefix/`, faults: "" });
    const headers = { authorization: "Bearer key", connection: "close", "x-mine": "1" };
    expect((await send(proxy.url, { path: CONVERSE_PATH, body: HELLO, headers })).body.toString()).toBe("{}");
    expect(heads).toMatchObject([
      {
        url: `/prefix${CONVERSE_PATH}`,
        headers: { host: `127.0.0.1:${port}`, authorization: "Bearer key", "x-mine": "1" },
      },
    ]);
    upstream.closeAllConnections();
    upstream.close();
  });

  it("answers 502 when the upstream does not, and breaks off what the upstream broke off", async () => {
    const { server, proxy } = await startBoth("");
    server.enqueue({ events: [{ event: "messageStart", payload: { role: "assistant" } }, { close: true }] });
    expect((await ask(proxy, STREAM_PATH)).broken).toBeInstanceOf(Error);
    await server.close();
    const { status, body } = await ask(proxy);
    expect(status).toBe(502);
    expect(body.toString()).toMatch(/no answer from its upstream: .*ECONNREFUSED/);
  });

  it("hangs up on the upstream when the client has", async () => {
    const { server, proxy } = await startBoth("");
    server.enqueue({ hang: true });
    const arrived = server.nextRequest();
    const asked = ask(proxy).catch(() => undefined);
    const request = await arrived;
    await proxy.close();
    expect(await request.closed).toBe("aborted");
    await asked;
  });

  it("refuses an upstream that is no URL, and rules that are none", async () => {
    await expect(startFaultProxy({ upstream: "localhost", faults: "" })).rejects.toThrow("http or https URL");
    await expect(startFaultProxy({ upstream: "http://x", faults: "gremlins" })).rejects.toThrow("gremlins");
  });
});
