import { objectOf, objectsOf, stringOf, type JsonObject } from "../../../types/json.ts";
import type { ModelTraits } from "../../traits.ts";
import type { Warn, WireBlock, WireMessage } from "../wire.ts";
import { arrange, isToolBlock, keep, mapContent, toText } from "./blocks.ts";
import { createLabel } from "./labels.ts";
import { tellMedium } from "./media-words.ts";
import { legalizeInput, legalizeResult, tellResult } from "./tool-values.ts";

const ILLEGAL_IN_IDS = /[^a-zA-Z0-9_.:-]/g;

/** A call, and what answers it. */
interface Call {
  /** Its id in the history; `id` is the one on the wire. */
  readonly own: string;
  readonly id: string;
  readonly name: string;
  /** The index of its message. */
  readonly turn: number;
  readonly block: WireBlock;
  /** Whether Bedrock ran it itself: its result stands beside it. */
  readonly isServed: boolean;
  /** The result as it is sent. */
  answer?: WireBlock;
}

/** The calls of one id. */
interface SameId {
  /** Those without a result. */
  readonly open: Call[];
  /** The results that were given, as text. */
  readonly given: Set<string>;
}

/** The ids on the wire. */
interface Ids {
  readonly taken: Set<string>;
  readonly counts: Map<string, number>;
  /** Those that are not the history's own, in words. */
  readonly changed: string[];
}

/** Calls and results of a history, matched. */
interface Matches {
  /** By the block of the call, and by that of the result. */
  readonly calls: ReadonlyMap<WireBlock, Call>;
  readonly answered: ReadonlyMap<WireBlock, Call>;
  /** What to send for results without a call. */
  readonly strays: ReadonlyMap<WireBlock, readonly WireBlock[]>;
}

/**
 * Answers every tool call in the message behind it: each once, in the order of the calls, before anything else. Results
 * that stand elsewhere are moved there; a call without result gets an error result; a result without call becomes text.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use-inference-call.html
 */
export function pairTools(given: readonly WireMessage[], traits: ModelTraits, warn: Warn): readonly WireMessage[] {
  if (!given.some(({ content }) => content.some(isToolBlock))) return given;
  const messages = tellApart(given);
  const matches = match(messages, traits, warn);
  const turns: WireMessage[] = [];
  let owed: readonly Call[] = [];
  const settle = (points: ReadonlyMap<Call, WireBlock>): WireBlock[] => {
    const results = owed.flatMap((call) => {
      const point = points.get(call);
      return [answerOf(call, traits, warn), ...(point ? [point] : [])];
    });
    owed = [];
    return results;
  };
  for (const { role, content } of messages) {
    if (role === "user") {
      const { rest, points } = takeResults(content, matches);
      turns.push(...combine(settle(points), rest, traits, warn));
      continue;
    }
    if (role === "assistant") {
      turns.push({ role: "user", content: settle(NO_POINTS) });
      owed = content.flatMap((block) => matches.calls.get(block) ?? []).filter(({ isServed }) => !isServed);
    }
    turns.push({ role, content: content.flatMap((block) => replace(block, matches)) });
  }
  turns.push({ role: "user", content: settle(NO_POINTS) });
  return keepMessages(given, arrange(turns));
}

const NO_POINTS: ReadonlyMap<Call, WireBlock> = new Map();
/** The most changed ids that a warning lists. */
const MAX_TOLD = 5;
const FILLER = "I have the results.";

/** Gives every tool block an object of its own, as it is known by it from here on. */
function tellApart(messages: readonly WireMessage[]): readonly WireMessage[] {
  const seen = new Set<WireBlock>();
  return mapContent(messages, ({ content }) =>
    content.map((block) => {
      if (!isToolBlock(block) || !seen.has(block)) {
        seen.add(block);
        return block;
      }
      return { ...block };
    }),
  );
}

/** A user's message of results and what follows; for some models each in a message of its own. */
function combine(
  results: readonly WireBlock[],
  rest: readonly WireBlock[],
  { mixesToolResults }: ModelTraits,
  warn: Warn,
): WireMessage[] {
  if (mixesToolResults || results.length === 0 || rest.every((block) => block["cachePoint"])) {
    return [{ role: "user", content: [...results, ...rest] }];
  }
  warn(
    "tool_results_separated",
    `"${FILLER}" was put between tool results and what follows them: this model takes results only alone.`,
  );
  return [
    { role: "user", content: results },
    { role: "assistant", content: [{ text: FILLER }] },
    { role: "user", content: rest },
  ];
}

function keepMessages(before: readonly WireMessage[], after: readonly WireMessage[]): readonly WireMessage[] {
  return keep(
    before,
    after.map((message, index) => {
      const old = before[index];
      return old?.role === message.role && keep(old.content, message.content) === old.content ? old : message;
    }),
  );
}

function match(messages: readonly WireMessage[], traits: ModelTraits, warn: Warn): Matches {
  const ids: Ids = { taken: new Set(), counts: new Map(), changed: [] };
  const calls = new Map<WireBlock, Call>();
  const answered = new Map<WireBlock, Call>();
  const strays = new Map<WireBlock, readonly WireBlock[]>();
  const byId = new Map<string, SameId>();
  const find = (own: string, isServed: boolean): SameId => {
    const key = `${String(isServed)} ${own}`;
    const same = byId.get(key) ?? { open: [], given: new Set() };
    byId.set(key, same);
    return same;
  };
  for (const [turn, { role, content }] of messages.entries()) {
    for (const block of content) {
      const use = objectOf(block["toolUse"]);
      if (use) {
        const call = createCall(block, use, turn, ids, warn);
        calls.set(block, call);
        find(call.own, call.isServed).open.push(call);
      }
      const result = objectOf(block["toolResult"]);
      if (!result) continue;
      const own = stringOf(result["toolUseId"]) ?? "";
      const { open, given } = find(own, role === "assistant");
      const told = toText(result["content"]);
      const call = takeFirstOfLastTurn(open);
      if (call) {
        answered.set(block, call);
        given.add(told);
        call.answer = renderAnswer(block, result, call, traits, warn);
        if (role === "user" && turn !== call.turn + 1) {
          warn("tool_result_moved", `The result of the tool call ${call.id} was moved to the message behind the call.`);
        }
      } else strays.set(block, tellStray(own, result, given.has(told), role, warn));
    }
  }
  tellIds(ids.changed, warn);
  return { calls, answered, strays };
}

function takeFirstOfLastTurn(open: Call[]): Call | undefined {
  let at = open.length - 1;
  while (at > 0 && open[at - 1]?.turn === open[at]?.turn) at--;
  return open.splice(at, 1)[0];
}

function tellIds(changed: readonly string[], warn: Warn): void {
  if (changed.length === 0) return;
  const more = changed.length > MAX_TOLD ? ` and ${changed.length - MAX_TOLD} more` : "";
  const list = changed.slice(0, MAX_TOLD).join(", ") + more;
  warn(
    "tool_id_changed",
    `Tool calls have other ids in the request, as they must be short, plain and unique: ${list}.`,
  );
}

function createCall(block: WireBlock, use: JsonObject, turn: number, ids: Ids, warn: Warn): Call {
  const own = stringOf(use["toolUseId"]) ?? "";
  const id = createLabel(own, ILLEGAL_IN_IDS, ids.taken, ids.counts);
  ids.taken.add(id);
  const input = legalizeInput(use["input"]);
  if (id !== own) ids.changed.push(`${JSON.stringify(own)} as ${id}`);
  if (input !== use["input"]) {
    warn("tool_input_changed", `The arguments of the tool call ${id} were made an object that Bedrock takes.`);
  }
  const isSame = id === own && input === use["input"];
  return {
    own,
    id,
    name: stringOf(use["name"]) ?? "",
    turn,
    block: isSame ? block : { toolUse: { ...use, toolUseId: id, input } },
    isServed: use["type"] === "server_tool_use",
  };
}

function renderAnswer(block: WireBlock, result: JsonObject, { id }: Call, traits: ModelTraits, warn: Warn): WireBlock {
  const { status, ...others } = result;
  const given = objectsOf(result["content"]);
  const content = legalizeResult(given);
  const isDropped = status !== undefined && !traits.hasResultStatus;
  const isSame = content === given;
  if (!isSame || isDropped) {
    warn("tool_result_changed", `The result of the tool call ${id} was put in a form that this model takes.`);
  }
  if (isSame && !isDropped && id === result["toolUseId"]) return block;
  // Without a status, the words must say that the call failed.
  const told = isDropped && status === "error" ? [{ text: "The call failed." }, ...content] : content;
  return { toolResult: { ...(isDropped ? others : result), toolUseId: id, content: told } };
}

function tellStray(
  own: string,
  result: JsonObject,
  isGiven: boolean,
  role: WireMessage["role"],
  warn: Warn,
): readonly WireBlock[] {
  if (isGiven) {
    warn(
      "tool_result_dropped",
      `The result of the tool call ${JSON.stringify(own)} was left out: it is there already.`,
    );
    return [];
  }
  warn(
    "tool_result_as_text",
    `The result of the tool call ${JSON.stringify(own)} is sent as text: it answers no open call.`,
  );
  const told = tellResult(legalizeResult(objectsOf(result["content"])));
  return [
    { text: `The result of a tool call that is not shown (${own || "no id"}):` },
    // Only a user's message may hold media.
    ...(role === "user" ? told : told.map((block) => (block["text"] ? block : tellBlock(block)))),
  ];
}

function tellBlock({ searchResult, ...block }: WireBlock): WireBlock {
  return { text: searchResult === undefined ? tellMedium(Object.keys(block)[0] ?? "") : toText(searchResult) };
}

function answerOf({ id, name, answer }: Call, { hasResultStatus }: ModelTraits, warn: Warn): WireBlock {
  if (answer) return answer;
  warn(
    "tool_result_added",
    `The tool call ${id} (${name}) has no result: an error result was sent. Add a message of role "tool".`,
  );
  return {
    toolResult: {
      toolUseId: id,
      content: [{ text: "The call was not run." }],
      ...(hasResultStatus && { status: "error" }),
    },
  };
}

function replace(block: WireBlock, { calls, answered, strays }: Matches): readonly WireBlock[] {
  return strays.get(block) ?? [calls.get(block)?.block ?? answered.get(block)?.answer ?? block];
}

/** What of a user's message is no result; and the cache points behind results, which go with them. */
function takeResults(
  content: readonly WireBlock[],
  { answered, strays }: Matches,
): { rest: WireBlock[]; points: Map<Call, WireBlock> } {
  const points = new Map<Call, WireBlock>();
  let call: Call | undefined;
  const rest = content.flatMap((block) => {
    if (call && block["cachePoint"] !== undefined) {
      points.set(call, block);
      return [];
    }
    call = answered.get(block);
    const inner = call && objectsOf(objectOf(block["toolResult"])?.["content"]).findLast((b) => b["cachePoint"]);
    if (call && inner) points.set(call, inner);
    return call ? [] : (strays.get(block) ?? [block]);
  });
  return { rest, points };
}
