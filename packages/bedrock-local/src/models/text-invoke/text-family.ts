import type { PolicedAnswer } from "../../operations/policies.ts";
import type { Random } from "../../random.ts";
import type { ConverseRequest, TokenUsage } from "../../wire.ts";

/** A body that was read: what Converse would have been asked, and the answer to that. */
export interface TextTurn {
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: ConverseRequest;
  readonly answer: PolicedAnswer;
  /** Bare id of the model. */
  readonly id: string;
  readonly random: Random;
}

/** A family of text models with bodies of its own. It is answered by the same built-in model as Converse. */
export interface TextFamily {
  /** Finds its models by their bare id. */
  readonly matches: (id: string) => boolean;
  /** Reads a body as the body of a request of Converse, not yet validated. Throws `AwsError` `ValidationException`. */
  readonly parse: (body: Readonly<Record<string, unknown>>, id: string) => Readonly<Record<string, unknown>>;
  /** The answer in the family's own form. */
  readonly render: (turn: TextTurn) => Readonly<Record<string, unknown>>;
  /** The answer as the chunks of a stream. */
  readonly stream: (turn: TextTurn) => Iterable<Readonly<Record<string, unknown>>>;
  /** Whether cached tokens are told even when there are none. Default `false`. */
  readonly tellsNoCache?: boolean;
}

/** Input tokens by what the cache did with them. */
export interface CachedTokens {
  readonly read: number;
  readonly written: number;
}

/** All text of an answer. */
export function joinText({ message }: PolicedAnswer): string {
  return message.content.map((block) => ("text" in block ? block.text : "")).join("");
}

/** All text of an answer, cut into pieces for streaming. */
export function listPieces({ pieces }: PolicedAnswer): readonly string[] {
  return pieces.flat();
}

/** Without the members that are `undefined`: what JSON would hold. */
export function dropUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The tokens that came from the cache and went into it, when the family tells them. */
export function findCachedTokens({ tellsNoCache = false }: TextFamily, usage: TokenUsage): CachedTokens | undefined {
  const { cacheReadInputTokens: read = 0, cacheWriteInputTokens: written = 0 } = usage;
  return tellsNoCache || read + written > 0 ? { read, written } : undefined;
}
