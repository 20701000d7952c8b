// A process whose memory is measured. argv: "idle", "chats", "streams" or "images"; the client; its target and its images as
// JSON. Run with --expose-gc. Sends bytes as { bytes, heapBytes }.
import { answerText, streamLength } from "./answer.mjs";
import { readImage } from "./images.mjs";
import { readPeak, resetPeak } from "./measure.mjs";

/** Streams that are open before the measured ones: what the first ones load and allocate is not a stream's. */
const OPEN_BEFORE = 32;
const OPEN = 256;
const CHATS = 640;
const STREAMS = 48;
const IN_FLIGHT = 16;

const [mode = "", id = "", target = "", images = "{}"] = process.argv.slice(2);
/** @type {{ create: (target: import("./target.mjs").Target) => import("./target.mjs").Client }} */
const { create } = await import(`../clients/${id}.mjs`);
const client = create(JSON.parse(target));

/** @type {Record<string, () => Promise<{ bytes: number, heapBytes: number }>>} */
const MODES = {
  async idle() {
    await openStreams(OPEN_BEFORE);
    const before = await settle();
    await openStreams(OPEN);
    const after = await settle();
    return { bytes: (after.bytes - before.bytes) / OPEN, heapBytes: (after.heapBytes - before.heapBytes) / OPEN };
  },
  async chats() {
    await repeat(CHATS, async () => expect(await client.chat(), answerText()));
    return { bytes: readPeak(), heapBytes: NaN };
  },
  async streams() {
    await repeat(STREAMS, async () => {
      let length = 0;
      await client.stream((text) => (length += text.length));
      expect(length, streamLength(500));
    });
    return { bytes: readPeak(), heapBytes: NaN };
  },
  async images() {
    /** @type {{ files: import("./images.mjs").ImageFile[], small: import("./images.mjs").ImageFile }} */
    const { files, small } = JSON.parse(images);
    const read = files.map(readImage);
    for (let i = 0; i < 5; i++) await client.sendImages([readImage(small)]);
    await settle();
    resetPeak();
    const before = process.memoryUsage.rss();
    expect(await client.sendImages(read), answerText());
    return { bytes: Math.max(0, readPeak() - before), heapBytes: NaN };
  },
};

/** @type {(count: number) => Promise<unknown>} resolves when each has had its first text; they stay open */
function openStreams(count) {
  const open = () =>
    new Promise((resolve, reject) => {
      client.stream(resolve).catch(reject);
    });
  return Promise.all(Array.from({ length: count }, open));
}

/** Collects what is garbage, and lets finalizers run. */
async function settle() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { bytes: rss, heapBytes: heapUsed + external };
}

/** @type {(calls: number, call: () => Promise<void>) => Promise<void>} */
async function repeat(calls, call) {
  let left = calls;
  const keepCalling = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, keepCalling));
}

/** @type {(received: unknown, expected: unknown) => void} */
function expect(received, expected) {
  if (received !== expected) throw new Error(`${id} answered ${JSON.stringify(received)}.`);
}

/** @type {(message: object) => void} */
const report = (message) => {
  process.send?.(message, () => process.exit());
};
try {
  report((await MODES[mode]?.()) ?? { error: `There is no mode ${mode}.` });
} catch (error) {
  report({ error: error instanceof Error ? error.message : String(error) });
}
