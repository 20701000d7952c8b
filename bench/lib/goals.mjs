// The goals, and, for those that are missed, why. The only place that knows either.
import { formatKb, formatMs, formatTimes, table } from "./tables.mjs";

/**
 * @typedef {object} Goal
 * @property {string} what
 * @property {"least" | "most"} limitIs whether the value must be at least or at most the limit
 * @property {number} limit
 * @property {(value: number) => string} format
 * @property {string} why it is missed, when it is: the limit that was found, measured. Not shown when it is met
 *
 * @typedef {object} Verdict
 * @property {string} what
 * @property {string} measured
 * @property {string} limit
 * @property {boolean} passed
 * @property {string} shortBy "" when it is met
 * @property {string} why "" when it is met
 */

const KB = 1024;

/** @type {(what: string, limit: number, why?: string) => Goal} a share of the floor */
const share = (what, limit, why = "") => ({ what, limitIs: "least", limit, format: formatTimes, why });
/** @type {(what: string, limit: number, format?: (value: number) => string, why?: string) => Goal} */
const most = (what, limit, format = formatTimes, why = "") => ({ what, limitIs: "most", limit, format, why });

/** By name, in the order of the table. @type {Readonly<Record<string, Goal>>} */
export const GOALS = {
  sign: share(
    "signing 1 KB, share of the floor",
    0.9,
    "0.81 to 0.90 beside the floor in one process on a busy machine; with the headers' frame, or the signing key, kept unasked, it is 1 to 2 % more",
  ),
  decode: share(
    "decoding in pieces of 16 KB and of 1,460 bytes, share of the floor, the worst",
    0.7,
    "checksums of every frame, which the floor skips, and one object per event",
  ),
  decodeSmall: share(
    "decoding in pieces of 64 bytes and of one event, share of the floor, the worst",
    0.7,
    "an event that spans pieces is put together in a buffer of its own, which takes some 0.5 µs with its views, and each piece that is copied 0.1; connections give more at a time",
  ),
  decodeFlat: most("decoding, cost per event at 50,000 events over that at 500", 1.15),
  decodeLarge: share(
    "one event of 900 KB in pieces of 1,460 bytes, share of the floor",
    0.9,
    "the checksum of 900 KB, which the floor skips, takes zlib 0.3 ms; the floor's copy takes 0.24 or 0.5 ms, by what the memory was before (1.15 in another run)",
  ),
  chat1: share("chat, 1 in flight, share of the floor", 0.8),
  chat64: share(
    "chat, 64 in flight, share of the floor",
    0.7,
    "some 60 µs of CPU above node:http; left out one by one, signing makes 20 to 30 of them, timeouts 5 to 8, reading the answer 6; after 10,000 chats its CPU is 0.70 of the floor, before that V8 still compiles",
  ),
  stream1: share("1 stream, share of the floor", 0.8),
  stream32: share(
    "32 streams, share of the floor",
    0.85,
    "the cost per request, and code that V8 still compiles: after some 1,000 streams its CPU is 0.9 to 1.0 of the floor",
  ),
  firstText: most(
    "time to the first text, over the floor",
    1.4,
    formatTimes,
    "some 140 µs: 60 are those of any chat, the others decode the first frames and hand them through to the reader",
  ),
  slow: most(
    "CPU per event of slow streams, over the floor",
    1.2,
    formatTimes,
    "three layers of promises from the socket to the reader, and the cost per request over 40 events; 1.20 in a process that has read 1,300 such streams",
  ),
  chatMemory: most(
    "peak memory of chats, over the floor's own program",
    1,
    formatTimes,
    "of 3.9 MB, 1.2 are there once the code is loaded and 3.1 after the first chat: code, more than the floor has",
  ),
  streamMemory: most(
    "peak memory of streams, over the floor's own program",
    1,
    formatTimes,
    "of 9.5 MB, 1.2 are there once the code is loaded and 6.8 after the first stream, 4 of these for V8's compiler, which the floor starts later; V8's young generation makes 3",
  ),
  cold: most(
    "first answer of a cold process, after an empty module",
    45,
    formatMs,
    "the machine's load: the build that took 31.9 ms a day before takes as long beside today's. Of some 117 million instructions above an empty module, 56 are the floor's, 37 find, compile and run the start, 24 compile and run the call",
  ),
  conversation: most(
    "turn 400 of a conversation, CPU over a floor that renders and hashes all of it",
    0.25,
    formatTimes,
    "it changes from run to run with V8's collections: 0.23 the day before, and 0.14 when this scenario was run again by itself",
  ),
  imageCpu: most("18.5 MB of images, CPU over the floor", 1.1),
  imageMemory: most(
    "18.5 MB of images, growth of memory",
    4 * KB * KB,
    formatKb,
    "the history keeps a copy of its own of the 18.5 MB, so that nobody can change it",
  ),
  bundleNode: most(
    "chat-only bundle for Node, min+gzip",
    12 * KB,
    formatKb,
    "synchronous checks (3 KB), endpoints and profiles (2 KB), error messages (2.4 KB), retries and timeouts, prices; see tools/size.mjs",
  ),
  bundleBrowser: most("chat-only bundle for a browser, min+gzip", 12 * KB, formatKb, "as for Node"),
  bundleAll: most(
    "bundle of everything, min+gzip",
    40 * KB,
    formatKb,
    "every operation, the tables of models, limits and prices, and the chain of credentials",
  ),
  installed: most("installed bytes", 0.8 * KB * KB, formatKb),
  packages: most("installed packages", 1, String),
};

/**
 * @param {Readonly<Record<string, number>>} measured by name of the goal
 * @returns {Verdict[]} in the order of {@link GOALS}; goals that were not measured are left out
 * @throws {Error} when there is no goal of a name
 */
export function judge(measured) {
  const unknown = Object.keys(measured).find((name) => !GOALS[name]);
  if (unknown !== undefined) throw new Error(`There is no goal ${unknown} in lib/goals.mjs.`);
  return Object.entries(GOALS).flatMap(([name, { what, limitIs, limit, format, why }]) => {
    const value = measured[name];
    if (value === undefined) return [];
    const passed = limitIs === "least" ? value >= limit : value <= limit;
    const sign = limitIs === "least" ? "≥" : "≤";
    const percent = `${((Math.abs(value - limit) / limit) * 100).toFixed(1)} %`;
    const missed = passed
      ? { shortBy: "", why: "" }
      : { shortBy: `${format(Math.abs(value - limit))}, ${percent}`, why };
    return [{ what, measured: format(value), limit: `${sign} ${format(limit)}`, passed, ...missed }];
  });
}

/** @param {Verdict[]} verdicts */
export function goalTable(verdicts) {
  const rows = verdicts.map(({ what, measured, limit, passed, shortBy, why }) => [
    what,
    measured,
    limit,
    passed ? "met" : "**missed**",
    shortBy,
    why,
  ]);
  return table(["goal", "measured", "limit", "", "short by", "why"], rows);
}
