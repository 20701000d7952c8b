// Decoding a ConverseStream response: from bytes to headers and payload of each event, without JSON.parse.
import { createEventStreamDecoder } from "@node-llm/core";
import { EventStreamCodec, UniversalEventStreamMarshaller } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { encodeStream } from "../lib/answer.mjs";
import { createFloorDecoder } from "../lib/floor-decoder.mjs";
import { atLeast, atMost, raceTable } from "../lib/tables.mjs";
import { race } from "../lib/workers.mjs";

const LABELS = {
  floor: "floor: no checksums",
  ours: "`@node-llm/core`",
  codec: "`@smithy/eventstream-codec`, given whole frames",
  sdk: "the AWS SDK's decoder (codec, its slicing and typing)",
};

const CASES = [
  { events: 500, chunkBytes: 16_384 },
  { events: 2000, chunkBytes: 16_384 },
  { events: 8000, chunkBytes: 16_384 },
  { events: 2000, chunkBytes: 1460 },
].map((shape) => ({ ...shape, name: `${shape.events} events, in pieces of ${shape.chunkBytes} bytes` }));

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
    const messages = marshaller.deserialize(body, async (/** @type {Record<string, any>} */ event) => event);
    for await (const event of messages) for (const type in event) bytes += event[type].body.length;
    return bytes;
  },
};

/** @type {(events: number, chunkBytes: number) => { frames: Buffer[], chunks: Buffer[] }} */
function createInput(events, chunkBytes) {
  const frames = encodeStream(events);
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
  /** @type {Map<string, ReturnType<typeof createInput>>} */
  const inputs = new Map();
  return {
    async run({ name, events, chunkBytes, operations }) {
      const input = inputs.get(name) ?? createInput(events, chunkBytes);
      inputs.set(name, input);
      const expected = DECODERS["floor"]?.(input);
      for (let done = 0; done < operations; done += events) {
        if ((await decode(input)) !== expected) throw new Error(`${id} lost bytes of ${name}.`);
      }
    },
  };
}

/** @param {import("../run.mjs").Context} context */
export async function run({ rounds, scale }) {
  const cases = CASES.map((work) => ({ ...work, operations: 40_000 * scale }));
  const results = await race("decode", Object.keys(LABELS), cases, rounds);
  const ours = CASES.map(({ name }) => results[name]?.["ours"]?.wallUs ?? NaN);
  const ratios = CASES.map(({ name }, i) => (results[name]?.["codec"]?.wallUs ?? NaN) / (ours[i] ?? NaN));
  const [at500 = NaN, , at8000 = NaN] = ours;
  const middle = results[CASES[1]?.name ?? ""] ?? {};
  return {
    title: "Decoding",
    text: "Per event, of some 175 bytes: from the response's bytes to each event's headers and payload.",
    tables: CASES.map(({ name }) => raceTable(name, results[name] ?? {}, LABELS)),
    goals: [
      atLeast("decoding, times `@smithy/eventstream-codec`, worst case", Math.min(...ratios), 4),
      atMost(
        "decoding, cost per event at 8,000 events over that at 500",
        at8000 / at500,
        1.15,
        (n) => `${n.toFixed(2)}×`,
      ),
    ],
    summary: {
      "decode 1 event": { floor: middle["floor"], ours: middle["ours"], "aws-sdk-http1": middle["sdk"] },
    },
  };
}
