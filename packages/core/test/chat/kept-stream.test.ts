import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { ChatStream } from "../../src/chat/stream.ts";
import { createLLM } from "../../src/llm.ts";
import type { Provider, ProviderStream } from "../../src/provider.ts";
import { MODEL } from "../support/bedrock.ts";

const result = {
  model: MODEL,
  parts: [{ type: "text", text: "Hi" }] as const,
  finishReason: "end_turn",
  warnings: [],
  metadata: {},
  raw: {},
};

/** Made here, as an error keeps who threw it until its stack is read. */
const broken = new Error("broken");

setFlagsFromString("--expose-gc");
const gc: unknown = runInNewContext("gc");

/** Whether an object is still there when memory has been cleaned up. */
async function isKept(ref: WeakRef<object> | undefined): Promise<boolean> {
  // A `WeakRef` holds what it refers to until the job that made it is over.
  await new Promise((resolve) => setImmediate(resolve));
  if (typeof gc !== "function") throw new Error("This platform cannot clean up its memory.");
  Reflect.apply(gc, undefined, []);
  return ref?.deref() !== undefined;
}

function createSource(isFailing: boolean): ProviderStream {
  let chunks = 1;
  return {
    next: async () => {
      if (chunks-- > 0) return { done: false, value: { type: "text", content: "Hi" } };
      if (isFailing) throw broken;
      return { done: true, value: result };
    },
    return: () => undefined,
  };
}

/** A stream of which one chunk was read, and a reference to where it comes from. */
async function begin(
  isFailing: boolean,
): Promise<{ stream: ChatStream; iterator: AsyncIterator<unknown>; source: WeakRef<object> | undefined }> {
  let source: WeakRef<object> | undefined;
  const stream = (): ProviderStream => {
    const made = createSource(isFailing);
    source = new WeakRef(made);
    return made;
  };
  const provider: Provider = { name: "mine", chat: () => Promise.reject(new Error("unasked")), stream };
  const begun = createLLM({ provider }).chat(MODEL).stream("Hi");
  const iterator = begun[Symbol.asyncIterator]();
  await iterator.next();
  return { stream: begun, iterator, source };
}

test.each(["complete", "failed", "left"])("a stream that is %s keeps nothing of where it came from", async (ending) => {
  const { stream, iterator, source } = await begin(ending === "failed");
  expect(await isKept(source)).toBe(true);
  if (ending === "left") await iterator.return?.();
  const response = await stream.response().catch((error: unknown) => error);
  expect(await isKept(source)).toBe(false);
  expect(await stream.response().catch((error: unknown) => error)).toBe(response);
});
