import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ChatResponse } from "../../src/chat/response.ts";
import { APIError } from "../../src/errors.ts";
import { createClient, MODEL, useServer } from "../support/bedrock.ts";
import { collect } from "../support/events.ts";

/** Recorded answers of Bedrock, and what the official SDK made of them. They lie beside the repository where they exist. */
const folder = fileURLToPath(new URL("../../../../../shared/samples/", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => /^converse.*\.json$/.test(name)) : [];

interface Block {
  text?: string;
  toolUse?: { toolUseId: string; name: string; input: unknown };
  reasoningContent?: { reasoningText?: { text: string } };
  citationsContent?: { content?: { text?: string }[] };
}

interface Delta {
  text?: string;
  toolUse?: { input: string };
  reasoningContent?: { text?: string };
}

interface Event {
  contentBlockStart?: { start: { toolUse?: { toolUseId: string } } };
  contentBlockDelta?: { delta: Delta };
  messageStop?: { stopReason: string };
  metadata?: { usage: object };
}

interface Sample {
  exchange: {
    operation: string;
    response: { status: number; headers: Record<string, string>; bodyText?: string; bodyBase64?: string };
  };
  sdk: {
    ok: boolean;
    output?: { output?: { message: { content: Block[] } }; stopReason?: string; usage?: object };
    events?: Event[];
    error?: { name: string; message: string };
  };
}

/** What both clients must agree on. */
interface Told {
  text: string;
  thinking: string;
  tools: string[];
  finishReason: string | undefined;
  inputTokens: unknown;
  totalTokens: unknown;
}

/** A failure, as both tell it. "Unknown" is the SDK's word for an answer without a name; ours then goes by the status. */
interface ToldError {
  status: unknown;
  exception: string | undefined;
  message: string | undefined;
}

function toldByError(error: unknown): ToldError {
  if (!(error instanceof APIError)) throw error;
  const message = /failed: (.*) \[.*\]$/s.exec(error.message)?.[1];
  return { status: error.status, exception: error.exception, message };
}

function toldBySdk({ ok, output, events = [], error }: Sample["sdk"], status: number): Told | ToldError {
  if (!ok) return { status, exception: error?.name === "Unknown" ? undefined : error?.name, message: error?.message };
  const content = output?.output?.message.content ?? [];
  const deltas = events.flatMap(({ contentBlockDelta }) => (contentBlockDelta ? [contentBlockDelta.delta] : []));
  const cited = content.flatMap(({ citationsContent }) => citationsContent?.content ?? []);
  const usage = output?.usage ?? events.find(({ metadata }) => metadata)?.metadata?.usage;
  return {
    text: [...content, ...cited, ...deltas].map(({ text = "" }) => text).join(""),
    thinking:
      content.map(({ reasoningContent }) => reasoningContent?.reasoningText?.text ?? "").join("") +
      deltas.map(({ reasoningContent }) => reasoningContent?.text ?? "").join(""),
    tools: [
      ...content.flatMap(({ toolUse }) => (toolUse ? [toolUse.toolUseId] : [])),
      ...events.flatMap(({ contentBlockStart: begun }) =>
        begun?.start.toolUse ? [begun.start.toolUse.toolUseId] : [],
      ),
    ],
    finishReason: output?.stopReason ?? events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason,
    inputTokens: usage && Reflect.get(usage, "inputTokens"),
    totalTokens: usage && Reflect.get(usage, "totalTokens"),
  };
}

function told(response: ChatResponse): Told {
  return {
    text: response.content,
    thinking: response.thinking?.text ?? "",
    tools: response.parts.flatMap((part) => (part.type === "tool_call" ? [part.id] : [])),
    finishReason: response.finishReason,
    inputTokens: response.usage?.inputTokens,
    totalTokens: response.usage?.totalTokens,
  };
}

describe.skipIf(files.length === 0)("a recorded answer", () => {
  const server = useServer();

  test.each(files)("%s is read as the official SDK reads it", async (file) => {
    const { exchange, sdk }: Sample = JSON.parse(readFileSync(folder + file, "utf8"));
    const { status, headers: recorded, bodyText = "", bodyBase64 } = exchange.response;
    const wanted = Object.entries(recorded).filter(([name]) => /^(content-type|x-amzn-errortype)$/i.test(name));
    const headers = Object.fromEntries(wanted.map(([name, value]) => [name.toLowerCase(), value]));
    const body = bodyBase64 === undefined ? bodyText : Buffer.from(bodyBase64, "base64");
    server().enqueue({ status, headers, body });
    const chat = createClient(server(), { maxRetries: 0 }).chat(MODEL);
    const stream = chat.stream("Hi");
    const answer = exchange.operation === "Converse" ? chat.ask("Hi") : collect(stream).then(() => stream.response());
    expect(await answer.then(told, toldByError)).toEqual(toldBySdk(sdk, status));
  });
});
