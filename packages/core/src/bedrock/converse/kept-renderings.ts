import { createSha256, encodeUtf8 } from "#bytes";
import { createBody, updateHash, type Body, type Piece } from "../../bytes/body.ts";
import { heldBytes, holdsBytes } from "../../bytes/held-bytes.ts";
import type { Sha256 } from "../../bytes/sha256.ts";
import type { JsonObject, JsonValue } from "../../types/json.ts";
import type { Message } from "../../types/message.ts";
import { checkJson, encodeJson } from "../json-body.ts";
import type { WireMessage } from "./wire.ts";

/**
 * What is kept of a long conversation when it was sent, so that the next turn renders and hashes only what is new. All of it
 * goes by identity: a message counts as the same only if it is the same frozen object.
 */
export interface KeptRendering {
  /** Messages that cannot change any more, and their renderings. */
  messages?: readonly Message[];
  wires?: readonly WireMessage[];
  /** Whether these are nothing but what was said in text. */
  isPlain?: boolean;
  prefix?: Prefix;
}

/** The beginning of a body, as far as two requests in a row had it in common. */
interface Prefix {
  /** The messages of the last request. */
  list: readonly JsonValue[];
  /** How many of them are in the pieces. */
  count: number;
  readonly pieces: Piece[];
  /** Bytes that are free behind the last piece. */
  room: Uint8Array;
  /** Absent where the platform hashes only what is whole. */
  readonly hash: Sha256 | undefined;
}

/** The pieces of text grow from the first of these to the last. */
const MIN_ROOM = 16 * 1024;
const MAX_ROOM = 1024 * 1024;
/** From a message to the bytes of a medium in a tool's result. */
const MAX_DEPTH = 8;

/** The renderings of the first messages, as far as these are the same as before. */
export function recallWires({ messages = [], wires = [] }: KeptRendering, asked: readonly Message[]): WireMessage[] {
  return wires.slice(0, countCommon(messages, asked));
}

/**
 * Keeps the renderings of a conversation.
 *
 * @param wires that of each message in its place; it may end early
 */
export function keepWires(
  kept: KeptRendering,
  messages: readonly Message[],
  wires: readonly WireMessage[],
  isPlain: boolean,
): void {
  let count = countCommon(kept.messages ?? [], messages);
  // What a middleware brought in may change before the next turn.
  while (count < wires.length && isFrozenDeep(messages[count])) count++;
  // A frozen array is copied many times faster by this than by `slice`.
  const same = [...messages];
  same.length = count;
  kept.messages = same;
  kept.wires = wires.slice(0, count);
  kept.isPlain = isPlain;
}

/**
 * The bytes of a request's JSON, with the messages first.
 *
 * @param kept gives the beginning, and keeps it for the next request
 * @throws {InputError} `ERR_INPUT` when it holds something that JSON cannot
 */
export function encodeKept({ messages = [], ...rest }: JsonObject, kept: KeptRendering): Body {
  const list = isList(messages) ? messages : [];
  // A stored prompt has messages of its own.
  if (list.length === 0) return createBody([encodeJson(rest)]);
  return checkJson(() => {
    const prefix = findPrefix(kept.prefix, list);
    const members = JSON.stringify(rest).slice(1);
    const tail = renderPieces(list, prefix.count, list.length, members === "}" ? "]}" : `],${members}`);
    prefix.list = list;
    kept.prefix = prefix;
    const { pieces, hash } = prefix;
    return createBody([...pieces, ...tail], hash && { count: pieces.length, hash: hash.copy() });
  });
}

/** What the last request began with, too, brought up to all that the two have in common. */
function findPrefix(known: Prefix | undefined, list: readonly JsonValue[]): Prefix {
  const common = known ? countCommon(known.list, list) : 0;
  const prefix =
    known && known.count <= common
      ? known
      : { list, count: 0, pieces: [], room: new Uint8Array(0), hash: createSha256() };
  const added = common > prefix.count ? renderPieces(list, prefix.count, common) : [];
  for (const piece of added) append(prefix, piece);
  if (prefix.hash) updateHash(prefix.hash, added);
  prefix.count = common;
  return prefix;
}

/** Bodies on their way hold pieces: those never change, but the last may be followed by a longer view of the same room. */
function append(prefix: Prefix, piece: Piece): void {
  const { pieces, room } = prefix;
  if ("base64Of" in piece) {
    pieces.push(piece);
    prefix.room = new Uint8Array(0);
    return;
  }
  const last = pieces.at(-1);
  if (last instanceof Uint8Array && piece.length <= room.length) {
    room.set(piece);
    pieces[pieces.length - 1] = new Uint8Array(last.buffer, last.byteOffset, last.length + piece.length);
    prefix.room = room.subarray(piece.length);
    return;
  }
  const size = Math.min(Math.max(MIN_ROOM, 2 * (last instanceof Uint8Array ? last.length : 0)), MAX_ROOM);
  const fresh = new Uint8Array(Math.max(size, piece.length));
  fresh.set(piece);
  pieces.push(fresh.subarray(0, piece.length));
  prefix.room = fresh.subarray(piece.length);
}

/** The JSON of some of the messages, with what stands in front of each, and what stands behind all. */
function renderPieces(list: readonly JsonValue[], start: number, end: number, behind = ""): Piece[] {
  const pieces: Piece[] = [];
  let text = start === 0 ? '{"messages":[' : "";
  const flush = (): void => {
    if (text !== "") pieces.push(encodeUtf8(text));
    text = "";
  };
  const write = (value: JsonValue | undefined, depth: number): void => {
    const bytes = heldBytes(value);
    if (bytes) {
      text += '{"bytes":"';
      flush();
      pieces.push({ base64Of: bytes });
      text = '"}';
    } else if (typeof value !== "object" || value === null || !holdsBytes(value, depth)) {
      text += JSON.stringify(value) ?? "null";
    } else {
      const isNamed = !isList(value);
      let separator = "";
      text += isNamed ? "{" : "[";
      for (const [name, member] of Object.entries(value)) {
        if (isNamed && member === undefined) continue;
        text += isNamed ? `${separator}${JSON.stringify(name)}:` : separator;
        separator = ",";
        write(member, depth - 1);
      }
      text += isNamed ? "}" : "]";
    }
  };
  for (let index = start; index < end; index++) {
    if (index > 0) text += ",";
    write(list[index], MAX_DEPTH);
  }
  text += behind;
  flush();
  return pieces;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** How many items two lists begin with in common. */
function countCommon<T>(one: readonly T[], other: readonly T[]): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count++;
  return count;
}

/**
 * Whether nothing in it can change: it is plain data, and frozen. What is kept as bytes is not looked into; what holds itself
 * is looked at once.
 */
function isFrozenDeep(value: unknown): boolean {
  const found = new Set([value]);
  for (const next of found) {
    if (typeof next !== "object" || next === null || heldBytes(next)) continue;
    if (!Object.isFrozen(next)) return false;
    if (Array.isArray(next)) for (const item of next) found.add(item);
    else if (!addMembers(found, next)) return false;
  }
  return true;
}

/** Adds an object's members. Returns whether these are all of it: a getter, a date or another class may tell another thing later. */
function addMembers(found: Set<unknown>, object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype) return false;
  for (const name of Object.keys(object)) {
    const member = Object.getOwnPropertyDescriptor(object, name);
    if (!member || member.get) return false;
    found.add(member.value);
  }
  return true;
}
