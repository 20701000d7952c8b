import { expect, test, vi } from "vitest";
import { createFetchTransport } from "../../src/http/fetch.ts";
import { createDefaultTransport } from "../../src/http/web.ts";
import { failureOf } from "../support/bedrock.ts";
import { createRequest, readAll, startHttpServer } from "./servers.ts";

const endpoint = { protocol: "https:", hostname: "::1", port: 8443, host: "[::1]:8443", pathPrefix: "/p" } as const;

test("calls fetch with the whole URL, the body, and no redirects", async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(new Response("ok")));
  const request = createRequest(endpoint, { path: "/p/model/a%3A0/converse" });
  expect(await readAll(await createFetchTransport(fetch)(request))).toBe("ok");
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(url).toBe("https://[::1]:8443/p/model/a%3A0/converse");
  expect(init).toMatchObject({ method: "POST", redirect: "manual" });
  expect(init?.body).toBe(request.body);
});

test("a response without a body is empty", async () => {
  const transport = createFetchTransport(() => Promise.resolve(new Response(null, { status: 204 })));
  const { status, body } = await transport(createRequest(endpoint));
  expect([status, await body.next()]).toEqual([204, { value: undefined, done: true }]);
});

test("a redirect that a browser hides is an error that is not retryable", async () => {
  const transport = createFetchTransport(() => Promise.resolve(Response.error()));
  const error = await failureOf(transport(createRequest(endpoint)));
  expect(error).toMatchObject({ code: "ERR_NETWORK", retryable: false });
  expect(error.message).toContain("redirect");
});

test.each([
  ["rejects", () => Promise.reject(new TypeError("Invalid header: canary"))],
  [
    "throws",
    () => {
      throw new TypeError("Invalid header: canary");
    },
  ],
])("a fetch that %s is a NetworkError without the platform's text", async (_how, fetch) => {
  const error = await failureOf(createFetchTransport(fetch)(createRequest(endpoint)));
  expect(error.code).toBe("ERR_NETWORK");
  expect(error.message).not.toContain("canary");
  expect(error.cause).toMatchObject({ name: "TypeError" });
});

test("the global fetch is looked up when a request is made", async () => {
  const server = await startHttpServer((_request, response) => response.end("real"));
  const transport = createDefaultTransport();
  expect(await readAll(await transport(createRequest(server.endpoint)))).toBe("real");
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("replaced")));
  expect(await readAll(await transport(createRequest(server.endpoint)))).toBe("replaced");
  vi.unstubAllGlobals();
});
