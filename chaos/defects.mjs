// Defects that are put around the library from outside, one for each promise, to see that the checks find them:
// `node chaos/find-defects.mjs` tells for each what was found.
import { connect } from "node:net";
import { runChaos, startServers } from "./harness.mjs";
import { planCall } from "./plans.mjs";

const SEED = 1;
const CALLS = 12;
/** Faults of streams that leave something to be lost. */
const BREAKING = ["cut", "close", "exception", "error"];
const CORRUPTING = ["corrupt-message", "corrupt-payload"];
const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

/** A `fetch` that changes the whole body of event streams before the library sees it. */
function createFetch(change) {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!response.headers.get("content-type")?.includes("eventstream")) return response;
    let bytes;
    try {
      bytes = Buffer.from(await response.arrayBuffer());
    } catch {
      throw new TypeError("fetch failed");
    }
    return new Response(change(bytes), { status: response.status, headers: response.headers });
  };
}

/** Gives every frame a checksum that fits, as if nobody looked at it. */
function mendChecksums(bytes) {
  for (let at = 0; at + PRELUDE_BYTES < bytes.length; at += bytes.readUInt32BE(at)) {
    const end = at + bytes.readUInt32BE(at);
    if (end > bytes.length || end <= at) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at, end - CRC_BYTES)), end - CRC_BYTES);
  }
  return bytes;
}

/** Swallows a piece of text in the middle, frame and all. */
function swallowFrame(bytes) {
  const kept = [];
  let pieces = 0;
  for (let at = 0; at + PRELUDE_BYTES < bytes.length;) {
    const end = at + bytes.readUInt32BE(at);
    const frame = bytes.subarray(at, end);
    if (!frame.includes("contentBlockDelta") || ++pieces !== 2) kept.push(frame);
    if (end <= at) break;
    at = end;
  }
  return Buffer.concat(kept);
}

/** Says that an answer that broke off was complete. */
function completeAnswer(bytes) {
  let whole = 0;
  while (whole + PRELUDE_BYTES < bytes.length && whole + bytes.readUInt32BE(whole) <= bytes.length) {
    whole += bytes.readUInt32BE(whole);
  }
  return bytes.includes("messageStop") ? bytes : Buffer.concat([bytes.subarray(0, whole), END]);
}

const END = createStop();

function createStop() {
  const headers = Object.entries({ ":event-type": "messageStop", ":message-type": "event" }).map(([name, value]) =>
    Buffer.concat([
      Buffer.from([name.length]),
      Buffer.from(name),
      Buffer.from([7, 0, value.length]),
      Buffer.from(value),
    ]),
  );
  const block = Buffer.concat(headers);
  const payload = Buffer.from('{"stopReason":"end_turn"}');
  const frame = Buffer.alloc(PRELUDE_BYTES + block.length + payload.length + CRC_BYTES);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(block.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  block.copy(frame, PRELUDE_BYTES);
  payload.copy(frame, PRELUDE_BYTES + block.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -CRC_BYTES)), frame.length - CRC_BYTES);
  return frame;
}

/** Changes what a request ends in. */
function createMiddleware(onError) {
  return {
    request: async (_, next) => {
      try {
        return await next();
      } catch (error) {
        throw onError(error);
      }
    },
  };
}

/** Runs every tool, and then some. */
function wrapTool(more) {
  return (tool) => ({
    ...tool,
    execute: async (args, context) => {
      await more(tool, args, context);
      return tool.execute(args, context);
    },
  });
}

const [FIRST] = listNumbers("ask");
const isFirst = (number) => number === FIRST;

/**
 * Each defect: what is put around the library, the calls and faults that it needs, and how the violation reads.
 *
 * @type {Record<string, { defect: import("./harness.mjs").Defect, finds: RegExp, calls?: string, kinds?: string[], rate?: number }>}
 */
const DEFECTS = {
  "checksums not verified": {
    defect: { options: { fetch: createFetch(mendChecksums) } },
    kinds: CORRUPTING,
    finds: /a fault went unnoticed|wrong answer/,
  },
  "a piece of a stream lost": {
    defect: { options: { fetch: createFetch(swallowFrame) } },
    rate: 0,
    finds: /wrong answer/,
  },
  "a broken answer taken for a complete one": {
    defect: { options: { fetch: createFetch(completeAnswer) } },
    kinds: ["cut"],
    finds: /wrong answer|a fault went unnoticed/,
  },
  "partial dropped": {
    defect: {
      options: {
        middlewares: [
          createMiddleware((error) => {
            Object.defineProperty(error, "partial", { value: undefined });
            return error;
          }),
        ],
      },
    },
    kinds: BREAKING,
    rate: 0.6,
    finds: /has no partial/,
  },
  "partial invented": {
    defect: {
      options: {
        middlewares: [
          createMiddleware((error) => {
            const partial = { content: "Lorem ipsum", parts: [{ type: "text", text: "Lorem ipsum" }] };
            Object.defineProperty(error, "partial", { value: partial });
            return error;
          }),
        ],
      },
    },
    kinds: BREAKING,
    rate: 0.6,
    finds: /partial\.content is/,
  },
  "an error that is not typed": {
    kinds: ["http-error"],
    defect: { options: { middlewares: [createMiddleware((error) => new Error("lost", { cause: error }))] } },
    finds: /not an LLMError/,
  },
  "a secret in an error": {
    kinds: ["http-error"],
    defect: {
      options: {
        middlewares: [
          createMiddleware((error) => Object.assign(error, { key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" })),
        ],
      },
    },
    finds: /shows the secret/,
  },
  "a tool run twice": {
    calls: "ask-tools",
    defect: { wrapTool: wrapTool((tool, args, context) => tool.execute(args, context)) },
    rate: 0,
    finds: /ran 2 times|tool calls ran, not/,
  },
  "a tool's result lost": {
    calls: "ask-tools",
    defect: { wrapTool: (tool) => ({ ...tool, execute: (args, context) => void tool.execute(args, context) }) },
    rate: 0,
    finds: /wrong answer/,
  },
  "a tool run with other arguments": {
    calls: "ask-tools",
    defect: {
      wrapTool: (tool) => ({ ...tool, execute: (_, context) => tool.execute({ city: "Nowhere", people: 1 }, context) }),
    },
    rate: 0,
    finds: /which the model never called/,
  },
  "a socket left": {
    calls: "ask",
    defect: {
      onCall: (number, url) => {
        if (isFirst(number)) connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
      },
    },
    rate: 0,
    finds: /TCPSocketWrap left/,
  },
  "a timer left": {
    calls: "ask",
    defect: { onCall: (number) => void (isFirst(number) && setTimeout(() => {}, 600_000)) },
    rate: 0,
    finds: /Timeout left/,
  },
  "a rejection left alone": {
    calls: "ask",
    defect: { onCall: (number) => void (isFirst(number) && Promise.reject(new Error("nobody cares"))) },
    rate: 0,
    finds: /unhandled rejection/,
  },
  "a listener for each call": {
    calls: "ask",
    defect: { onCall: () => void process.on("SIGUSR2", () => {}) },
    rate: 0,
    finds: /warning: MaxListenersExceeded/,
  },
};

/** @returns {Promise<Record<string, { isFound: boolean, violations: string[] }>>} */
export async function findDefects() {
  const found = {};
  const servers = await startServers(SEED);
  for (const [name, { defect, finds, calls = "stream", kinds, rate = 0.6 }] of Object.entries(DEFECTS)) {
    const { violations } = await runChaos({ seed: SEED, numbers: listNumbers(calls), rate, kinds, defect, servers });
    const texts = violations.map(({ what }) => what);
    found[name] = { isFound: texts.some((text) => finds.test(text)), violations: [...new Set(texts)].slice(0, 5) };
  }
  await servers.stop();
  return found;
}

/** The first calls of a kind that the program itself does not end early. */
function listNumbers(kind) {
  const numbers = [];
  for (let number = 1; numbers.length < CALLS; number++) {
    const plan = planCall(SEED, number);
    if (plan.kind === kind && !plan.interruption) numbers.push(number);
  }
  return numbers;
}
