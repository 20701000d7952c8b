import { expectTypeOf, test } from "vitest";
import type { LLM } from "../../src/llm.ts";
import type { OutputType } from "../../src/types/vector.ts";

declare const llm: LLM;

test("vectors have the type that was asked for", () => {
  const floats = () => llm.embed("a");
  expectTypeOf<Awaited<ReturnType<typeof floats>>["vector"]>().toEqualTypeOf<Float32Array>();
  const bytes = () => llm.embed(["a"], { model: "m", outputType: "int8" });
  expectTypeOf<Awaited<ReturnType<typeof bytes>>["vectors"]>().toEqualTypeOf<readonly Int8Array[]>();
  const bits = () => llm.embed("a", { outputType: "ubinary" });
  expectTypeOf<Awaited<ReturnType<typeof bits>>["vector"]>().toEqualTypeOf<Uint8Array>();
  const any = (outputType: OutputType) => llm.embed("a", { outputType });
  expectTypeOf<Awaited<ReturnType<typeof any>>["vector"]>().toEqualTypeOf<Float32Array | Int8Array | Uint8Array>();
  const stream = () => llm.embedStream(["a"], { outputType: "int8" }).next();
  expectTypeOf<
    Extract<Awaited<ReturnType<typeof stream>>, { done?: false }>["value"]["vector"]
  >().toEqualTypeOf<Int8Array>();
});

test("documents keep their type", () => {
  const texts = (documents: readonly string[]) => llm.rerank("q", documents);
  expectTypeOf<Awaited<ReturnType<typeof texts>>["results"][number]["document"]>().toEqualTypeOf<string>();
  const objects = () => llm.rerank("q", [{ id: 1, text: "a" }]);
  expectTypeOf<Awaited<ReturnType<typeof objects>>["results"][number]["document"]["id"]>().toEqualTypeOf<number>();
});
