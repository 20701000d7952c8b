import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createFetchTransport } from "../../src/http/fetch.ts";
import { createDefaultTransport as createNodeTransport } from "../../src/http/node.ts";
import type { Transport } from "../../src/http/transport.ts";
import type { FileSystem } from "../../src/media/file-system.ts";
import { createMediaLoader } from "../../src/media/load.ts";
import { checkMediaOptions, type LoadMedia, type MediaOptions } from "../../src/media/options.ts";
import { importFileSystem } from "../../src/media/web.ts";
import { createWorld } from "../../src/world.ts";
import { startHttpServer, startScriptedServer } from "../http/servers.ts";
import { errorOf, failureOf } from "../support/bedrock.ts";
import { createManualWorld } from "../support/manual-world.ts";
import { createPng, PDF } from "../support/media-files.ts";

const NODE = (): Transport => createNodeTransport();
const FETCH = (): Transport => createFetchTransport((input, init) => globalThis.fetch(input, init));

/** What reads from loopback, and gives base64 for the bytes. */
const createLoader = (options: MediaOptions = {}, createTransport: () => Transport = NODE) => {
  const load = createMediaLoader({ allowPrivateAddresses: true, ...options, createTransport, world: createWorld() });
  return async (...asked: Parameters<LoadMedia>) => {
    const { bytes, mediaType } = await load(...asked);
    return { base64: Buffer.from(bytes).toString("base64"), mediaType };
  };
};

const folder = mkdtempSync(join(tmpdir(), "media-"));
const pathOf = (name: string): string => join(folder, name);
beforeAll(() => writeFileSync(pathOf("a b.pdf"), PDF));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file", () => {
  const load = createLoader();

  test("is read by its path and by its URL", async () => {
    const base64 = PDF.toString("base64");
    expect(await load(pathOf("a b.pdf"), "document", undefined)).toMatchObject({ base64 });
    expect(await load(pathToFileURL(pathOf("a b.pdf")).href, undefined, undefined)).toMatchObject({ base64 });
  });

  test("that is not there is an error that names it", async () => {
    const error = await failureOf(load(pathOf("none.pdf"), "document", undefined));
    expect(error).toMatchObject({ name: "InputError", code: "ERR_MEDIA", retryable: false });
    expect(error.message).toContain(pathOf("none.pdf"));
  });

  test("must be one", async () => {
    expect((await failureOf(load(folder, "document", undefined))).message).toContain("no file");
    expect((await failureOf(load("/dev/zero", "document", undefined))).message).toContain("no file");
  });

  test("that is too large is not read", async () => {
    writeFileSync(pathOf("large.png"), Buffer.alloc(3_932_161));
    const error = await failureOf(load(pathOf("large.png"), "image", undefined));
    expect(error).toMatchObject({ code: "ERR_MEDIA", message: expect.stringMatching(/3\.75 MB/) });
    const { base64 } = await load(pathOf("large.png"), "document", undefined);
    expect(Buffer.from(base64, "base64")).toHaveLength(3_932_161);
  });

  test("is read where a platform without package conditions has files, and only there", async () => {
    const files = { stat: vi.fn<FileSystem["stat"]>(), readFile: vi.fn<FileSystem["readFile"]>() };
    vi.stubGlobal("process", { getBuiltinModule: (name: string) => (name === "fs/promises" ? files : undefined) });
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    expect(await importFileSystem()).toBe(files);
    vi.stubGlobal("process", undefined);
    expect(await importFileSystem()).toBeUndefined();
  });
});

describe.each([
  ["Node's client", NODE],
  ["fetch", FETCH],
])("a URL, by %s", (_name, createTransport) => {
  const png = createPng();

  test("is fetched, and its media type is told", async () => {
    const { endpoint } = await startHttpServer((request, response) => {
      response.setHeader("content-type", "image/png");
      response.end(request.method === "GET" && request.url === "/a.png?size=1" ? png : "wrong");
    });
    const load = createLoader({}, createTransport);
    expect(await load(`http://${endpoint.host}/a.png?size=1#part`, "image", undefined)).toEqual({
      base64: png.toString("base64"),
      mediaType: "image/png",
    });
  });

  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["BR", brotliCompressSync],
  ])("that gives content compressed (%s), though not asked to, is refused or decoded", async (coding, compress) => {
    const text = Buffer.from("a,b\n1,2\n");
    const asked: unknown[] = [];
    const { endpoint } = await startHttpServer((request, response) => {
      asked.push(request.headers["accept-encoding"]);
      response.setHeader("content-encoding", coding).end(compress(text));
    });
    const loading = createLoader({}, createTransport)(`http://${endpoint.host}/a.csv`, "document", undefined);
    if (createTransport === FETCH) {
      expect(await loading).toMatchObject({ base64: text.toString("base64") });
    } else {
      const message = expect.stringMatching(`compressed \\(${coding}\\)`) as unknown;
      expect(await failureOf(loading)).toMatchObject({ code: "ERR_MEDIA", retryable: false, message });
    }
    expect(asked).toEqual(["identity"]);
  });

  test.each(["identity", "aws-chunked", "utf-8", ""])("may say that it is not compressed: %j", async (coding) => {
    const { endpoint } = await startHttpServer((_, response) => {
      response.setHeader("content-encoding", coding).end(png);
    });
    const loading = createLoader({}, createTransport)(`http://${endpoint.host}/`, "image", undefined);
    expect(await loading).toMatchObject({ base64: png.toString("base64") });
  });

  test("is followed to where it leads, three times at most", async () => {
    const { endpoint } = await startHttpServer((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) return response.end(png);
      return response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const load = createLoader({}, createTransport);
    const { base64 } = await load(`http://${endpoint.host}/3`, "image", undefined);
    expect(base64).toBe(png.toString("base64"));
    const error = await failureOf(load(`http://${endpoint.host}/4`, "image", undefined));
    expect(error).toMatchObject({ code: "ERR_MEDIA", message: expect.stringContaining("redirects") });
  });

  test.each(["ftp://example.com/a", "file:///etc/passwd", "http://user:secret@example.com/", "http://["])(
    "is not followed to %s",
    async (location) => {
      const { endpoint } = await startHttpServer((_, response) => response.writeHead(301, { location }).end());
      const error = await failureOf(createLoader({}, createTransport)(`http://${endpoint.host}/`, "image", undefined));
      expect(error.code).toBe("ERR_MEDIA");
      expect(error.message).not.toContain("secret");
    },
  );

  test.each([
    [404, false],
    [403, false],
    [429, true],
    [503, true],
    [304, false],
    [206, false],
  ])("that answers %i is an error (retryable: %s) that does not show its query", async (status, retryable) => {
    const { endpoint } = await startHttpServer((_, response) => response.writeHead(status).end());
    const url = `http://${endpoint.host}/a.png?X-Amz-Signature=secret`;
    const error = await failureOf(createLoader({}, createTransport)(url, "image", undefined));
    expect(error).toMatchObject({ code: "ERR_MEDIA", retryable, message: expect.stringContaining(String(status)) });
    expect(JSON.stringify(error) + error.message).not.toContain("secret");
  });

  test("that is too large is given up at once, whether its length is told or not", async () => {
    let sent = 0;
    const server = await startHttpServer((request, response) => {
      response.on("error", () => {});
      if (request.url === "/told") return response.writeHead(200, { "content-length": "999999999" }).write("a");
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        response.once("drain", send);
      };
      return send();
    });
    const load = createLoader({}, createTransport);
    for (const path of ["told", "untold"]) {
      const error = await failureOf(load(`http://${server.endpoint.host}/${path}`, "image", undefined));
      expect(error).toMatchObject({ code: "ERR_MEDIA", message: expect.stringContaining("3.75 MB") });
    }
    await server.closed(0);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test("that takes longer than 30 seconds is given up", async () => {
    const server = await startScriptedServer(() => {});
    const world = { ...createWorld(), ...createManualWorld() };
    const load = createMediaLoader({ allowPrivateAddresses: true, createTransport, world });
    const failure = failureOf(load(`http://${server.endpoint.host}/`, "image", undefined));
    await server.connection();
    world.advance(30_000);
    expect(await failure).toMatchObject({
      code: "ERR_MEDIA",
      retryable: true,
      message: expect.stringContaining("30000 ms"),
    });
    await server.closed();
  });

  test("that breaks off is an error that may pass", async () => {
    const { endpoint } = await startScriptedServer((socket) => {
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");
    });
    const error = await failureOf(createLoader({}, createTransport)(`http://${endpoint.host}/`, "image", undefined));
    expect(error).toMatchObject({ code: "ERR_MEDIA", retryable: true });
  });

  test("is given up when the signal is aborted", async () => {
    const server = await startScriptedServer(() => {});
    const controller = new AbortController();
    const loading = createLoader({}, createTransport)(`http://${server.endpoint.host}/`, "image", controller.signal);
    const failure = failureOf(loading);
    await server.connection();
    controller.abort(new Error("enough"));
    expect(await failure).toMatchObject({ code: "ERR_ABORTED", cause: new Error("enough") });
    await server.closed();
  });
});

describe("a private address", () => {
  test.each([
    "http://127.0.0.1/",
    "http://localhost/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/",
    "https://10.0.0.1/",
  ])("is refused before anything is sent: %s", async (url) => {
    const transport = vi.fn<Transport>();
    const load = createLoader({ allowPrivateAddresses: false }, () => transport);
    const error = await failureOf(load(url, "image", undefined));
    expect(error).toMatchObject({ code: "ERR_MEDIA", message: expect.stringContaining("allowPrivateAddresses") });
    expect(transport).not.toHaveBeenCalled();
  });

  test("is refused when a redirect leads to it", async () => {
    const targets = ["http://127.0.0.1/", "//localhost/", "http://[fd00::1]/"];
    for (const location of targets) {
      const transport = vi.fn<Transport>().mockResolvedValue({
        status: 302,
        headers: { location },
        body: { next: () => Promise.resolve({ done: true, value: undefined }), cancel: () => {} },
      });
      const load = createLoader({ allowPrivateAddresses: false }, () => transport);
      const error = await failureOf(load("https://example.com/", "image", undefined));
      expect(error.message).toContain("private network");
      expect(transport).toHaveBeenCalledTimes(1);
    }
  });

  test("is refused when a name resolves to it, and nothing connects", async () => {
    const server = await startHttpServer((_, response) => response.end());
    const asked: string[] = [];
    const transport = createNodeTransport((address) => {
      asked.push(address);
      return false;
    });
    const load = createLoader({}, () => transport);
    const error = await failureOf(load(`http://localhost:${server.endpoint.port}/`, "image", undefined));
    expect(error).toMatchObject({
      code: "ERR_MEDIA",
      retryable: false,
      message: expect.stringContaining("private network"),
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(server.sockets).toHaveLength(0);
  });

  test("that a name resolves to is connected to when it is allowed", async () => {
    const server = await startHttpServer((_, response) => response.end("ok"));
    const load = createLoader({}, () => createNodeTransport(() => true));
    await expect(load(`http://localhost:${server.endpoint.port}/`, "image", undefined)).resolves.toMatchObject({
      base64: "b2s=",
    });
  });

  test("needs no name that exists", async () => {
    const load = createLoader({}, () => createNodeTransport(() => true));
    const error = await failureOf(load("http://does-not-exist.invalid/", "image", undefined));
    expect(error.message).toMatch(/no complete response \([A-Z_]+\)/);
  });
});

test.each<[string, Record<string, unknown>]>([
  ["unknown", { maxBytes: 1 }],
  ["of another type", { allowPrivateAddresses: "yes" }],
  ["negative", { timeoutMs: -1 }],
])("an option that is %s is refused", (_what, options) => {
  expect(errorOf(() => Reflect.apply(checkMediaOptions, undefined, [options]))).toMatchObject({
    code: "ERR_CONFIGURATION",
    message: expect.stringContaining(Object.keys(options)[0] ?? ""),
  });
});
