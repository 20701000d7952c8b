import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { describe, expect, test } from "vitest";
import { AbortError } from "../../../src/errors.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createChannels } from "../../../src/http/proxy/node.ts";
import { checkHttpOptions, parseProxy, type HttpOptions } from "../../../src/http/options.ts";
import { defaultTimeouts, withTimeouts } from "../../../src/http/timeouts.ts";
import type { Endpoint } from "../../../src/http/transport.ts";
import { createDefaultTransport as createWebTransport } from "../../../src/http/web.ts";
import { parseEndpoint } from "../../../src/aws/endpoint.ts";
import { createWorld } from "../../../src/world.ts";
import { Abort } from "../../../src/http/abort.ts";
import { createClient, createChat, errorOf, failureOf, KEYS, MODEL, useServer } from "../../support/bedrock.ts";
import { clientCertificate, clientKey, privateCa } from "../../support/private-ca.ts";
import { startProxy, startSecureServer } from "../proxies.ts";
import { createRequest, readAll, startHttpServer } from "../servers.ts";

const at = (url: string): Endpoint => parseEndpoint(url, "test");

function create(http: HttpOptions | undefined, env: Record<string, string> = {}) {
  return withTimeouts(createDefaultTransport(undefined, { http, world: { env } }), createWorld());
}

describe("a proxy", () => {
  const server = useServer();

  test("of the environment sees the traffic of a plain endpoint, with the whole URL", async () => {
    const proxy = await startProxy({ targetPort: Number(new URL(server().url).port) });
    const env = { ...KEYS, AWS_REGION: "us-east-1", http_proxy: `http://127.0.0.1:${proxy.port}` };
    const llm = createClient(server(), { bedrockEndpoint: "http://bedrock.test:8080" }, { env });
    expect((await llm.chat(MODEL).ask("Say: one")).content).toContain("one");
    let text = "";
    for await (const chunk of llm.chat(MODEL).stream("Say: two")) text += chunk.content;
    expect(text).toContain("two");
    expect(proxy.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([
      `POST http://bedrock.test:8080/model/${MODEL}/converse`,
      `POST http://bedrock.test:8080/model/${MODEL}/converse-stream`,
    ]);
    expect(server().requests.every(({ authorized }) => authorized)).toBe(true);
    expect(proxy.sockets.size).toBe(1);
  });

  test("carries https in a tunnel, which is kept and used again", async () => {
    const target = await startSecureServer();
    const proxy = await startProxy({ targetPort: target.port });
    const send = create({ ca: privateCa }, { HTTPS_PROXY: `127.0.0.1:${proxy.port}` });
    for (let i = 0; i < 3; i++) {
      expect(await readAll(await send(createRequest(at("https://bedrock.test/"))))).toBe("{}");
    }
    expect(proxy.seen.map(({ method, target: asked }) => `${method} ${asked}`)).toEqual(["CONNECT bedrock.test:443"]);
    expect(proxy.seen[0]?.headers).toEqual({ host: "bedrock.test:443", connection: "keep-alive" });
    expect(target.paths).toHaveLength(3);
  });

  test("is given user and password, to it alone", async () => {
    const target = await startSecureServer({}, ({ headers }, response) => response.end(JSON.stringify(headers)));
    const proxy = await startProxy({ targetPort: target.port });
    const send = create({ ca: privateCa, proxy: `http://j%C3%B6rg:p%40ss@127.0.0.1:${proxy.port}` });
    const text = await readAll(await send(createRequest(at("https://bedrock.test/"))));
    expect(proxy.seen[0]?.headers["proxy-authorization"]).toBe(`Basic ${Buffer.from("jörg:p@ss").toString("base64")}`);
    expect(text).not.toContain("proxy-authorization");
    const plain = await startHttpServer((_, response) => response.end("ok"));
    const other = await startProxy({ targetPort: plain.endpoint.port });
    const sendPlain = create({ proxy: `http://user:p@127.0.0.1:${other.port}` });
    await readAll(await sendPlain(createRequest(at("http://bedrock.test/"))));
    expect(other.seen[0]?.headers["proxy-authorization"]).toBe(`Basic ${btoa("user:p")}`);
  });

  test("may itself be asked over TLS", async () => {
    const target = await startSecureServer();
    const proxy = await startProxy({ targetPort: target.port, isSecure: true });
    const send = create({ ca: privateCa, proxy: `https://localhost:${proxy.port}` });
    expect(await readAll(await send(createRequest(at("https://bedrock.test/"))))).toBe("{}");
    const plain = await startHttpServer((_, response) => response.end("ok"));
    const other = await startProxy({ targetPort: plain.endpoint.port, isSecure: true });
    const sendPlain = create({ ca: privateCa, proxy: `https://localhost:${other.port}` });
    expect(await readAll(await sendPlain(createRequest(at("http://bedrock.test/a"))))).toBe("ok");
    expect(other.seen[0]?.target).toBe("http://bedrock.test/model/a%3A0/converse");
  });

  test.each([
    ["https://bedrock.test/", 407, false, "user and password"],
    ["http://bedrock.test/", 407, false, "user and password"],
    ["https://bedrock.test/", 403, false, "NO_PROXY"],
    ["https://bedrock.test/", 502, true, "NO_PROXY"],
  ])("that refuses (%s, %i) is told, and its password is not", async (url, status, retryable, told) => {
    const proxy = await startProxy({ refuse: status });
    const send = create({ proxy: `http://user:hunter2@127.0.0.1:${proxy.port}` });
    const error = await failureOf(send(createRequest(at(url))));
    expect(error).toMatchObject({ name: "NetworkError", code: "ERR_NETWORK", retryable });
    expect(error.message).toContain(`The proxy 127.0.0.1:${proxy.port} refused with HTTP ${status}`);
    expect(error.message).toContain(told);
    expect(JSON.stringify([error, String(error.stack), String(error.cause)])).not.toMatch(/hunter2|aHVudGVyMg|Basic/);
  });

  test("that is not there is told, and may be tried again", async () => {
    const proxy = await startProxy({});
    const gone = proxy.port === 1 ? 2 : 1;
    const error = await failureOf(create({ proxy: `http://127.0.0.1:${gone}` })(createRequest(at("https://a.test/"))));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: true });
    expect(error.message).toContain(`No connection to the proxy 127.0.0.1:${gone} (ECONNREFUSED)`);
  });

  test("that does not answer costs no more than connectMs, and its connection is closed", async () => {
    const proxy = await startProxy({});
    const timeouts = { ...defaultTimeouts, connectMs: 50 };
    const send = create({ proxy: `http://127.0.0.1:${proxy.port}` });
    const error = await failureOf(send(createRequest(at("https://bedrock.test/"), { timeouts })));
    expect(error).toMatchObject({ code: "ERR_TIMEOUT_CONNECT" });
    await expect.poll(() => proxy.sockets.size).toBe(0);
  });

  test("that does not answer is left when the call is aborted", async () => {
    const proxy = await startProxy({});
    const signal = new Abort();
    const sent = create({ proxy: `http://127.0.0.1:${proxy.port}` })(createRequest(at("https://b.test/"), { signal }));
    const failure = failureOf(sent);
    await expect.poll(() => proxy.seen.length).toBe(1);
    signal.abort("enough");
    expect(await failure).toBeInstanceOf(AbortError);
    await expect.poll(() => proxy.sockets.size).toBe(0);
  });

  test("is not asked for this machine, nor loaded without being named", async () => {
    const plain = await startHttpServer((_, response) => response.end("ok"));
    const send = create({ proxy: "http://127.0.0.1:1" });
    expect(await readAll(await send(createRequest(plain.endpoint)))).toBe("ok");
    expect(await readAll(await create(undefined)(createRequest(plain.endpoint)))).toBe("ok");
    expect(
      await readAll(await create({ proxy: false }, { HTTP_PROXY: "nonsense:" })(createRequest(plain.endpoint))),
    ).toBe("ok");
  });

  test("of the environment that is none is told by its name only", async () => {
    const send = create(undefined, { HTTPS_PROXY: "socks5://user:hunter2@x:1" });
    const error = await failureOf(send(createRequest(at("https://bedrock.test/"))));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(error.message).toMatch(/^HTTPS_PROXY is no usable proxy/);
    expect(error.message).not.toContain("hunter2");
  });
});

describe("the choice of the proxy", () => {
  const proxied = (url: string, env: Record<string, string>, http: HttpOptions = {}): boolean =>
    createChannels(http, env, {})(at(url)) !== undefined;
  const proxy = "http://proxy.test:3128";

  test.each<[string, Record<string, string>, boolean]>([
    ["https://a.test", { HTTPS_PROXY: proxy }, true],
    ["https://a.test", { https_proxy: proxy }, true],
    ["https://a.test", { HTTP_PROXY: proxy }, false],
    ["http://a.test", { HTTP_PROXY: proxy }, true],
    ["http://a.test", { HTTPS_PROXY: proxy }, false],
    ["http://a.test", { ALL_PROXY: proxy }, true],
    ["https://a.test", { all_proxy: proxy }, true],
    ["https://a.test", { HTTPS_PROXY: "" }, false],
    // Whoever asks a CGI program sets this variable.
    ["http://a.test", { HTTP_PROXY: proxy, REQUEST_METHOD: "GET" }, false],
    ["http://a.test", { http_proxy: proxy, REQUEST_METHOD: "GET" }, true],
  ])("for %s with %j", (url, env, isProxied) => {
    expect(proxied(url, env)).toBe(isProxied);
  });

  test.each([
    ["*", "https://a.test", true],
    ["a.test", "https://a.test", true],
    ["A.TEST", "https://a.test", true],
    ["a.test", "https://b.a.test", true],
    [".a.test", "https://b.a.test", true],
    ["*.a.test", "https://b.a.test", true],
    ["a.test", "https://ba.test", false],
    ["b.test, a.test", "https://a.test", true],
    ["b.test a.test", "https://a.test", true],
    ["a.test:443", "https://a.test", true],
    ["a.test:8443", "https://a.test", false],
    ["a.test:8443", "https://a.test:8443", true],
    ["10.0.0.0/8", "https://10.1.2.3", true],
    ["10.0.0.0/8", "https://11.1.2.3", false],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["10.0.0.0/99", "https://10.1.2.3", false],
    ["2001:db8::/32", "https://[2001:db8::1]", true],
    ["2001:db8::1", "https://[2001:db8::1]", true],
    ["[2001:db8::1]:443", "https://[2001:db8::1]", true],
    ["2001:db8::1", "https://[2001:db8::2]", false],
    ["2001:0DB8:0:0::1", "https://[2001:db8::1]", true],
    ["[2001:db8::1]", "https://[2001:db8::1]", true],
    ["[2001:db8::1]:8443", "https://[2001:db8::1]", false],
    ["", "https://a.test", false],
    [",,", "https://a.test", false],
    ["", "http://localhost:4000", true],
    ["", "http://127.0.0.5", true],
    ["", "http://[::1]:4000", true],
    ["", "http://169.254.169.254", true],
    ["", "http://169.254.170.2", true],
    ["", "http://[fd00:ec2::254]", true],
    ["", "http://10.0.0.1", false],
  ])("NO_PROXY=%s leaves out %s: %s", (list, url, isDirect) => {
    expect(proxied(url, { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: list })).toBe(!isDirect);
    expect(proxied(url, { no_proxy: list }, { proxy })).toBe(!isDirect);
  });
});

describe("TLS", () => {
  test("trusts an authority that is given, and none besides", async () => {
    const target = await startSecureServer();
    const endpoint = at(`https://localhost:${target.port}/`);
    expect(await readAll(await create({ ca: privateCa })(createRequest(endpoint)))).toBe("{}");
    expect(await readAll(await create({ ca: [Buffer.from(privateCa)] })(createRequest(endpoint)))).toBe("{}");
    const error = await failureOf(create(undefined)(createRequest(endpoint)));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
    expect(target.paths).toHaveLength(2);
  });

  test("shows the client's certificate to a server that asks for one, also through a proxy", async () => {
    const target = await startSecureServer({ asksForCertificate: true });
    const proxy = await startProxy({ targetPort: target.port });
    const own = { ca: privateCa, cert: clientCertificate, key: clientKey };
    await readAll(await create(own)(createRequest(at(`https://localhost:${target.port}/`))));
    const through = create({ ...own, proxy: `http://127.0.0.1:${proxy.port}` });
    await readAll(await through(createRequest(at("https://bedrock.test/"))));
    expect(target.known).toEqual([true, true]);
    const secure = await startProxy({ targetPort: target.port, isSecure: true });
    const throughSecure = create({ ...own, proxy: `https://localhost:${secure.port}` });
    await readAll(await throughSecure(createRequest(at("https://bedrock.test/"))));
    expect([target.known.at(-1), secure.known]).toEqual([true, [false]]);
    const error = await failureOf(create({ ca: privateCa })(createRequest(at(`https://localhost:${target.port}/`))));
    expect(error.code).toBe("ERR_NETWORK");
  });
});

describe("an agent of one's own", () => {
  test("makes the connections, chosen anew for each request", async () => {
    const target = await startSecureServer();
    const secure = new SecureAgent({ ca: privateCa, keepAlive: true });
    const asked: string[] = [];
    const send = create({
      agent: ({ hostname, port }) => {
        asked.push(`${hostname}:${port}`);
        return port === target.port ? secure : undefined;
      },
    });
    await readAll(await send(createRequest(at(`https://localhost:${target.port}/`))));
    const plain = await startHttpServer((_, response) => response.end("ok"));
    await readAll(await send(createRequest(plain.endpoint)));
    expect(asked).toEqual([`localhost:${target.port}`, `127.0.0.1:${plain.endpoint.port}`]);
    expect(Object.values(secure.freeSockets).flat()).toHaveLength(1);
    secure.destroy();
  });

  test("may hand over a connection that stands already", async () => {
    const plain = await startHttpServer((_, response) => setTimeout(() => response.end("ok"), 150));
    const { connect } = await import("node:net");
    const standing = await new Promise<ReturnType<typeof connect>>((resolve) => {
      const socket = connect(plain.endpoint.port, "127.0.0.1", () => resolve(socket));
    });
    class Standing extends Agent {
      override createConnection(): typeof standing {
        return standing;
      }
    }
    const timeouts = { ...defaultTimeouts, connectMs: 50 };
    const send = create({ agent: new Standing() });
    expect(await readAll(await send(createRequest(plain.endpoint, { timeouts })))).toBe("ok");
  });

  test("that is none is refused", async () => {
    const error = await failureOf(create({ agent: {} })(createRequest(at("http://a.test/"))));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
  });
});

describe("the option http", () => {
  const server = useServer();

  test.each<[object, RegExp]>([
    [{ prxy: "x" }, /^http\.prxy is no option/],
    [{ toString: "x" }, /^http\.toString is no option/],
    [{ proxy: "socks5://user:hunter2@x" }, /^http\.proxy is no usable proxy/],
    [{ proxy: "http://%FF:hunter2@x" }, /^http\.proxy is no usable proxy/],
    [{ proxy: 1 }, /^http\.proxy is no usable proxy/],
    [{ cert: "x" }, /both/],
    [{ key: "x" }, /both/],
    [{ agent: "x" }, /^http\.agent is string/],
    [{ agent: {}, ca: "x" }, /agent goes alone/],
  ])("%j is refused where it is written", (http, told) => {
    const error = errorOf(() => checkHttpOptions(http));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(error.message).toMatch(told);
    expect(error.message).not.toContain("hunter2");
    expect(errorOf(() => createChat(server(), { http })).message).toBe(error.message);
  });

  test("goes with Node's own client only", () => {
    expect(errorOf(() => createChat(server(), { http: {}, fetch })).message).toContain("http and fetch");
    const error = errorOf(() => createWebTransport(undefined, { http: {}, world: { env: {} } }));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(() => createWebTransport(undefined, { world: { env: {} } })).not.toThrow();
  });

  test.each([
    ["proxy.test:3128", { protocol: "http:", hostname: "proxy.test", port: 3128 }],
    ["http://proxy.test", { protocol: "http:", hostname: "proxy.test", port: 80 }],
    ["https://[::1]", { protocol: "https:", hostname: "::1", port: 443 }],
  ])("reads %s", (url, proxy) => {
    expect(parseProxy(url, "test")).toEqual({ ...proxy, authorization: undefined });
  });
});
