import { type BedrockLocal, type ReceivedRequest, startBedrockLocal } from "@node-llm/bedrock-local";
import { type CountTokensInput, type JsonObject, type LLM, LLMError } from "@node-llm/core";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { rejection } from "../support/official-sdk.ts";
import { createOurClient } from "../support/our-client.ts";

const folder = new URL("../../../shared/samples/", import.meta.url);
const hasSamples = existsSync(folder);

/** A recorded exchange of a task, and what the official SDK made of it. */
interface Recording {
  readonly exchange: {
    readonly operation: string;
    readonly request: {
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: JsonObject;
    };
    readonly response: {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly bodyText?: string;
      readonly bodyBase64?: string;
    };
  };
  readonly sdk: {
    readonly ok: boolean;
    readonly output?: Readonly<Record<string, unknown>>;
    readonly events?: readonly { readonly chunk: { readonly bytes: Uint8Array } }[];
    readonly error?: { readonly name: string; readonly message: string; readonly metadata: { httpStatusCode: number } };
  };
}

function readRecordings(): [name: string, recording: Recording][] {
  const names = hasSamples
    ? readdirSync(folder).filter((name) => /^(applyguardrail|counttokens|invoke)/.test(name))
    : [];
  return names.map((name) => {
    const recording: Recording = JSON.parse(readFileSync(new URL(name, folder), "utf8"), (_key, value: unknown) => {
      const bytes: unknown = Reflect.get(Object(value), "$bytes");
      return typeof bytes === "string" ? Buffer.from(bytes, "base64") : value;
    });
    return [name, recording];
  });
}

/** Headers by lower-case names, without those that the replaying server sets itself. */
function headersOf({ headers }: { readonly headers: Readonly<Record<string, string>> }): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(
    entries.filter(([name]) => !/^(connection|content-length|transfer-encoding|set-cookie|date)$/.test(name)),
  );
}

describe.skipIf(!hasSamples)("recorded exchanges of tasks, replayed to our client", () => {
  const recordings = readRecordings();
  const of = (operation: RegExp, ok: boolean): typeof recordings =>
    recordings.filter(([, { exchange, sdk }]) => operation.test(exchange.operation) && sdk.ok === ok);
  let server: BedrockLocal;
  let llm: LLM;
  beforeAll(async () => {
    server = await startBedrockLocal({ auth: "none" });
    llm = createOurClient(server.url, { bedrockAuth: "none", maxRetries: 0 });
  });
  afterAll(() => server.close());

  /** Lets the server answer the next request with the recorded bytes. */
  function script({ exchange: { response } }: Recording): void {
    const { status, bodyText, bodyBase64 = "" } = response;
    server.enqueue({ status, headers: headersOf(response), body: bodyText ?? Buffer.from(bodyBase64, "base64") });
  }

  function lastRequest(): ReceivedRequest {
    return server.requests.at(-1) ?? expect.unreachable();
  }

  /** Model, body and options of a recorded InvokeModel. */
  function readInvoke({ exchange: { request } }: Recording) {
    const headers = headersOf(request);
    const guardrailIdentifier = headers["x-amzn-bedrock-guardrailidentifier"];
    const guardrailVersion = headers["x-amzn-bedrock-guardrailversion"] ?? "";
    const guardrail = guardrailIdentifier && { guardrailIdentifier, guardrailVersion, trace: "enabled" as const };
    return {
      model: decodeURIComponent(request.path.split("/")[2] ?? ""),
      body: request.body,
      options: guardrail ? { guardrail } : {},
    };
  }

  /** Expects the request to be the recorded one. */
  function expectRecorded({ exchange: { request } }: Recording): void {
    const bedrocks = Object.entries(headersOf(request)).filter(([name]) => name.startsWith("x-amzn-bedrock-"));
    const { path, json, headers } = lastRequest();
    expect({ path, json }).toEqual({ path: request.path.replaceAll(":", "%3A"), json: request.body });
    expect(headers).toMatchObject(Object.fromEntries(bedrocks));
  }

  it("are all there", () => {
    const counts = [/^Invoke/, /^ApplyGuardrail$/, /^CountTokens$/].flatMap((operation) => [
      of(operation, true).length,
      of(operation, false).length,
    ]);
    expect(counts).toEqual([10, 8, 2, 0, 1, 1]);
  });

  it.each(of(/^InvokeModel$/, true))("%s loses nothing", async (_name, recording) => {
    script(recording);
    const { model, body, options } = readInvoke(recording);
    const answer = await llm.invoke(model, body, options);
    expectRecorded(recording);
    const { bodyText = "" } = recording.exchange.response;
    expect(Buffer.from(answer.body).toString()).toBe(bodyText);
    expect(Buffer.from(answer.body)).toEqual(recording.sdk.output?.["body"]);
    expect(answer.json).toEqual(JSON.parse(bodyText));
    expect(answer.contentType).toBe(recording.sdk.output?.["contentType"]);
    const told = headersOf(recording.exchange.response);
    const count = (name: string): number => Number(told[`x-amzn-bedrock-${name}`] ?? 0);
    expect(answer.usage).toMatchObject({
      inputTokens: count("input-token-count"),
      outputTokens: count("output-token-count"),
      cacheReadTokens: count("cache-read-input-token-count"),
      cacheWriteTokens: count("cache-write-input-token-count"),
    });
    expect(answer.latencyMs).toBe(count("invocation-latency"));
    expect(answer.requestId).toBe(told["x-amzn-requestid"] ?? lastRequest().id);
  });

  it.each(of(/^InvokeModelWith/, true))("%s loses no piece", async (_name, recording) => {
    script(recording);
    const { model, body, options } = readInvoke(recording);
    const stream = await llm.invoke(model, body, { ...options, stream: true });
    const pieces: Buffer[] = [];
    for await (const { bytes } of stream) pieces.push(Buffer.from(bytes));
    expectRecorded(recording);
    expect(pieces).toEqual(recording.sdk.events?.map(({ chunk }) => chunk.bytes));
    expect(pieces.length).toBeGreaterThan(0);
    expect(stream.contentType).toBe(recording.sdk.output?.["contentType"]);
  });

  it.each(of(/^Invoke/, false))("%s fails as the official SDK says", async (_name, recording) => {
    script(recording);
    const { model, body, options } = readInvoke(recording);
    const isStream = recording.exchange.operation !== "InvokeModel";
    const asked = isStream ? llm.invoke(model, body, { ...options, stream: true }) : llm.invoke(model, body, options);
    const error = await rejection(asked);
    const { name, message = "", metadata } = recording.sdk.error ?? {};
    expect(error).toBeInstanceOf(LLMError);
    expect(error).toMatchObject({ exception: name, status: metadata?.httpStatusCode });
    expect(error.message).toContain(message);
    expectRecorded(recording);
  });

  it.each(of(/^InvokeModel$/, true).filter(([name]) => name.startsWith("invoke.titan")))(
    "%s is the recorded vector, number by number",
    async (_name, recording) => {
      script(recording);
      const { model, body } = readInvoke(recording);
      const { inputText, ...params } = body;
      const { vector, usage } = await llm.embed(String(inputText), { model, params });
      expectRecorded(recording);
      const told: { embedding: number[]; inputTextTokenCount: number } = JSON.parse(
        recording.exchange.response.bodyText ?? "",
      );
      expect(told.embedding.length).toBeGreaterThan(200);
      expect(Array.from(vector)).toEqual(told.embedding.map(Math.fround));
      expect(usage?.inputTokens).toBe(told.inputTextTokenCount);
    },
  );

  it.each(of(/^ApplyGuardrail$/, true))("%s loses nothing that the official SDK tells", async (_name, recording) => {
    script(recording);
    const [, , guardrailIdentifier = "", , guardrailVersion = ""] = recording.exchange.request.path.split("/");
    const {
      source,
      content,
      outputScope,
    }: { source?: string; content?: { text: { text: string } }[]; outputScope?: string } = recording.exchange.request
      .body as object;
    const text = content?.[0]?.text.text ?? expect.unreachable();
    const { results } = await llm.moderate(text, {
      guardrail: { guardrailIdentifier, guardrailVersion },
      source: source === "INPUT" ? "input" : "output",
      outputScope: outputScope === "FULL" ? "full" : undefined,
    });
    expectRecorded(recording);
    const [{ raw, assessments, usage, coverage, output, action } = expect.unreachable()] = results;
    expect(raw).toEqual(JSON.parse(recording.exchange.response.bodyText ?? ""));
    const told = recording.sdk.output ?? {};
    expect({ assessments, usage, coverage }).toEqual({
      assessments: told["assessments"],
      usage: told["usage"],
      coverage: told["guardrailCoverage"],
    });
    const outputs: readonly { text?: string }[] = Array.isArray(told["outputs"]) ? told["outputs"] : [];
    expect(output).toBe(outputs[0]?.text);
    expect(action === "none").toBe(told["action"] === "NONE");
  });

  it.each(of(/^CountTokens$/, true))("%s tells the same number", async (_name, recording) => {
    script(recording);
    const { input, model } = readCount(recording);
    const counted = await llm.countTokens(input, { model });
    expect(counted).toMatchObject({ inputTokens: recording.sdk.output?.["inputTokens"], isExact: true });
    expect(lastRequest().path).toBe(recording.exchange.request.path);
  });

  it.each(of(/^CountTokens$/, false))("%s makes it an estimate", async (_name, recording) => {
    script(recording);
    const { input, model } = readCount(recording);
    const { isExact, inputTokens, warnings } = await llm.countTokens(input, { model });
    expect(isExact).toBe(false);
    expect(inputTokens).toBeGreaterThan(0);
    expect(warnings[0]?.message).toContain(recording.sdk.error?.message);
    expect(lastRequest().path).toBe(recording.exchange.request.path);
  });
});

/** A recorded count as our client takes it: with a tool that has only what is recorded. */
function readCount({ exchange: { request } }: Recording): { input: CountTokensInput; model: string } {
  interface Tool {
    readonly toolSpec: {
      readonly name: string;
      readonly description: string;
      readonly inputSchema: { json: JsonObject };
    };
  }
  interface Converse {
    readonly messages: readonly { readonly role: "user"; readonly content: readonly { readonly text: string }[] }[];
    readonly toolConfig?: { readonly tools: readonly Tool[] };
  }
  const { input }: { input?: { converse: Converse } } = request.body as object;
  const { messages, toolConfig } = input?.converse ?? expect.unreachable();
  return {
    model: decodeURIComponent(request.path.split("/")[2] ?? ""),
    input: {
      messages: messages.map(({ role, content }) => ({ role, content: content.map(({ text }) => text).join("") })),
      ...(toolConfig && {
        tools: toolConfig.tools.map(({ toolSpec: { name, description, inputSchema } }) => {
          return { name, description, schema: inputSchema.json, execute: () => "" };
        }),
      }),
    },
  };
}
