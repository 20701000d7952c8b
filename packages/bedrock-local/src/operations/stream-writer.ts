import type { Exchange } from "../exchange.ts";
import { type FrameWriter, withFrameFaults } from "../fault-injection.ts";
import { type Random, randomInteger } from "../random.ts";
import type { OperationContext } from "./operation.ts";

/** A writer that does what the server's options say: frames as they are, or cut at random, or struck by faults. */
export function createStreamWriter({ exchange, random, randomCuts, faultPlan }: OperationContext): FrameWriter {
  const writer = randomCuts ? createCuttingWriter(exchange, random) : createPlainWriter(exchange);
  return faultPlan === undefined ? writer : withFrameFaults(writer, exchange, faultPlan);
}

function createPlainWriter(exchange: Exchange): FrameWriter {
  return { write: (frame) => exchange.write(frame), flush: async () => {}, end: async () => exchange.end() };
}

/** Waits before each piece. Waits shorter than a timer can measure are saved up. */
export function createPace({ tokensPerSecond, sleep, exchange }: OperationContext): () => Promise<void> {
  let owedMs = 0;
  return async () => {
    owedMs += 1000 / tokensPerSecond;
    if (owedMs < 1) return;
    const wholeMs = Math.floor(owedMs);
    owedMs -= wholeMs;
    await sleep(wholeMs, exchange.signal);
  };
}

/**
 * Writes the bytes in slices of random length that ignore where frames begin: a frame comes in parts, and the last part
 * comes together with the next frame.
 */
function createCuttingWriter(exchange: Exchange, random: Random): FrameWriter {
  let held: Uint8Array = new Uint8Array();
  const flush = async (): Promise<void> => {
    const bytes = held;
    held = new Uint8Array();
    if (bytes.byteLength > 0) await exchange.write(bytes);
  };
  return {
    async write(frame): Promise<void> {
      const bytes = Buffer.concat([held, frame]);
      const first = randomInteger(random, 1, bytes.byteLength);
      const second = randomInteger(random, first, bytes.byteLength);
      await exchange.write(bytes.subarray(0, first));
      if (second > first) await exchange.write(bytes.subarray(first, second));
      held = bytes.subarray(second);
    },
    flush,
    async end(): Promise<void> {
      await flush();
      exchange.end();
    },
  };
}
