import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReceivedRequest } from "@node-llm/bedrock-local";
import { describe, expect, test, vi } from "vitest";
import type { EmbedInput } from "../../src/tasks/embed-input.ts";
import type { Embedding } from "../../src/tasks/embed.ts";
import type { EmbedOptions } from "../../src/tasks/embed-options.ts";
import type { OutputType, Vector } from "../../src/types/vector.ts";
import { bodyOf, createClient, failureOf, useServer } from "../support/bedrock.ts";
import { createJpeg, createPng } from "../support/media-files.ts";
import { createGate } from "../support/turns.ts";

const TITAN = "amazon.titan-embed-text-v2:0";
const MULTIMODAL = "amazon.titan-embed-image-v1";
const COHERE_3 = "cohere.embed-english-v3";
const COHERE_4 = "cohere.embed-v4:0";
const NOVA = "amazon.nova-2-multimodal-embeddings-v1:0";
const MARENGO_2 = "us.twelvelabs.marengo-embed-2-7-v1:0";
const MARENGO_3 = "twelvelabs.marengo-embed-3-0-v1:0";

// A server that embeds takes its time.
vi.setConfig({ testTimeout: 60_000 });

const server = useServer();

function embed<T extends OutputType = "float">(
  input: EmbedInput | readonly EmbedInput[],
  options: EmbedOptions<T>,
): Promise<Embedding<T>> {
  return createClient(server()).embed(input, options);
}

function cosine(a: Vector | undefined, b: Vector | undefined): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (const [at, value] of (a ?? new Float32Array()).entries()) {
    const other = b?.[at] ?? NaN;
    dot += value * other;
    ofA += value * value;
    ofB += other * other;
  }
  return dot / Math.sqrt(ofA * ofB);
}

test("a text becomes a Float32Array of the length asked for, with its tokens", async () => {
  const embedding = await embed("The concept of general relativity", { model: TITAN, dimensions: 512 });
  expect(embedding.vector).toBeInstanceOf(Float32Array);
  expect(embedding).toMatchObject({ dimensions: 512, model: TITAN, warnings: [] });
  expect(embedding.vector).toHaveLength(512);
  expect(embedding.vectors).toEqual([embedding.vector]);
  expect(embedding.usage?.inputTokens).toBeGreaterThan(3);
  expect(embedding.usage?.totalTokens).toBe(embedding.usage?.inputTokens);
  expect(embedding.requestIds).toEqual([server().requests[0]?.id]);
});

describe.each([
  ["amazon.titan-embed-text-v1", 1536],
  [TITAN, 1024],
  [MULTIMODAL, 1024],
  [COHERE_3, 1024],
  [COHERE_4, 1536],
  [NOVA, 3072],
  [MARENGO_2, 1024],
  [MARENGO_3, 512],
])("%s", (model, dimensions) => {
  test("brings related texts nearer than others, in the order of the inputs", async () => {
    const { vectors, ...embedding } = await embed(["a dog barks", "tax law", "the puppy and the hound"], { model });
    expect(embedding.dimensions).toBe(dimensions);
    expect(vectors.map(({ length }) => length)).toEqual([dimensions, dimensions, dimensions]);
    expect(cosine(vectors[0], vectors[2])).toBeGreaterThan(cosine(vectors[0], vectors[1]));
  });
});

test.each([MULTIMODAL, COHERE_3, COHERE_4, NOVA, MARENGO_2, MARENGO_3])("%s embeds images", async (model) => {
  const { vector } = await embed({ image: createPng(64, 64) }, { model });
  expect(vector.length).toBeGreaterThan(100);
});

test.each([MULTIMODAL, COHERE_4, MARENGO_3])("%s embeds a text and an image together", async (model) => {
  const [both, text] = [
    await embed({ text: "a car", image: createPng(64, 64) }, { model }),
    await embed("a car", { model }),
  ];
  expect(both.vector).not.toEqual(text.vector);
  expect(cosine(both.vector, text.vector)).toBeGreaterThan(0.2);
});

test.each([
  ["int8", Int8Array, 1024],
  ["uint8", Uint8Array, 1024],
  ["binary", Int8Array, 128],
  ["ubinary", Uint8Array, 128],
] as const)("Cohere gives %s", async (outputType, kind, length) => {
  const { vector, dimensions } = await embed("a", { model: COHERE_3, outputType });
  expect(vector).toBeInstanceOf(kind);
  expect(vector).toHaveLength(length);
  expect(dimensions).toBe(1024);
});

test("Titan's bits are packed like Cohere's", async () => {
  const { vector: floats } = await embed("a", { model: TITAN, dimensions: 256 });
  const { vector, dimensions } = await embed("a", { model: TITAN, dimensions: 256, outputType: "ubinary" });
  const bits = [...vector].flatMap((byte) => Array.from(byte.toString(2).padStart(8, "0"), Number));
  expect(bits).toEqual([...floats].map((value) => (value > 0 ? 1 : 0)));
  expect(dimensions).toBe(256);
});

test("normalize is done here where the model does not do it", async () => {
  const model = "amazon.titan-embed-text-v1";
  server().enqueue({ status: 200, body: { embedding: [3, 4], inputTextTokenCount: 1 } });
  expect((await embed("a", { model, normalize: true })).vector).toEqual(new Float32Array([0.6, 0.8]));
  server().enqueue({ status: 200, body: { embedding: [3, 4], inputTextTokenCount: 1 } });
  expect((await embed("a", { model, normalize: false })).vector).toEqual(new Float32Array([3, 4]));
});

test("inputType goes where it means something, and is told where it does not", async () => {
  await embed("a", { model: COHERE_3, inputType: "query" });
  expect(bodyOf(server())).toMatchObject({ input_type: "search_query" });
  const { warnings } = await embed("a", { model: TITAN, inputType: "query" });
  expect(warnings).toMatchObject([{ code: "input_type_dropped" }]);
});

test("params win, member by member", async () => {
  const params = { singleEmbeddingParams: { embeddingPurpose: "TEXT_RETRIEVAL", text: { truncationMode: "END" } } };
  await embed("a", { model: NOVA, params });
  expect(bodyOf(server())).toMatchObject({
    taskType: "SINGLE_EMBEDDING",
    singleEmbeddingParams: { embeddingPurpose: "TEXT_RETRIEVAL", text: { truncationMode: "END", value: "a" } },
  });
});

describe("documented answers", () => {
  const vectors = [
    [1, 2],
    [3, 4],
  ];
  test.each([
    ["amazon.titan-embed-text-v1", { embedding: [1, 2], inputTextTokenCount: 7 }, 7],
    [TITAN, { embedding: [1, 2], inputTextTokenCount: 7, embeddingsByType: { float: [1, 2] } }, 7],
    [TITAN, { inputTextTokenCount: 7, embeddingsByType: { float: [1, 2] } }, 7],
    [MULTIMODAL, { embedding: [1, 2], inputTextTokenCount: 7, message: null }, 7],
    [NOVA, { embeddings: [{ embeddingType: "TEXT", embedding: [1, 2], truncatedCharLength: 1 }] }, undefined],
    [MARENGO_2, { data: { embedding: [1, 2], embeddingOption: null, startSec: null } }, undefined],
    [MARENGO_3, { data: [{ embedding: [1, 2] }] }, undefined],
  ])("of %s: %j", async (model, body, tokens) => {
    server().enqueue({ status: 200, body });
    const { vector, usage } = await embed("a", { model });
    expect(vector).toEqual(new Float32Array([1, 2]));
    expect(usage?.inputTokens).toBe(tokens);
  });

  test.each([
    [COHERE_3, { id: "x", response_type: "embeddings_floats", embeddings: vectors, texts: ["a", "b"] }],
    [COHERE_3, { id: "x", response_type: "embeddings_by_type", embeddings: { float: vectors }, texts: ["a", "b"] }],
    [COHERE_4, { id: "x", response_type: "embeddings_by_type", embeddings: { float: vectors }, texts: ["a", "b"] }],
  ])("of %s: %j", async (model, body) => {
    server().enqueue({ status: 200, body, headers: { "x-amzn-bedrock-input-token-count": "5" } });
    const embedding = await embed(["a", "b"], { model });
    expect(embedding.vectors).toEqual([new Float32Array([1, 2]), new Float32Array([3, 4])]);
    expect(embedding.usage).toMatchObject({ inputTokens: 5, outputTokens: 0 });
  });

  test.each([
    [TITAN, {}],
    [TITAN, { embedding: ["1"] }],
    [TITAN, { embedding: [] }],
    [MULTIMODAL, { embedding: null, inputTextTokenCount: 0, message: "The image is broken." }],
    [COHERE_3, { embeddings: vectors }],
    [COHERE_3, { embeddings: {} }],
    [NOVA, { embeddings: [] }],
    [MARENGO_2, {}],
  ])("what is none fails: %s %j", async (model, body) => {
    server().enqueue({ status: 200, body });
    const error = await failureOf(embed("a", { model }));
    expect(error).toMatchObject({ code: "ERR_RESPONSE", model, operation: "InvokeModel" });
    expect(error.requestId).toBe(server().requests[0]?.id);
  });

  test("vectors of different lengths fail", async () => {
    server().enqueue({ status: 200, body: { embedding: [1] } }, { status: 200, body: { embedding: [1, 2] } });
    expect(await failureOf(embed(["a", "b"], { model: TITAN }))).toMatchObject({ code: "ERR_RESPONSE" });
  });

  test("a vector of other dimensions than were asked for fails, but for what params say", async () => {
    const reply = { status: 200, body: { embedding: [1, 2], inputTextTokenCount: 1 } };
    server().enqueue(reply, reply);
    const options = { model: TITAN, dimensions: 256 };
    expect(await failureOf(embed("a", options))).toMatchObject({
      code: "ERR_RESPONSE",
      message: expect.stringContaining("not Float32Array of 256"),
    });
    expect((await embed("a", { ...options, params: { dimensions: 2 } })).dimensions).toBe(2);
  });

  test("a count that is blank is not known", async () => {
    const body = { embeddings: { float: [[1, 2]] } };
    server().enqueue({ status: 200, body, headers: { "x-amzn-bedrock-input-token-count": "" } });
    expect((await embed("a", { model: COHERE_4 })).usage).toBeUndefined();
  });

  test("an error of the service is typed", async () => {
    server().enqueue({ error: "ValidationException", message: "The model is asleep." });
    expect(await failureOf(embed("a", { model: TITAN }))).toMatchObject({ name: "BadRequestError", model: TITAN });
  });
});

describe("usage and cost", () => {
  test("are those of all requests", async () => {
    const prices = { [TITAN]: { input: 20 } };
    const embedding = await createClient(server(), { prices }).embed(["one", "two", "three"], { model: TITAN });
    const tokens = embedding.usage?.inputTokens ?? NaN;
    expect(tokens).toBeGreaterThanOrEqual(3);
    expect(embedding.cost?.inputUsd).toBeCloseTo((tokens * 20) / 1e6, 12);
    expect(embedding.cost?.totalUsd).toBe(embedding.cost?.inputUsd);
    expect(embedding.requestIds).toHaveLength(3);
  });

  test("are not known when those of one request are not", async () => {
    const isSecond = ({ json }: { json: unknown }): boolean => JSON.stringify(json) === '{"inputText":"b"}';
    const embedding = Array.from({ length: 1024 }, () => 0.5);
    server().enqueue({ status: 200, body: { embedding }, match: { when: isSecond } });
    const llm = createClient(server(), { prices: { [TITAN]: { input: 20 } } });
    const { vectors, usage, cost } = await llm.embed(["a", "b", "c"], { model: TITAN, concurrency: 1 });
    expect([vectors.length, usage, cost]).toEqual([3, undefined, undefined]);
  });

  test("no cost is made up for images, nor without a price", async () => {
    const llm = createClient(server(), { prices: { [MULTIMODAL]: { input: 20 } } });
    expect((await llm.embed({ text: "a", image: createPng() }, { model: MULTIMODAL })).cost).toBeUndefined();
    expect((await llm.embed("a", { model: MULTIMODAL })).cost?.totalUsd).toBeGreaterThan(0);
    expect((await llm.embed("a", { model: COHERE_4 })).cost).toBeUndefined();
  });
});

describe("batches", () => {
  test("are as large as the model takes, in order", async () => {
    const texts = Array.from({ length: 200 }, (_, at) => `text number ${at}`);
    const { vectors } = await embed(texts, { model: COHERE_3 });
    const sizes = server().requests.map((_, at) => (bodyOf(server(), at)["texts"] as string[]).length);
    expect(sizes.sort((a, b) => a - b)).toEqual([8, 96, 96]);
    const { vector } = await embed("text number 150", { model: COHERE_3 });
    expect(vectors[150]).toEqual(vector);
  });

  test("hold one kind of input; the order is kept", async () => {
    const [png, jpeg] = [createPng(64, 64), createPng(64, 32)];
    const inputs = ["a", { image: png }, "b", { image: jpeg }, { text: "c", image: png }];
    const { vectors } = await embed(inputs, { model: COHERE_4, concurrency: 1 });
    expect(server().requests.map((_, at) => Object.keys(bodyOf(server(), at))[1])).toEqual([
      "texts",
      "images",
      "inputs",
    ]);
    for (const [at, input] of inputs.entries()) {
      expect(vectors[at]).toEqual((await embed(input, { model: COHERE_4 })).vector);
    }
  });

  test("of Cohere v3 hold one image, and no text beside it", async () => {
    const image = createPng(64, 64);
    await embed(["a", { image }, { image }, "b"], { model: COHERE_3, concurrency: 1 });
    const bodies = server().requests.map((_, at) => bodyOf(server(), at));
    expect(bodies.map(({ texts, images }) => [(texts as [])?.length, (images as [])?.length])).toEqual([
      [undefined, 1],
      [undefined, 1],
      [2, undefined],
    ]);
    expect(bodies.map((body) => body["input_type"])).toEqual(["image", "image", "search_document"]);
  });

  test("are split where a body could not hold them", async () => {
    server().enqueue(...[1, 2].map((at) => ({ status: 200, body: { embeddings: { float: [[at, 0]] } } })));
    const text = "x".repeat(5_000_000);
    const { vectors } = await embed([text, text], { model: COHERE_4 });
    expect(vectors).toHaveLength(2);
    expect(server().requests).toHaveLength(2);
  });

  test("no more than `concurrency` are under way, and no fewer", async () => {
    const llm = createClient(server());
    let [now, most] = [0, 0];
    const arrived = createGate();
    const count = (request: ReceivedRequest): boolean => {
      if (request.modelId !== TITAN) return false;
      most = Math.max(most, ++now);
      void request.closed.then(() => now--);
      if (now === 3) arrived.open();
      return false;
    };
    // A fourth would have all the time to come while three are held.
    const held = arrived.promise
      .then(() => llm.embed("a", { model: COHERE_3 }))
      .then(() => llm.embed("b", { model: NOVA }));
    const reply = { error: "ThrottlingException", waitFor: held, match: { modelId: TITAN } } as const;
    server().enqueue({ error: "ThrottlingException", match: { when: count } }, reply, reply, reply);
    await llm.embed(
      Array.from({ length: 30 }, (_, at) => `text ${at}`),
      { model: TITAN, concurrency: 3 },
    );
    expect(most).toBe(3);
    expect(server().requests).toHaveLength(35);
  });
});

test("no worker is started that has nothing to do", async () => {
  const { vectors } = await embed(["a", "b"], { model: TITAN, concurrency: Number.MAX_SAFE_INTEGER });
  expect(vectors).toHaveLength(2);
});

describe("images", () => {
  test("come from a file, a data: URL, base64 and bytes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "embed-"));
    try {
      const bytes = createJpeg(64, 64);
      const path = join(folder, "a.jpg");
      await writeFile(path, bytes);
      const base64 = bytes.toString("base64");
      const images = [path, new URL(`file://${path}`), `data:image/jpeg;base64,${base64}`, { base64 }, bytes];
      await embed(
        images.map((image) => ({ image })),
        { model: COHERE_3, concurrency: 2 },
      );
      const sent = server().requests.map((_, at) => (bodyOf(server(), at)["images"] as string[])[0]);
      expect(new Set(sent)).toEqual(new Set([`data:image/jpeg;base64,${base64}`]));
      expect(sent).toHaveLength(5);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("one that cannot be read is told, with what had come", async () => {
    const inputs = ["a", { image: "/nowhere/x.png" }];
    const error = await failureOf(embed(inputs, { model: MULTIMODAL, concurrency: 1 }));
    expect(error).toMatchObject({ code: "ERR_MEDIA" });
    expect(error.partial?.vectors?.map((vector) => vector !== undefined)).toEqual([true, false]);
  });
});

describe("bad input fails before anything is sent", () => {
  const png = createPng();
  test.each<readonly [string, EmbedInput | readonly EmbedInput[], EmbedOptions, string]>([
    ["nothing", [], { model: TITAN }, "ERR_INPUT There is nothing to embed"],
    ["blank text", ["a", " \n"], { model: TITAN }, "ERR_INPUT input[1] has no text"],
    ["too long", ["a", "x".repeat(2049)], { model: COHERE_3 }, "ERR_INPUT input[1] has 2049 characters"],
    ["too long for Titan", "x".repeat(50_001), { model: TITAN }, "50000"],
    ["no input", [{}], { model: TITAN }, "ERR_INPUT input[0] is {  }: give a text"],
    ["a stranger", [{ text: "a", img: png } as EmbedInput], { model: TITAN }, "input[0] is { text, img }"],
    ["a number", [7 as unknown as EmbedInput], { model: TITAN }, "input[0] is number"],
    ["null", [null as unknown as EmbedInput], { model: TITAN }, "input[0] is null"],
    ["a number as text", [{ text: 7 } as unknown as EmbedInput], { model: TITAN }, "type number"],
    ["an image", ["a", { image: png }], { model: TITAN }, "ERR_CAPABILITY input[1] has an image"],
    ["both", { text: "a", image: png }, { model: COHERE_3 }, "ERR_CAPABILITY input[0] has a text and an image"],
    ["both", { text: "a", image: png }, { model: NOVA }, "takes one of them"],
    [
      "an image in S3",
      { image: "s3://bucket/a.png" },
      { model: COHERE_4 },
      "ERR_CAPABILITY input[0] has an image in S3",
    ],
    ["no image", { image: Buffer.from("no image at all") }, { model: COHERE_4 }, "ERR_INPUT input[0]"],
    ["a GIF", { image: Buffer.from("GIF89a\x01\0\x01\0\0\0\0;") }, { model: COHERE_3 }, "reads png, jpeg"],
    [
      "a large image",
      { image: createPng(2, 2, 5_300_000) },
      { model: COHERE_3 },
      "ERR_INPUT input[0] is an image of 5.05 MB",
    ],
    ["dimensions", "a", { model: TITAN, dimensions: 1000 }, "ERR_CAPABILITY dimensions is 1000"],
    ["dimensions of one", "a", { model: COHERE_3, dimensions: 512 }, "takes 1024"],
    ["a type", "a", { model: TITAN, outputType: "int8" }, 'takes "float", "binary", "ubinary"'],
    ["a type that is none", "a", { model: TITAN, outputType: "double" as "float" }, "ERR_INPUT outputType"],
    ["truncate", "a", { model: TITAN, truncate: "end" }, 'ERR_CAPABILITY truncate is "end"'],
    ["truncate that is none", "a", { model: TITAN, truncate: "middle" as "end" }, "ERR_INPUT truncate"],
    ["inputType", "a", { model: TITAN, inputType: "doc" as "document" }, 'ERR_INPUT inputType is "doc"'],
    ["normalize", "a", { model: TITAN, normalize: "yes" as unknown as boolean }, "ERR_INPUT normalize"],
    ["normalised whole numbers", "a", { model: COHERE_3, normalize: true, outputType: "int8" }, "ERR_CAPABILITY"],
    ["params", "a", { model: TITAN, params: [] as unknown as Record<string, never> }, "ERR_INPUT params"],
    ["concurrency", "a", { model: TITAN, concurrency: 0 }, "ERR_INPUT concurrency is 0"],
    ["onProgress", "a", { model: TITAN, onProgress: 1 as unknown as () => void }, "ERR_INPUT onProgress"],
    [
      "an option",
      "a",
      { model: TITAN, dimension: 5 } as EmbedOptions,
      "ERR_INPUT embed() does not know the option dimension",
    ],
    ["a signal", "a", { model: TITAN, signal: 1 as unknown as AbortSignal }, "ERR_INPUT signal"],
    ["a header", "a", { model: TITAN, headers: { host: "x" } }, "ERR_INPUT The header host"],
    ["no model", "a", {}, "ERR_CONFIGURATION No model is set"],
    ["a chat model", "a", { model: "amazon.nova-lite-v1:0" }, "ERR_CAPABILITY It is not known how"],
    ["no resume", ["a"], { model: TITAN, resume: "x" as never }, "ERR_INPUT resume has no list of vectors"],
    ["resume of null", ["a"], { model: TITAN, resume: null as never }, "ERR_INPUT resume has no list of vectors"],
    [
      "resume without a list",
      ["a"],
      { model: TITAN, resume: { vectors: 5 as never } },
      "resume has no list of vectors",
    ],
    [
      "resume of other dimensions",
      ["a"],
      { model: TITAN, dimensions: 256, resume: { vectors: [new Float32Array(1024)] } },
      "not of float and 256",
    ],
    [
      "resume of as many bytes as there are dimensions",
      ["a"],
      { model: COHERE_3, dimensions: 1024, outputType: "ubinary", resume: { vectors: [new Uint8Array(1024)] } },
      "not of ubinary and 128",
    ],
    ["resume", ["a", "b"], { model: TITAN, resume: { vectors: [] } }, "ERR_INPUT resume has places for 0 vectors"],
    [
      "resume of a type",
      ["a", "b"],
      { model: TITAN, resume: { vectors: [new Int8Array(2), undefined] } },
      "not of float",
    ],
    [
      "resume of lengths",
      ["a", "b", "c"],
      { model: TITAN, resume: { vectors: [new Float32Array(2), new Float32Array(3), undefined] } },
      "resume.vectors[1]",
    ],
  ])("%s", async (_name, input, options, expected) => {
    const error = await failureOf(createClient(server()).embed(input, options));
    expect(`${error.code} ${error.message}`).toContain(expected);
    expect(server().requests).toHaveLength(0);
  });
});

test("the client's default model is asked", async () => {
  const llm = createClient(server(), { defaultEmbeddingModel: COHERE_3 });
  expect((await llm.embed("a")).model).toBe(COHERE_3);
  expect((await llm.embed("a", { model: TITAN })).model).toBe(TITAN);
});

test("an ARN that hides its model is asked as its base model", async () => {
  const model = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc123";
  server().enqueue({ status: 200, body: { embeddings: [[1, 2]] } });
  expect((await embed("a", { model, baseModel: COHERE_3 })).model).toBe(model);
  expect(server().requests[0]?.path).toContain(encodeURIComponent(model));
});

describe("middlewares", () => {
  test("stand around each batch, and may change it or answer it", async () => {
    const seen: unknown[] = [];
    const llm = createClient(server(), {
      middlewares: [
        {
          async task(context, next) {
            if (context.operation !== "embed") return next();
            seen.push(context.request.items);
            if (context.request.items[0]?.text === "cached") return { vectors: [new Float32Array(1024)] };
            return next({ ...context.request, items: context.request.items.map(() => ({ text: "masked" })) });
          },
        },
      ],
    });
    const { vectors, usage } = await llm.embed(["secret", "cached"], { model: TITAN, concurrency: 1 });
    expect(seen).toEqual([[{ text: "secret" }], [{ text: "cached" }]]);
    expect(server().requests).toHaveLength(1);
    expect(bodyOf(server())).toEqual({ inputText: "masked" });
    expect(vectors[1]).toEqual(new Float32Array(1024));
    expect(usage).toBeUndefined();
  });

  test.each([
    ["lose a vector", []],
    ["have a hole", Array(1)],
    ["give a list that is no typed array", [[1, 2]]],
    ["give an array of another type", [new Int8Array(1024)]],
    ["give another length than was asked for", [new Float32Array(512)]],
    ["give what is none", ["ab"]],
  ])("that %s are found out", async (_, vectors) => {
    // The wrong types are the point.
    const task = (): Promise<never> => Promise.resolve({ vectors } as never);
    const llm = createClient(server(), { middlewares: [{ task }] });
    const options = { model: TITAN, dimensions: 1024 };
    expect(await failureOf(llm.embed("a", options))).toMatchObject({ code: "ERR_RESPONSE" });
    expect(await failureOf(llm.embedStream(["a"], options).next())).toMatchObject({ code: "ERR_RESPONSE" });
  });
});

test("a provider without embeddings says so", async () => {
  const provider = { name: "mine", chat: () => Promise.reject(new Error("no")), stream: () => ({}) as never };
  const llm = createClient(server(), { provider });
  expect(await failureOf(llm.embed("a", { model: "x" }))).toMatchObject({ code: "ERR_CAPABILITY" });
});
