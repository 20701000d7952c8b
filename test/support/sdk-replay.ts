import {
  BedrockClient,
  CreateModelInvocationJobCommand,
  type CreateModelInvocationJobCommandInput,
  GetModelInvocationJobCommand,
  type GetModelInvocationJobCommandInput,
  ListFoundationModelsCommand,
  type ListFoundationModelsCommandInput,
  ListGuardrailsCommand,
  type ListGuardrailsCommandInput,
  ListInferenceProfilesCommand,
  type ListInferenceProfilesCommandInput,
  ListModelInvocationJobsCommand,
  type ListModelInvocationJobsCommandInput,
  StopModelInvocationJobCommand,
  type StopModelInvocationJobCommandInput,
} from "@aws-sdk/client-bedrock";
import {
  BedrockAgentRuntimeClient,
  RerankCommand,
  type RerankCommandInput,
} from "@aws-sdk/client-bedrock-agent-runtime";
import {
  ApplyGuardrailCommand,
  type ApplyGuardrailCommandInput,
  BedrockRuntimeClient,
  CountTokensCommand,
  type CountTokensCommandInput,
  GetAsyncInvokeCommand,
  type GetAsyncInvokeCommandInput,
  InvokeGuardrailChecksCommand,
  type InvokeGuardrailChecksCommandInput,
  InvokeModelCommand,
  type InvokeModelCommandInput,
  InvokeModelWithResponseStreamCommand,
  type InvokeModelWithResponseStreamCommandInput,
  ListAsyncInvokesCommand,
  type ListAsyncInvokesCommandInput,
  StartAsyncInvokeCommand,
  type StartAsyncInvokeCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DOCUMENTATION_CREDENTIAL, type ReceivedRequest } from "@node-llm/bedrock-local";

import { REGION } from "./official-sdk.ts";

/** The official clients of all services, set to one local Bedrock. */
export interface OfficialClients {
  readonly runtime: BedrockRuntimeClient;
  readonly bedrock: BedrockClient;
  readonly agent: BedrockAgentRuntimeClient;
  readonly s3: S3Client;
  destroy(): void;
}

/** Creates clients with the attempts of their own default. */
export function createOfficialClients(endpoint: string): OfficialClients {
  const config = { endpoint, region: REGION, credentials: DOCUMENTATION_CREDENTIAL };
  const runtime = new BedrockRuntimeClient(config);
  const bedrock = new BedrockClient(config);
  const agent = new BedrockAgentRuntimeClient(config);
  // Without checksums of its own the SDK sends the object as it is.
  const s3 = new S3Client({ ...config, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });
  return {
    runtime,
    bedrock,
    agent,
    s3,
    destroy: () => {
      for (const client of [runtime, bedrock, agent, s3]) client.destroy();
    },
  };
}

/** Takes a request apart as the service does, and gives the answer to it. */
type Send = (clients: OfficialClients, request: ReceivedRequest, labels: readonly string[]) => Promise<object>;

/** By operation: the path, a group for each label, and how the official SDK is asked for the same. */
const OPERATIONS: Readonly<Record<string, readonly [path: RegExp, send: Send]>> = {
  InvokeModel: [
    /^\/model\/([^/]+)\/invoke$/,
    async ({ runtime }, request, [modelId]) => {
      const input: InvokeModelCommandInput = { ...readInvoke(request), modelId };
      const { body, ...rest } = await runtime.send(new InvokeModelCommand(input));
      return { ...rest, body: body.transformToString() };
    },
  ],
  InvokeModelWithResponseStream: [
    /^\/model\/([^/]+)\/invoke-with-response-stream$/,
    async ({ runtime }, request, [modelId]) => {
      const input: InvokeModelWithResponseStreamCommandInput = { ...readInvoke(request), modelId };
      const { body = [], ...rest } = await runtime.send(new InvokeModelWithResponseStreamCommand(input));
      const chunks: string[] = [];
      for await (const { chunk } of body) chunks.push(Buffer.from(chunk?.bytes ?? []).toString());
      return { ...rest, chunks };
    },
  ],
  CountTokens: [
    /^\/model\/([^/]+)\/count-tokens$/,
    ({ runtime }, request, [modelId]) => {
      const input: CountTokensCommandInput = readInput(request, { modelId });
      return runtime.send(new CountTokensCommand(input));
    },
  ],
  ApplyGuardrail: [
    /^\/guardrail\/([^/]+)\/version\/([^/]+)\/apply$/,
    ({ runtime }, request, [guardrailIdentifier, guardrailVersion]) => {
      const input: ApplyGuardrailCommandInput = readInput(request, { guardrailIdentifier, guardrailVersion });
      return runtime.send(new ApplyGuardrailCommand(input));
    },
  ],
  InvokeGuardrailChecks: [
    /^\/guardrail-checks\/invoke$/,
    ({ runtime }, request) => {
      const input: InvokeGuardrailChecksCommandInput = readInput(request);
      return runtime.send(new InvokeGuardrailChecksCommand(input));
    },
  ],
  Rerank: [
    /^\/rerank$/,
    ({ agent }, request) => {
      const input: RerankCommandInput = readInput(request);
      return agent.send(new RerankCommand(input));
    },
  ],
  StartAsyncInvoke: [
    /^\/async-invoke$/,
    ({ runtime }, request) => {
      // What is in the model's own input stays as it is.
      const input: StartAsyncInvokeCommandInput = JSON.parse(textOf(request));
      return runtime.send(new StartAsyncInvokeCommand(input));
    },
  ],
  GetAsyncInvoke: [
    /^\/async-invoke\/([^/]+)$/,
    ({ runtime }, request, [invocationArn]) => {
      const input: GetAsyncInvokeCommandInput = readInput(request, { invocationArn });
      return runtime.send(new GetAsyncInvokeCommand(input));
    },
  ],
  ListAsyncInvokes: [
    /^\/async-invoke$/,
    ({ runtime }, request) => {
      const input: ListAsyncInvokesCommandInput = readInput(request);
      return runtime.send(new ListAsyncInvokesCommand(input));
    },
  ],
  CreateModelInvocationJob: [
    /^\/model-invocation-job$/,
    ({ bedrock }, request) => {
      const input: CreateModelInvocationJobCommandInput = readInput(request);
      return bedrock.send(new CreateModelInvocationJobCommand(input));
    },
  ],
  GetModelInvocationJob: [
    /^\/model-invocation-job\/([^/]+)$/,
    ({ bedrock }, request, [jobIdentifier]) => {
      const input: GetModelInvocationJobCommandInput = readInput(request, { jobIdentifier });
      return bedrock.send(new GetModelInvocationJobCommand(input));
    },
  ],
  StopModelInvocationJob: [
    /^\/model-invocation-job\/([^/]+)\/stop$/,
    ({ bedrock }, request, [jobIdentifier]) => {
      const input: StopModelInvocationJobCommandInput = readInput(request, { jobIdentifier });
      return bedrock.send(new StopModelInvocationJobCommand(input));
    },
  ],
  ListModelInvocationJobs: [
    /^\/model-invocation-jobs$/,
    ({ bedrock }, request) => {
      const input: ListModelInvocationJobsCommandInput = readInput(request);
      return bedrock.send(new ListModelInvocationJobsCommand(input));
    },
  ],
  ListFoundationModels: [
    /^\/foundation-models$/,
    ({ bedrock }, request) => {
      const input: ListFoundationModelsCommandInput = readInput(request);
      return bedrock.send(new ListFoundationModelsCommand(input));
    },
  ],
  ListInferenceProfiles: [
    /^\/inference-profiles$/,
    ({ bedrock }, request) => {
      const input: ListInferenceProfilesCommandInput = readInput(request);
      return bedrock.send(new ListInferenceProfilesCommand(input));
    },
  ],
  ListGuardrails: [
    /^\/guardrails$/,
    ({ bedrock }, request) => {
      const input: ListGuardrailsCommandInput = readInput(request);
      return bedrock.send(new ListGuardrailsCommand(input));
    },
  ],
  S3: [
    /^\/([^/]+)\/?(.*)$/,
    async ({ s3 }, { method, path, body }, [Bucket, Key = ""]) => {
      if (method === "PUT") return s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
      if (Key === "") {
        const { searchParams } = new URL(path, "http://x");
        const [Prefix, ContinuationToken] = ["prefix", "continuation-token"].map((name) => searchParams.get(name));
        const input = { Bucket, ...(Prefix !== null && { Prefix }), ...(ContinuationToken && { ContinuationToken }) };
        return s3.send(new ListObjectsV2Command(input));
      }
      const { Body, ...rest } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return { ...rest, Body: await Body?.transformToByteArray() };
    },
  ],
};

/** Sends what a request asked for once more, through the official SDK; gives what the SDK made of the answer, as JSON. */
export async function replay(clients: OfficialClients, request: ReceivedRequest): Promise<Record<string, unknown>> {
  const [path, send] = OPERATIONS[request.operation ?? ""] ?? [];
  const found = path?.exec(request.path.replace(/\?.*/s, ""));
  if (!send || !found) throw new Error(`No operation of the SDK has the route ${request.method} ${request.path}.`);
  const output = await send(clients, request, found.slice(1).map(decodeURIComponent));
  const { $metadata: _, ...members }: Record<string, unknown> = JSON.parse(JSON.stringify(output, encodeBytes));
  return members;
}

/** Bytes as base64. JSON would write their `toJSON` or their members. */
function encodeBytes(this: unknown, key: string, value: unknown): unknown {
  const given: unknown = Reflect.get(Object(this), key);
  return given instanceof Uint8Array ? Buffer.from(given).toString("base64") : value;
}

function textOf({ body }: ReceivedRequest): string {
  return Buffer.from(body).toString() || "{}";
}

/** Labels, query and body as one input of the SDK: bytes, times and numbers where it has such. */
function readInput(request: ReceivedRequest, labels: Readonly<Record<string, string | undefined>> = {}) {
  const query = Object.fromEntries(new URL(request.path, "http://x").searchParams);
  const body: object = JSON.parse(textOf(request));
  return JSON.parse(JSON.stringify({ ...labels, ...query, ...body }), (key, value: unknown) => {
    if (key === "bytes" && typeof value === "string") return Buffer.from(value, "base64");
    if (key === "maxResults") return Number(value);
    return /^submitTime(After|Before)$/.test(key) ? new Date(String(value)) : value;
  });
}

/** Names of the members of InvokeModel's input by the headers that they go into. */
const INVOKE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "contentType",
  accept: "accept",
  "x-amzn-bedrock-accept": "accept",
  "x-amzn-bedrock-trace": "trace",
  "x-amzn-bedrock-guardrailidentifier": "guardrailIdentifier",
  "x-amzn-bedrock-guardrailversion": "guardrailVersion",
  "x-amzn-bedrock-performanceconfig-latency": "performanceConfigLatency",
  "x-amzn-bedrock-service-tier": "serviceTier",
  "x-amzn-bedrock-request-metadata": "requestMetadata",
};

function readInvoke({ headers, body }: ReceivedRequest): object & Pick<InvokeModelCommandInput, "body"> {
  const members = Object.entries(headers).flatMap(([name, value]) => {
    const member = INVOKE_HEADERS[name];
    return member === undefined ? [] : [[member, value]];
  });
  return { ...Object.fromEntries(members), body };
}

/** What of a request must be the same, whoever sends it. */
export function describeRequest({ method, path, headers, body, json, ...request }: ReceivedRequest): object {
  const { pathname, searchParams } = new URL(path, "http://x");
  const isS3 = request.operation === "S3";
  // To an operation that takes no body, the SDK sends none, and our client an empty object.
  const hasBody = body.length > 0 && request.operation !== "StopModelInvocationJob";
  const kept = isS3 ? /^x-amz-content-sha256$/ : hasBody ? /^(content-type|x-amzn-bedrock-.*)$/ : /^x-amzn-bedrock-/;
  return {
    method,
    // In S3, the SDK ends the path of a bucket with a slash, and tells its own name of the operation.
    path: isS3 ? pathname.replace(/\/$/, "") : pathname,
    query: Object.fromEntries([...searchParams].filter(([name]) => name !== "x-id")),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => kept.test(name))),
    body: hasBody ? (json ?? Buffer.from(body).toString()) : undefined,
    authorized: request.authorized,
    principal: request.principal,
    // Date, region and service of the signature.
    scope: /Credential=([^,]+)/.exec(headers["authorization"] ?? "")?.[1],
    status: request.status,
  };
}
