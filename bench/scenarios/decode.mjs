// Decoding a ConverseStream response: from bytes to headers and payload of each event, without JSON.parse.
import { createEventStreamDecoder } from "@node-llm/core";
import { EventStreamCodec, UniversalEventStreamMarshaller } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { encodeLargeEvent, encodeStream } from "../lib/answer.mjs";
import { createFloorDecoder } from "../lib/floor-decoder.mjs";
import { raceTable, sharesOf, timesOf } from "../lib/tables.mjs";
import { race } from "../lib/workers.mjs";

const LABELS = {
  floor: "floor: no checksums",
  ours: "`@node-llm/core`",
  codec: "`@smithy/eventstream-codec`, given whole frames",
  sdk: "the AWS SDK's decoder (codec, its slicing and typing)",
};

const KB = 1000;

/** Whole events, or one large event; `chunkBytes` of 0 gives each event as one piece. */
const CASES = {
  events500: { name: "500 events, in pieces of 16 KB", events: 500, chunkBytes: 16_384 },
  events2000: { name: "2,000 events, in pieces of 16 KB", events: 2000, chunkBytes: 16_384 },
  events8000: { name: "8,000 events, in pieces of 16 KB", events: 8000, chunkBytes: 16_384 },
  events50000: { name: "50,000 events, in pieces of 16 KB", events: 50_000, chunkBytes: 16_384 },
  packets: { name: "2,000 events, in pieces of 1,460 bytes", events: 2000, chunkBytes: 1460 },
  whole: { name: "2,000 events, each in one piece", events: 2000, chunkBytes: 0 },
  crumbs: { name: "2,000 events, in pieces of 64 bytes", events: 2000, chunkBytes: 64 },
  large: { name: "1 event of 1 MB, in pieces of 16 KB", bytes: 1000 * KB, events: 1, chunkBytes: 16_384 },
  largePackets: { name: "1 event of 900 KB, in pieces of 1,460 bytes", bytes: 900 * KB, events: 1, chunkBytes: 1460 },
};

/** @typedef {(input: { frames: Buffer[], chunks: Buffer[] }) => number | Promise<number>} Decode gives payload bytes */

/** @type {Record<string, Decode>} */
const DECODERS = {
  floor({ chunks }) {
    let bytes = 0;
    const push = createFloorDecoder((type, payload) => {
      if (type !== "") bytes += payload.length;
    });
    for (const chunk of chunks) push(chunk);
    return bytes;
  },
  ours({ chunks }) {
    let bytes = 0;
    const decoder = createEventStreamDecoder();
    for (const chunk of chunks) {
      for (const { headers, payload } of decoder.push(chunk)) {
        if (headers[":event-type"] !== "") bytes += payload.length;
      }
    }
    decoder.end();
    return bytes;
  },
  codec({ frames }) {
    let bytes = 0;
    const codec = new EventStreamCodec(toUtf8, fromUtf8);
    for (const frame of frames) {
      const { headers, body } = codec.decode(frame);
      if (headers[":event-type"]?.value !== "") bytes += body.length;
    }
    return bytes;
  },
  async sdk({ chunks }) {
    let bytes = 0;
    const marshaller = new UniversalEventStreamMarshaller({ utf8Encoder: toUtf8, utf8Decoder: fromUtf8 });
    const body = (async function* () {
      yield* chunks;
    })();
    const messages = marshaller.deserialize(
      body,
      async (/** @type {Record<string, { body: Uint8Array }>} */ event) => event,
    );
    for await (const event of messages) for (const { body: payload } of Object.values(event)) bytes += payload.length;
    return bytes;
  },
};

/** @typedef {{ frames: Buffer[], chunks: Buffer[] }} Input */

/** @type {(work: import("../lib/workers.mjs").Work) => Input} */
function createInput({ events = 1, bytes = 0, chunkBytes = 0 }) {
  const frames = bytes > 0 ? [encodeLargeEvent(bytes)] : encodeStream(events);
  if (chunkBytes === 0) return { frames, chunks: frames };
  const body = Buffer.concat(frames);
  const count = Math.ceil(body.length / chunkBytes);
  // Copies: a socket's chunks do not share memory.
  const chunks = Array.from({ length: count }, (_, i) =>
    Buffer.from(body.subarray(i * chunkBytes, (i + 1) * chunkBytes)),
  );
  return { frames, chunks };
}

/**
 * @param {string} id
 * @returns {import("../lib/worker.mjs").Contestant}
 */
export function createContestant(id) {
  const decode = DECODERS[id];
  if (!decode) throw new Error(`There is no decoder ${id}.`);
  /** @type {Map<string, { input: Input, expected: unknown }>} */
  const inputs = new Map();
  return {
    async run(work) {
      const { name, events = 1, operations } = work;
      if (!inputs.has(name)) {
        const input = createInput(work);
        inputs.set(name, { input, expected: DECODERS["floor"]?.(input) });
      }
      const { input, expected } = inputs.get(name) ?? {};
      if (!input) return;
      for (let done = 0; done < operations; done += events) {
        if ((await decode(input)) !== expected) throw new Error(`${id} lost bytes of ${name}.`);
      }
    },
  };
}

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale }) {
  const cases = Object.values(CASES).map((shape) => {
    const operations = (shape.events === 1 ? 60 : 64_000) * scale;
    return { ...shape, operations, step: shape.events };
  });
  const { results, notes } = await race("decode", Object.keys(LABELS), cases, rounds);
  /** @type {(id: keyof typeof CASES) => number} */
  const share = (id) => sharesOf(results[CASES[id].name])["ours"] ?? NaN;
  /** @type {(id: keyof typeof CASES) => number} */
  const time = (id) => results[CASES[id].name]?.["ours"]?.wallUs ?? NaN;
  /** The SDK's decoder stands for the SDK. @type {<T>(byId: Record<string, T>) => Record<string, T>} */
  const byClient = ({ floor, ours, sdk }) => ({
    ...(floor !== undefined && { floor }),
    ...(ours !== undefined && { ours }),
    ...(sdk !== undefined && { "aws-sdk-http1": sdk }),
  });
  const shown = {
    "decode, 16 KB pieces": CASES.events2000.name,
    "decode, 1,460-byte pieces": CASES.packets.name,
    "decode, 900 KB event": CASES.largePackets.name,
  };
  return {
    title: "Decoding",
    text: "Per event, of some 175 bytes where its size is not named: from the response's bytes to each event's headers and payload.",
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, LABELS)),
    notes,
    measured: {
      decode: Math.min(share("events500"), share("events2000"), share("events50000"), share("packets")),
      decodeSmall: Math.min(share("whole"), share("crumbs")),
      decodeFlat: time("events50000") / time("events500"),
      decodeLarge: share("largePackets"),
    },
    cells: { "decode 1 event": byClient(timesOf(results[CASES.events2000.name])) },
    shares: Object.fromEntries(
      Object.entries(shown).map(([title, name]) => [title, byClient(sharesOf(results[name]))]),
    ),
  };
}
