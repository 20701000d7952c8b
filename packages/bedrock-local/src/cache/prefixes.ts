import { createHash, type Hash } from "node:crypto";

import { countRequestTokens } from "../models/tokens.ts";
import type { CachePointBlock, ConverseRequest, Message, Tool } from "../wire.ts";

/** A place between two blocks of a prompt, and what stands before it. */
export interface Boundary {
  /** Equal for equal prefixes of the same model and owner. */
  readonly key: string;
  /** Tokens before it. */
  readonly tokens: number;
  /** The cache points that stand here, if any; the last one counts. */
  point?: CachePointBlock;
}

/** What the token counter adds to a message for its role. */
const EMPTY_MESSAGE: Message = { role: "user", content: [] };

/**
 * The boundaries of a prompt in the order in which a model reads it: tools, system prompt, messages. One stands after each
 * block that is not a cache point. The points themselves, and their TTLs, are not part of what is hashed.
 *
 * @param owner whose prompt it is, and for which model: prefixes of different owners never have the same key.
 * @param totalTokens tokens of the whole prompt: parts are counted one by one, and may come to a little more.
 */
export function listBoundaries(request: ConverseRequest, owner: string, totalTokens: number): Boundary[] {
  const walk = createWalk(owner, totalTokens);
  const { toolConfig, system = [], messages = [] } = request;
  walkTools(walk, toolConfig?.tools ?? []);
  for (const block of system) walk.step(block, () => countRequestTokens({ system: [block] }));
  // What steers tools and thinking is read after the system prompt: to change it is to change what follows.
  walk.mark({ toolChoice: toolConfig?.toolChoice, thinking: readThinking(request) });
  for (const message of messages) walkMessage(walk, message);
  return walk.boundaries;
}

interface Walk {
  readonly boundaries: Boundary[];
  /** Adds to the prefix what is no block of its own. */
  mark(value: object, tokens?: number): void;
  /** Adds a block, or sets the cache point of the block before. */
  step(block: object, count: () => number): void;
}

function createWalk(owner: string, totalTokens: number): Walk {
  const hash: Hash = createHash("sha256").update(owner);
  const boundaries: Boundary[] = [];
  let tokens = 0;
  const add = (value: object): void => void hash.update("\0").update(JSON.stringify(value));
  return {
    boundaries,
    mark(value, more = 0): void {
      add(value);
      tokens += more;
    },
    step(block, count): void {
      const last = boundaries.at(-1);
      if (isPoint(block)) {
        if (last !== undefined) last.point = block.cachePoint;
        return;
      }
      add(block);
      tokens += count();
      boundaries.push({ key: hash.copy().digest("base64"), tokens: Math.min(tokens, totalTokens) });
    },
  };
}

function isPoint(block: object): block is { cachePoint: CachePointBlock } {
  return "cachePoint" in block;
}

/** Tools are counted as one list, so that the parts come to the same as the whole. */
function walkTools(walk: Walk, list: readonly Tool[]): void {
  const seen: Tool[] = [];
  let counted = 0;
  for (const tool of list) {
    walk.step(tool, () => {
      seen.push(tool);
      const before = counted;
      counted = countRequestTokens({ toolConfig: { tools: seen } });
      return counted - before;
    });
  }
}

function walkMessage(walk: Walk, { role, content }: Message): void {
  const overhead = countRequestTokens({ messages: [EMPTY_MESSAGE] });
  walk.mark({ role }, overhead);
  for (const block of content) {
    walk.step(block, () => countRequestTokens({ messages: [{ role, content: [block] }] }) - overhead);
  }
}

function readThinking({ additionalModelRequestFields: fields }: ConverseRequest): unknown {
  return typeof fields === "object" && fields !== null && !Array.isArray(fields) ? fields["thinking"] : undefined;
}
