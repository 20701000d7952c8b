import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { ContentFilteredError, type InputError, type ModelError } from "../../src/errors.ts";
import type { Middleware } from "../../src/index.ts";
import { readImageSize } from "../../src/media/image-size.ts";
import type { Provider } from "../../src/provider.ts";
import type { PaintResult } from "../../src/requests/paint.ts";
import { createLLM, type LLM, type LLMOptions } from "../../src/llm.ts";
import type { GeneratedImage } from "../../src/tasks/generated-image.ts";
import { CASES, IMAGE, MASK } from "../bedrock/images/bodies.ts";
import { startHttpServer } from "../http/servers.ts";
import { bodyOf, createClient, failureOf, useServer } from "../support/bedrock.ts";
import { createJpeg, createPng } from "../support/media-files.ts";

// Images are painted and packed for real.
vi.setConfig({ testTimeout: 60_000 });
const server = useServer();
const TITAN = "amazon.titan-image-generator-v2:0";
const ULTRA = "stability.stable-image-ultra-v1:1";
const FAST = "us.stability.stable-fast-upscale-v1:0";
const clientOf = (options: Partial<LLMOptions> = {}): LLM => createClient(server(), options);
const paint = (...asked: Parameters<LLM["paint"]>): Promise<GeneratedImage> => clientOf().paint(...asked);

const folder = mkdtempSync(join(tmpdir(), "paint-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("every task of every family is answered by bedrock-local", () => {
  const accepted = CASES.filter(([name]) => !name.startsWith("params"));
  test.each(accepted)("%s: %s", async (_name, model, { prompt, images, mask, ...asked }, body) => {
    const image = await paint(prompt, {
      ...asked,
      model,
      ...(images && { images: images.map((base64) => ({ base64 })) }),
      ...(mask !== undefined && { mask: { base64: mask } }),
    });
    expect(bodyOf(server())).toEqual(body);
    expect(server().requests[0]).toMatchObject({ operation: "InvokeModel", modelId: model });
    expect(image.images).toHaveLength(asked.n ?? 1);
    expect(image.mimeType).toBe(`image/${asked.outputFormat ?? "png"}`);
    const { width = 0, height = 0 } = readImageSize(image.data) ?? {};
    expect(Math.min(width, height)).toBeGreaterThan(0);
    expect(image).toMatchObject({ model, finishReason: "success", requestId: server().requests[0]?.id });
    expect(image.maskImage === undefined).toBe(!asked.tryOn?.returnMask);
  });
});

describe("what comes back", () => {
  test("are the good images, also beside what is no base64", async () => {
    const good = createPng(4, 4).toString("base64");
    server().enqueue({ status: 200, body: { images: [good, "<html>"] } });
    const error = await failureOf(paint("A cat", { model: TITAN, n: 2 }));
    expect(error).toMatchObject({ code: "ERR_MODEL", images: [{ data: good, mimeType: "image/png" }] });
    server().enqueue({ status: 200, body: { images: ["@@@"] } });
    expect(await failureOf(paint("A cat", { model: TITAN }))).toMatchObject({ code: "ERR_RESPONSE" });
  });

  test("has the size that was asked for, and is the same for the same seed", async () => {
    const options = { model: TITAN, size: "384x576", seed: 3 };
    const [first, again, other] = await Promise.all([
      paint("A cat", options),
      paint("A cat", options),
      paint("A cat", { ...options, seed: 4 }),
    ]);
    expect(readImageSize(first.data)).toEqual({ width: 384, height: 576 });
    expect(again.data).toBe(first.data);
    expect(other.data).not.toBe(first.data);
    expect([first.seed, other.seed]).toEqual([3, 4]);
    expect(first.cost).toBeUndefined();
    expect(first.warnings).toEqual([]);
  });

  test("is bytes, a stream and a blob of the same", async () => {
    const large = createPng(64, 64, 300_001);
    server().enqueue({ status: 200, body: { images: [large.toString("base64")] } });
    const image = await paint("A cat", { model: TITAN });
    const buffer = await image.toBuffer();
    expect(buffer).toBeInstanceOf(Buffer);
    expect(large.equals(buffer)).toBe(true);
    const pieces: Uint8Array[] = [];
    for await (const piece of image.toStream()) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(2);
    expect(large.equals(Buffer.concat(pieces))).toBe(true);
    const blob = await image.blob();
    expect(blob.type).toBe("image/png");
    expect(large.equals(Buffer.from(await blob.arrayBuffer()))).toBe(true);
  });

  test("is told by its bytes, whatever was asked for", async () => {
    const images = [createJpeg().toString("base64"), btoa("no image at all")];
    server().enqueue({ status: 200, body: { images } });
    const image = await paint("A cat", { model: TITAN, n: 2 });
    expect(image.images.map(({ mimeType }) => mimeType)).toEqual(["image/jpeg", "application/octet-stream"]);
  });

  test("shows no megabytes in JSON and logs, but has the response as received", async () => {
    const image = await paint("A cat", { model: ULTRA, seed: 5, size: "1920x1080" });
    expect(JSON.parse(JSON.stringify(image))).toEqual({
      model: ULTRA,
      images: [{ mimeType: "image/png", seed: 5, finishReason: "success" }],
      warnings: [{ code: "size_approximated", message: expect.stringContaining("16:9") as unknown }],
      requestId: server().requests[0]?.id,
    });
    expect(image.raw).toEqual({ seeds: [5], finish_reasons: [null], images: [image.data] });
  });

  test("knows the seed that the model took", async () => {
    const image = await paint("A cat", { model: ULTRA });
    expect(image.seed).toBeGreaterThan(0);
    expect(image.seed).toBe(image.images[0]?.seed);
  });
});

describe("saving", () => {
  const filesOf = (...parts: string[]): string[] => readdirSync(join(folder, ...parts)).sort();

  test("writes the bytes, and makes the folders", async () => {
    const image = await paint("A cat", { model: TITAN, size: "512x512" });
    const path = join(folder, "a", "b", "cat.png");
    expect(await image.save(path)).toEqual([path]);
    expect(readFileSync(path).toString("base64")).toBe(image.data);
    expect(filesOf("a", "b")).toEqual(["cat.png"]);
    expectTypeOf(image.save).returns.resolves.toEqualTypeOf<readonly string[]>();
  });

  test("gives several images numbers, and replaces old files", async () => {
    const image = await paint("A cat", { model: TITAN, size: "512x512", n: 3 });
    writeFileSync(join(folder, "cats-2.png"), "old");
    const paths = [1, 2, 3].map((number) => join(folder, `cats-${number}.png`));
    expect(await image.save(join(folder, "cats.png"))).toEqual(paths);
    expect(paths.map((path) => readFileSync(path).toString("base64"))).toEqual(image.images.map(({ data }) => data));
    expect(await image.images[1]?.save(join(folder, "one.v2"))).toBe(join(folder, "one.v2"));
    const bare = join(folder, "x.y", "cats");
    expect(await image.save(bare)).toEqual([`${bare}-1`, `${bare}-2`, `${bare}-3`]);
  });

  test("writes all images or none", async () => {
    const image = await paint("A cat", { model: TITAN, size: "512x512", n: 2 });
    const blocked = join(folder, "blocked");
    await image.images[0]?.save(join(blocked, "cat-2.png", "file"));
    await expect(image.save(join(blocked, "cat.png"))).rejects.toMatchObject({
      code: "ERR_INPUT",
      message: expect.stringMatching(/cat-2\.png" is there already, and is no file/) as unknown,
    });
    expect(filesOf("blocked")).toEqual(["cat-2.png"]);
  });

  test.each(["", "folder/", "file:///tmp/x.png", "https://x.invalid/x.png", "a\0b"])("refuses %j", async (path) => {
    const image = await paint("A cat", { model: TITAN, size: "512x512" });
    await expect(image.save(path)).rejects.toMatchObject({ code: "ERR_INPUT" });
    await expect(image.save(undefined as unknown as string)).rejects.toMatchObject({ code: "ERR_INPUT" });
  });
});

describe("images come from", () => {
  const png = createPng(64, 64);
  const base64 = png.toString("base64");
  const givenAway = new Uint8Array(8);
  structuredClone(givenAway, { transfer: [givenAway.buffer] });
  const fast = (source: NonNullable<Parameters<LLM["paint"]>[1]>["mask"] & {}, options?: Partial<LLMOptions>) =>
    clientOf(options).paint(undefined, { model: FAST, images: [source] });

  test("bytes, data: URLs, base64, paths and file: URLs", async () => {
    const path = join(folder, "source.png");
    writeFileSync(path, png);
    const sources = [png, `data:image/png;base64,${base64}`, { base64 }, path, new URL(`file://${path}`)];
    for (const source of sources) await fast(source);
    expect(server().requests.map(({ json }) => json)).toEqual(sources.map(() => ({ image: base64 })));
  });

  test("URLs, where they may", async () => {
    const { endpoint } = await startHttpServer((_request, response) => void response.end(png));
    const url = `http://${endpoint.host}`;
    await fast(`${url}/x.png`, { media: { allowPrivateAddresses: true } });
    expect(bodyOf(server())).toEqual({ image: base64 });
    expect(await failureOf(fast(`${url}/x.png`))).toMatchObject({ code: "ERR_MEDIA" });
  });

  test.each<readonly [unknown, string, RegExp]>([
    ["missing.png", "ERR_MEDIA", /there is no such file/],
    ["s3://bucket/cat.png", "ERR_INPUT", /images\[0\] is an object in S3/],
    [{ base64: btoa("a text, no image") }, "ERR_INPUT", /images\[0\]: its content is .*png, jpeg, gif, webp/],
    [new Uint8Array(), "ERR_INPUT", /images\[0\] is empty/],
    [givenAway, "ERR_INPUT", /images\[0\] is empty/],
    [7, "ERR_INPUT", /images\[0\] is number/],
    [null, "ERR_INPUT", /images\[0\] is null/],
  ])("never %j", async (source, code, message) => {
    const error = await failureOf(fast(source as string));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(server().requests).toHaveLength(0);
  });

  test("a mask like any other", async () => {
    await paint(undefined, { model: TITAN, images: [{ base64: IMAGE }], mask: Buffer.from(MASK, "base64") });
    expect(bodyOf(server())).toMatchObject({ inPaintingParams: { maskImage: MASK } });
    const failed = paint("x", { model: TITAN, images: [{ base64: IMAGE }], mask: "missing.png" });
    expect((await failureOf(failed)).message).toContain("missing.png");
  });
});

describe("what is filtered is an error", () => {
  test("when the request is refused", async () => {
    const error = await failureOf(paint("A naked king", { model: TITAN }));
    expect(error).toBeInstanceOf(ContentFilteredError);
    expect(error).toMatchObject({ code: "ERR_CONTENT_FILTERED", retryable: false, status: 400, model: TITAN });
    expect(error).toMatchObject({ requestId: server().requests[0]?.id, exception: "ValidationException" });
    expect(error.message).toContain("content filters");
    expect(server().requests).toHaveLength(1);
  });

  test("that keeps the images that came", async () => {
    const error = await failureOf(paint("Something partly blocked", { model: TITAN, n: 3, seed: 1 }));
    const { images = [] } = error as ContentFilteredError;
    expect(error).toMatchObject({
      name: "ContentFilteredError",
      code: "ERR_CONTENT_FILTERED",
      operation: "paint",
    });
    expect(error.message).toMatch(/^amazon\.titan-image-generator-v2:0: 2 of 3 images came: .*filters.*error\.images/);
    expect(images.map(({ mimeType, finishReason }) => [mimeType, finishReason])).toEqual([
      ["image/png", "success"],
      ["image/png", "success"],
    ]);
    const path = join(folder, "came.png");
    await images[0]?.save(path);
    expect(readFileSync(path).toString("base64")).toBe(images[0]?.data);
    expect(JSON.stringify(error).length).toBeLessThan(1000);
  });

  test.each([
    [ULTRA, "A naked king", /Filter reason: prompt/],
    [ULTRA, "partly blocked", /Filter reason: output image/],
    ["stability.stable-diffusion-xl-v1", "partly blocked", /CONTENT_FILTERED/],
  ])("of %s: %s", async (model, prompt, message) => {
    const error = await failureOf(paint(prompt, { model }));
    expect(error).toMatchObject({ code: "ERR_CONTENT_FILTERED", requestId: server().requests[0]?.id });
    expect(error.message).toMatch(message);
  });

  test("and what failed otherwise is one of the model", async () => {
    server().enqueue({ status: 200, body: { seeds: [1], finish_reasons: ["Inference error"] } });
    const error = await failureOf(paint("A cat", { model: ULTRA }));
    expect(error).toMatchObject({ name: "ModelError", code: "ERR_MODEL", images: [] satisfies ModelError["images"] });
    server().enqueue({ error: "ValidationException", message: "Malformed input request: #/x" });
    expect(await failureOf(paint("A cat", { model: ULTRA }))).toMatchObject({ name: "BadRequestError" });
    server().enqueue({ status: 200, body: { hello: 1 } });
    expect(await failureOf(paint("A cat", { model: ULTRA }))).toMatchObject({ code: "ERR_RESPONSE", model: ULTRA });
  });
});

describe("like all requests", () => {
  test("it is tried again, and carries headers", async () => {
    server().enqueue({ error: "ThrottlingException" });
    await paint("A cat", { model: TITAN, size: "512x512", headers: { "x-mine": "yes" } });
    expect(server().requests.map(({ headers }) => headers["x-mine"])).toEqual(["yes", "yes"]);
    server().enqueue({ error: "ThrottlingException" });
    const error = await failureOf(paint("A cat", { model: TITAN, maxRetries: 0 }));
    expect(error).toMatchObject({ code: "ERR_RATE_LIMIT", operation: "InvokeModel", model: TITAN });
  });

  test("it can be aborted", async () => {
    server().enqueue({ hang: true });
    const controller = new AbortController();
    const failed = failureOf(paint("A cat", { model: TITAN, signal: controller.signal }));
    while (server().requests.length === 0) await new Promise(setImmediate);
    controller.abort();
    expect(await failed).toMatchObject({ code: "ERR_ABORTED" });
    expect(await server().requests[0]?.closed).toBe("aborted");
  });

  test("middlewares stand around it", async () => {
    const seen: unknown[] = [];
    const shorten: Middleware = {
      async task(context, next) {
        if (context.operation !== "paint") return next();
        const result = await next({ ...context.request, seed: 9 });
        seen.push(context.operation, context.request.prompt, "images" in result && result.images.length);
        return result;
      },
    };
    const image = await clientOf({ middlewares: [shorten] }).paint("A cat", { model: TITAN, size: "512x512" });
    expect(seen).toEqual(["paint", "A cat", 1]);
    expect(image.seed).toBe(9);
  });

  test("another provider can do it, or not", async () => {
    const result: PaintResult = { model: "m", images: [{ base64: IMAGE }], cost: undefined, warnings: [], raw: {} };
    const chat = (): never => expect.unreachable();
    const provider: Provider = { name: "mine", chat, stream: chat, paint: () => Promise.resolve(result) };
    expect((await createLLM({ provider }).paint("x", { model: "m" })).data).toBe(IMAGE);
    const without = createLLM({ provider: { name: "mine", chat, stream: chat } });
    expect(await failureOf(without.paint("x", { model: "m" }))).toMatchObject({ code: "ERR_CAPABILITY" });
  });
});

describe("options", () => {
  test("that nobody knows are refused by name", async () => {
    const error = await failureOf(paint("x", { model: TITAN, sise: "1x1" } as object));
    expect(error).toMatchObject({
      code: "ERR_INPUT",
      message: expect.stringMatching(/sise: give .*size, /) as unknown,
    });
  });

  test.each<readonly [object, RegExp]>([
    [{ model: TITAN, images: "cat.png" }, /images is string: give a list/],
    [{ model: TITAN, signal: 5 }, /signal is number/],
    [{ model: 5 }, /The model is 5/],
    [{ model: TITAN, maxRetries: -1 }, /maxRetries is -1/],
    [{ model: TITAN, headers: { host: "x" } }, /header host/],
  ])("%o", async (options, message) => {
    const error: InputError = await failureOf(paint("x", options));
    expect(error.code).toBe("ERR_INPUT");
    expect(error.message).toMatch(message);
    expect(server().requests).toHaveLength(0);
  });

  test("the model may be the client's", async () => {
    expect(await failureOf(paint("x"))).toMatchObject({ code: "ERR_CONFIGURATION" });
    await clientOf({ defaultImageModel: TITAN }).paint("A cat");
    expect(server().requests[0]?.modelId).toBe(TITAN);
  });

  test("an ARN that hides its model takes baseModel", async () => {
    const arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl";
    server().enqueue({ status: 200, body: { images: [IMAGE] } });
    await paint("A cat", { model: arn, baseModel: TITAN });
    expect(server().requests[0]?.modelId).toBe(arn);
    expect((await failureOf(paint("A cat", { model: arn }))).message).toMatch(/Give baseModel/);
  });
});

test("a hole in images is refused before anything is sent", async () => {
  // eslint-disable-next-line no-sparse-arrays
  const images = [, IMAGE] as unknown[] as string[];
  expect((await failureOf(paint("A cat", { model: TITAN, images }))).message).toContain("images[0] is undefined");
  expect(server().requests).toHaveLength(0);
});

test("several images are not saved where no file can be", async () => {
  const image = await paint("A cat", { model: TITAN, size: "512x512", n: 2 });
  for (const path of ["", join(folder, "no-file/"), "."]) {
    expect(await failureOf(image.save(path))).toMatchObject({ code: "ERR_INPUT" });
  }
  expect(readdirSync(folder)).not.toContain("no-file");
});
