import { Agent } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { parseEndpoint } from "../../../src/aws/endpoint.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { checkHttpOptions, parseProxy, type HttpOptions } from "../../../src/http/options.ts";
import { withTimeouts } from "../../../src/http/timeouts.ts";
import type { Endpoint } from "../../../src/http/transport.ts";
import { createWorld } from "../../../src/world.ts";
import { errorOf, failureOf } from "../../support/bedrock.ts";
import { clientCertificate, privateCa, serverKey } from "../../support/private-ca.ts";
import { startProxy, startSecureServer } from "../proxies.ts";
import { createRequest, startScriptedServer } from "../servers.ts";

const at = (url: string): Endpoint => parseEndpoint(url, "test");

function create(http: HttpOptions) {
  return withTimeouts(createDefaultTransport(undefined, { http, world: { env: {} } }), createWorld());
}

describe("a proxy that answers CONNECT wrongly", () => {
  const connected = "HTTP/1.1 200 OK\r\n\r\n";

  test.each<[string, string, (socket: Socket) => void, boolean]>([
    ["with garbage", "No connection to the proxy", (socket) => socket.end("garbage\r\n\r\n"), false],
    ["with nothing", "No connection to the proxy", (socket) => socket.end(), true],
    ["with a reset", "No connection to the proxy", (socket) => socket.resetAndDestroy(), true],
    ["with half a line", "No connection to the proxy", (socket) => socket.end("HTTP/1.1 200 Conn"), true],
    [
      "without end",
      "No connection to the proxy",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`),
      false,
    ],
    ["and leaves", "No response from bedrock.test:443", (socket) => socket.end(connected), true],
  ])("%s is a typed error, without its password", async (_, told, answer, retryable) => {
    const proxy = await startScriptedServer(answer);
    const send = create({ proxy: `http://user:hunter2@127.0.0.1:${proxy.endpoint.port}` });
    const error = await failureOf(send(createRequest(at("https://bedrock.test/"))));
    expect(error).toMatchObject({ name: "NetworkError", code: "ERR_NETWORK", retryable });
    expect(error.message).toContain(told);
    expect(JSON.stringify([error, String(error.stack), String(error.cause)])).not.toMatch(/hunter2|aHVudGVyMg|Basic/);
    await proxy.closed();
  });

  test.each([false, true])("breaks off in the middle of an answer (over TLS: %s)", async (isSecure) => {
    const target = await startSecureServer({}, (_, response) => void response.write("abc"));
    const proxy = await startProxy({ targetPort: target.port, isSecure });
    const send = create({ ca: privateCa, proxy: `${isSecure ? "https" : "http"}://localhost:${proxy.port}` });
    const { body } = await send(createRequest(at("https://bedrock.test/")));
    expect((await body.next()).value).toHaveLength(3);
    for (const socket of proxy.sockets) socket.resetAndDestroy();
    const error = await failureOf(body.next());
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: true });
    expect(error.message).toContain("broke off after 3 bytes");
  });
});

describe("certificates that do not do", () => {
  test("are told when the server's is not trusted, and when the proxy's is not", async () => {
    const target = await startSecureServer();
    const proxy = await startProxy({ targetPort: target.port, isSecure: true });
    const direct = await failureOf(create({})(createRequest(at(`https://localhost:${target.port}/`))));
    const send = create({ proxy: `https://localhost:${proxy.port}` });
    const through = await failureOf(send(createRequest(at("https://bedrock.test/"))));
    for (const error of [direct, through]) {
      expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
      expect(error.message).toContain("SELF_SIGNED_CERT_IN_CHAIN");
      expect(error.message).toContain("http.ca (or NODE_EXTRA_CA_CERTS)");
    }
    expect(through.message).toContain(`No connection to the proxy localhost:${proxy.port}`);
  });

  test("are told when the name is another", async () => {
    const target = await startSecureServer();
    const proxy = await startProxy({ targetPort: target.port });
    const send = create({ ca: privateCa, proxy: `http://127.0.0.1:${proxy.port}` });
    const error = await failureOf(send(createRequest(at("https://other.test/"))));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
    expect(error.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("are told when the key is that of another, and end no process behind a proxy", async () => {
    const target = await startSecureServer();
    const proxy = await startProxy({ targetPort: target.port });
    const own = { ca: privateCa, cert: clientCertificate, key: serverKey };
    const direct = await failureOf(create(own)(createRequest(at(`https://localhost:${target.port}/`))));
    const send = create({ ...own, proxy: `http://127.0.0.1:${proxy.port}` });
    const through = await failureOf(send(createRequest(at("https://bedrock.test/"))));
    for (const error of [direct, through]) {
      expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
      expect(error.message).toContain("KEY_VALUES_MISMATCH");
      expect(error.message).toContain("http.cert and http.key");
      expect(JSON.stringify([error, String(error.stack), String(error.cause)])).not.toContain("PRIVATE");
    }
    await expect.poll(() => proxy.sockets.size).toBe(0);
  });

  test.each<[name: string, what: string, http: object]>([
    ["http.ca", "a path", { ca: "corp-ca.pem" }],
    ["http.ca", "nothing", { ca: "" }],
    ["http.ca", "an empty list", { ca: [] }],
    ["http.ca", "a list with DER in it", { ca: [privateCa, Buffer.from([48, 130])] }],
    ["http.ca", "a number", { ca: 5 }],
    ["http.cert", "a path", { cert: "c.pem", key: serverKey }],
    ["http.key", "an object", { cert: clientCertificate, key: { pem: serverKey } }],
  ])("are refused where they are written (%s is %s)", (name, _, http) => {
    const error = errorOf(() => checkHttpOptions(http));
    expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
    expect(error.message).toContain(`${name} is no PEM`);
  });

  test("of a bundle with remarks, as bytes, are taken", () => {
    const bundle = new TextEncoder().encode(`# Corporate authorities\n${privateCa}`);
    expect(() => checkHttpOptions({ ca: [bundle, privateCa] })).not.toThrow();
  });
});

describe("what cannot work a second time", () => {
  test("is an agent of the other protocol", async () => {
    const error = await failureOf(create({ agent: new Agent() })(createRequest(at("https://bedrock.test/"))));
    expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
    expect(error.message).toContain("ERR_INVALID_PROTOCOL");
  });

  test.each(["http://user:12/3@proxy.test", "http://user:12#3@proxy.test", "http://user:12?3@proxy.test"])(
    "is a proxy whose password is not percent-encoded (%s)",
    (url) => {
      const error = errorOf(() => parseProxy(url, "HTTPS_PROXY"));
      expect(error.message).toContain("percent-encoded");
      expect(error.message).not.toContain("12");
    },
  );
});
