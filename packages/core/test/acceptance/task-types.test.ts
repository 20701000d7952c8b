import { describe, expectTypeOf, test } from "vitest";
import type {
  AsyncInvocation,
  BatchJob,
  Chat,
  CountTokensInput,
  CountTokensOptions,
  CountTokensResult,
  DoctorReport,
  Embedded,
  Embedding,
  EmbedOptions,
  EmbedStreamOptions,
  GeneratedImage,
  GuardrailInfo,
  ImageFile,
  InvokeOptions,
  InvokeResult,
  InvokeStream,
  ListedModel,
  LLM,
  ModelInfo,
  ModerateOptions,
  ModerateResult,
  Moderation,
  ModerationItem,
  PaintOptions,
  RankedDocument,
  RequestOptions,
  RerankOptions,
  TaskContext,
} from "../../src/index.ts";

// What is written in these functions is only type-checked, never run.
const check = (use: (llm: LLM) => unknown): void => {
  expectTypeOf(use).toBeFunction();
};

describe("what tasks give", () => {
  test("has types with names", () => {
    check(async (llm) => {
      expectTypeOf(await llm.paint("x")).toEqualTypeOf<GeneratedImage>();
      expectTypeOf((await llm.paint("x")).images).toEqualTypeOf<readonly ImageFile[]>();
      expectTypeOf(await llm.embed("x")).toEqualTypeOf<Embedding>();
      expectTypeOf(await llm.moderate("x")).toEqualTypeOf<Moderation>();
      expectTypeOf((await llm.moderate(["x"])).results).toEqualTypeOf<readonly ModerateResult[]>();
      expectTypeOf(await llm.countTokens("x")).toEqualTypeOf<CountTokensResult>();
      expectTypeOf(await llm.invoke("x", {})).toEqualTypeOf<InvokeResult>();
      expectTypeOf(await llm.invoke("x", {}, { stream: true })).toEqualTypeOf<InvokeStream>();
      expectTypeOf(await llm.video("x", { model: "m", outputUri: "s3://b/c" })).toEqualTypeOf<AsyncInvocation>();
      expectTypeOf(await llm.batch.get("x")).toEqualTypeOf<BatchJob>();
      expectTypeOf(await llm.models.find("x")).toEqualTypeOf<ModelInfo | undefined>();
      expectTypeOf(await llm.models.list()).toEqualTypeOf<readonly ListedModel[]>();
      expectTypeOf(await llm.guardrails.list()).toEqualTypeOf<readonly GuardrailInfo[]>();
      expectTypeOf(await llm.doctor()).toEqualTypeOf<DoctorReport>();
    });
  });

  test("has vectors of the type that was asked for", () => {
    check(async (llm) => {
      expectTypeOf((await llm.embed("x")).vector).toEqualTypeOf<Float32Array>();
      expectTypeOf((await llm.embed(["x"], { outputType: "int8" })).vectors).toEqualTypeOf<readonly Int8Array[]>();
      expectTypeOf((await llm.embed("x", { outputType: "ubinary" })).vector).toEqualTypeOf<Uint8Array>();
      for await (const each of llm.embedStream(["x"])) expectTypeOf(each).toEqualTypeOf<Embedded>();
    });
  });

  test("has the documents that were given", () => {
    check(async (llm) => {
      const products = [{ id: 1, text: "x" }];
      const { results } = await llm.rerank("x", products, { model: "m" });
      expectTypeOf(results).toEqualTypeOf<readonly RankedDocument<{ id: number; text: string }>[]>();
    });
  });

  test("cannot be changed", () => {
    // @ts-expect-error the list is the result's
    check(async (llm) => ((await llm.moderate(["x"])).results.length = 0));
    // @ts-expect-error and so are its members
    check(async (llm) => ((await llm.paint("x")).model = "y"));
  });
});

describe("what tasks take", () => {
  test("begins with the same options for all", () => {
    expectTypeOf<keyof RequestOptions>().toEqualTypeOf<"signal" | "timeouts" | "maxRetries" | "headers">();
    expectTypeOf<PaintOptions & EmbedOptions & ModerateOptions>().toExtend<RequestOptions>();
    expectTypeOf<RerankOptions & CountTokensOptions & InvokeOptions>().toExtend<RequestOptions>();
    type Own<T> = Exclude<keyof T, keyof RequestOptions>;
    expectTypeOf<Own<RerankOptions>>().toEqualTypeOf<"model" | "baseModel" | "topN" | "via" | "params">();
    expectTypeOf<Own<ModerateOptions>>().toEqualTypeOf<
      "source" | "guardrail" | "outputScope" | "checks" | "threshold" | "concurrency"
    >();
    expectTypeOf<Own<CountTokensOptions>>().toEqualTypeOf<"model" | "baseModel" | "question" | "images" | "files">();
    expectTypeOf<Exclude<keyof EmbedOptions, keyof EmbedStreamOptions>>().toEqualTypeOf<"resume">();
  });

  test("is what its type says, and nothing beside", () => {
    check((llm) => llm.moderate([{ text: "x", images: ["a.png"] }, "y"] satisfies readonly ModerationItem[]));
    check((llm, chat = llm.chat("x") as Chat<unknown>) => llm.countTokens(chat, { question: "x" }));
    check((llm) => llm.countTokens({ messages: [], system: "x" } satisfies CountTokensInput));
    // @ts-expect-error a misspelt option
    check((llm) => llm.paint("x", { sise: "1024x1024" }));
    // @ts-expect-error a task that no model has
    check((llm) => llm.paint("x", { task: "repaint" }));
    // @ts-expect-error a type of numbers that no model has
    check((llm) => llm.embed("x", { outputType: "float16" }));
    // @ts-expect-error a category that checks do not know
    check((llm) => llm.moderate("x", { checks: { contentFilter: ["RUDENESS"] } }));
    // @ts-expect-error a list cannot be embedded as one input
    check((llm) => llm.embed([["x"]]));
  });

  test("is told to middlewares by its operation", () => {
    expectTypeOf<TaskContext["operation"]>().toEqualTypeOf<
      "paint" | "embed" | "moderate" | "rerank" | "count_tokens"
    >();
    const read = (context: TaskContext): unknown =>
      context.operation === "rerank" ? expectTypeOf(context.request.query).toEqualTypeOf<string>() : undefined;
    expectTypeOf(read).toBeFunction();
  });
});
