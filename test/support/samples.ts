import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import type { ChatParams, JsonObject } from "@node-llm/core";
import { existsSync, readdirSync, readFileSync } from "node:fs";

import type { OfficialAnswer } from "./answer.ts";

const folder = new URL("../../../shared/samples/", import.meta.url);

/** Whether the recorded exchanges are there; they are not part of the repository. */
export const hasSamples = existsSync(folder);

/** What the official SDK made of a recorded exchange. */
export interface RecordedInterpretation {
  readonly ok: boolean;
  readonly output?: OfficialAnswer;
  readonly events?: readonly ConverseStreamOutput[] | null;
  /** The frames of a stream, with their length in bytes. */
  readonly wire?: readonly { readonly name: string; readonly len: number }[];
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly metadata: { readonly httpStatusCode: number };
  };
}

/** One recorded exchange of Converse or ConverseStream. */
export interface Sample {
  readonly name: string;
  readonly model: string;
  readonly isStream: boolean;
  readonly path: string;
  readonly requestBody: RecordedRequest;
  readonly status: number;
  /** Names in lower case; without those of the connection, which the replaying server sets itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly sdk: RecordedInterpretation;
}

/** The body of a recorded request. */
export interface RecordedRequest extends ChatParams {
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly content: readonly JsonObject[] }[];
  readonly system?: readonly JsonObject[];
  readonly inferenceConfig?: ChatParams;
  readonly toolConfig?: JsonObject;
}

interface Recording {
  readonly exchange: {
    readonly id: string;
    readonly operation: string;
    readonly request: { readonly path: string; readonly body: RecordedRequest };
    readonly response: {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly bodyText?: string;
      readonly bodyBase64?: string;
    };
  };
  readonly sdk: RecordedInterpretation;
}

const OF_THE_CONNECTION = new Set(["connection", "content-length", "transfer-encoding", "set-cookie"]);

/** All recorded exchanges of Converse and ConverseStream; none when the folder is absent. */
export function readSamples(): Sample[] {
  if (!hasSamples) return [];
  const names = readdirSync(folder).filter((name) => /^converse(-stream)?\./.test(name));
  return names.map((name) => readSample(readFileSync(new URL(name, folder), "utf8")));
}

function readSample(text: string): Sample {
  const { exchange, sdk }: Recording = JSON.parse(text, reviveBytes);
  const { id, operation, request, response } = exchange;
  const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const { bodyText, bodyBase64 = "" } = response;
  return {
    name: id,
    model: decodeURIComponent(/^\/model\/([^/]+)\//.exec(request.path)?.[1] ?? ""),
    isStream: operation === "ConverseStream",
    path: request.path,
    requestBody: request.body,
    status: response.status,
    headers: Object.fromEntries(headers.filter(([name]) => !OF_THE_CONNECTION.has(name))),
    body: bodyText === undefined ? Buffer.from(bodyBase64, "base64") : Buffer.from(bodyText),
    sdk,
  };
}

/** Bytes are recorded as `{ "$bytes": base64 }`. */
function reviveBytes(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$bytes" in value)) return value;
  return typeof value.$bytes === "string" ? Buffer.from(value.$bytes, "base64") : value;
}
