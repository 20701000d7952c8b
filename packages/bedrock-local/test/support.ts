import { request as httpRequest, type Agent, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";

import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

import { DOCUMENTATION_CREDENTIAL } from "../src/auth.ts";
import { isPlainObject } from "../src/json.ts";

/** Signs a request with the official signer, with the documentation pair unless another is given. */
export async function sign(input: {
  method?: string;
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  region?: string;
  service?: string;
  signingDate?: Date;
}): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: input.credentials ?? DOCUMENTATION_CREDENTIAL,
    region: input.region ?? "us-east-1",
    service: input.service ?? "bedrock",
    sha256: Sha256,
  });
  const request = new HttpRequest({
    method: input.method ?? "POST",
    path: input.path,
    query: input.query ?? {},
    headers: { host: "localhost", "content-type": "application/json", ...input.headers },
    ...(input.body === undefined ? {} : { body: input.body }),
  });
  const signed = await signer.sign(request, input.signingDate === undefined ? {} : { signingDate: input.signingDate });
  return signed.headers;
}

/** An answer as it arrived. */
export interface RawAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  rawHeaders: string[];
  body: Buffer;
  /** Why the body did not end as it should. */
  broken: Error | undefined;
}

/** Sends one HTTP/1.1 request and collects the answer, however its body ends. */
export function send(
  url: string,
  options: {
    method?: string;
    path: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    agent?: Agent;
  },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const { method = "POST", path, headers = {}, body, agent } = options;
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: agent ?? false });
    request.once("error", reject);
    request.once("response", (response) => {
      request.off("error", reject);
      request.on("error", () => undefined);
      const chunks: Buffer[] = [];
      let broken: Error | undefined;
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => (broken = error));
      response.once("close", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks),
          broken,
        }),
      );
    });
    request.end(body);
  });
}

/** Opens a TCP connection. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Reads from a socket until `isEnough` says so or the connection ends. */
export function readUntil(socket: Socket, isEnough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const finish = (): void => {
      socket.off("data", onData);
      resolve(text);
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      if (isEnough(text)) finish();
    };
    socket.on("data", onData);
    socket.once("close", finish);
  });
}

/** Parses JSON that is an object. */
export function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (!isPlainObject(value)) throw new TypeError(`Expected a JSON object, got ${text}.`);
  return value;
}

/** The error that `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error("Rejected with something that is no Error.", { cause: error });
  }
  throw new Error("Expected a rejection, but the promise was fulfilled.");
}
