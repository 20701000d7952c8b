// The shapes that the programs of chaos/ hand to each other. Nothing here runs.
import type { Chat, Chunk, ContentPart, JsonSchema, LLMOptions, Message, ToolContext } from "@node-llm/core";

/** Chats by how they are asked and what is asked for. */
export type ChatKind =
  "ask" | "stream" | "ask-tools" | "stream-tools" | "ask-data" | "stream-data" | "ask-image" | "stream-long";
export type TaskKind =
  "embed" | "embed-stream" | "paint" | "moderate" | "rerank" | "count-tokens" | "invoke" | "invoke-stream" | "batch";

/** How the program itself ends a call early. */
export type Interruption =
  | { readonly how: "leave"; readonly chunks: number }
  | { readonly how: "abort"; readonly chunks?: number; readonly ms?: number }
  | { readonly how: "timeout"; readonly ms: number };

/** One call of a run: all of it comes from the run's seed and the call's number. */
export interface Plan {
  readonly number: number;
  readonly kind: ChatKind | TaskKind;
  readonly model: string;
  /** What makes the request different from those of other calls. */
  readonly topic: string;
  /** Of a chat, one for each turn. */
  readonly questions: readonly string[];
  readonly interruption?: Interruption | undefined;
}

/** What must be the same in every run, as plain JSON. */
export interface Answer {
  readonly value: Record<string, unknown>;
  readonly steps: readonly { readonly content: string; readonly parts: readonly ContentPart[] }[];
  readonly messages: readonly Message[];
}

/** How a turn of a chat, or a task, went. */
export interface Outcome {
  /** The question, or the task. */
  readonly what: string;
  /** When it succeeded. */
  answer?: Answer;
  /** When it failed. */
  error?: unknown;
  /** Chunks that a stream of a chat handed over. */
  readonly chunks: Chunk[];
  /** What a stream of a task handed over, as plain JSON. */
  readonly pieces: unknown[];
  /** The history, as JSON; `""` for tasks. */
  readonly before: string;
  after: string;
  /** Set when a model was said not to count, so that the answer is an estimate. */
  isEstimate?: boolean;
}

/** What a tool did. */
export interface Execution {
  readonly id: string;
  readonly name: string;
  readonly args: string;
  isDone: boolean;
}

export interface ChaosTool {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
  readonly execute: (args: { city: string; people: number }, context: ToolContext) => unknown;
}

/** What a call needs beside its plan. */
export interface CallRun {
  readonly executions: Execution[];
  readonly wrapTool: (tool: ChaosTool) => ChaosTool;
  readonly onTurn: () => void;
  readonly onChunk: () => void;
  readonly afterTurn?: ((chat: Chat<unknown>) => void) | undefined;
  readonly isInterrupted: boolean;
  /** How long to wait for an answer, or for its next piece, in milliseconds. Default: for ever. */
  readonly patienceMs?: number | undefined;
}

/** What a test breaks, to see that it is found. */
export interface Defect {
  readonly options?: Partial<LLMOptions>;
  readonly wrapTool?: (tool: ChaosTool) => ChaosTool;
  /** Runs with each call. */
  readonly onCall?: (number: number, url: string) => void;
  /** Runs after each turn of a chat, before its history is looked at. */
  readonly afterTurn?: (chat: Chat<unknown>) => void;
}

/** What happened to the requests of a call since it was asked last. */
export interface Attempts {
  /** Faults that struck, in order. */
  readonly faults: string[];
  /** By hash: how often each came, and which of these attempts, by request id, could not succeed, and why. */
  readonly requests: Record<string, { attempts: number; readonly broken: Record<string, string> }>;
}

/** What struck between two looks. */
export interface RoundAttempts {
  readonly calls: Record<string, Attempts>;
  /** Faults that struck connections as they opened. */
  readonly connections: readonly string[];
}

/** The two servers of runs. */
export interface Servers {
  readonly faulty: string;
  readonly perfect: string;
  /** Sets the faults from now on. */
  set(faults: FaultSettings): Promise<void>;
  report(): Promise<RoundAttempts>;
  stop(): Promise<void>;
}

export interface FaultSettings {
  readonly rate: number;
  readonly kinds?: readonly string[] | undefined;
}

export interface Run {
  readonly seed: number;
  /** How long; or */
  readonly minutes?: number | undefined;
  /** how many calls. */
  readonly calls?: number | undefined;
  /** The only calls to make. Default: all from 1 on. */
  readonly numbers?: readonly number[] | undefined;
  /** Default 16. */
  readonly concurrency?: number | undefined;
  /** Of faults, 0 to 1. Default 0.25. */
  readonly rate?: number | undefined;
  /** Of faults. Default: all. */
  readonly kinds?: readonly string[] | undefined;
  readonly defect?: Defect | undefined;
  /** How long what is being closed may take, in milliseconds: a busy machine is slow. Default 20,000. */
  readonly closingMs?: number | undefined;
  /** That run already. Default: own ones. */
  readonly servers?: Servers | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Is told each violation as it is found. */
  readonly onViolation?: ((line: string) => void) | undefined;
}

/** What a run came to. */
export interface Report {
  readonly seed: number;
  calls: number;
  seconds: number;
  /** Kinds of calls, and how many ended how. */
  readonly kinds: Record<string, Record<string, number>>;
  /** How often each fault struck, and how many of the calls that it struck ended in the right answer, or in a typed error. */
  readonly faults: Record<string, { struck: number; survived: number; told: number }>;
  /** In use after each round, in megabytes. */
  readonly heapMb: number[];
  retries: number;
  /** Calls that ended in a timeout which no fault explains: the machine was too busy. */
  slow: number;
  readonly violations: { readonly call: number | undefined; readonly what: string }[];
}
