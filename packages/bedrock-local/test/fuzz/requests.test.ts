import fc from "fast-check";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type BedrockLocal, startBedrockLocal } from "../../src/index.ts";
import { TIMEOUT_MS, tries } from "./support.ts";

/** Holds what must stay as it is, and the folder of the store. */
let home: string;
let server: BedrockLocal;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "bedrock-local-fuzz-"));
  writeFileSync(join(home, "secret.txt"), "not to be read");
  server = await startBedrockLocal({
    auth: "none",
    s3Directory: join(home, "store"),
    recordRequests: false,
    sleep: () => Promise.resolve(),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

/** Sends bytes, and gives all that comes until the server hangs up, or has answered. */
function talk(pieces: readonly (string | Uint8Array)[], isOver = false): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(server.port, "127.0.0.1", () => {
      for (const piece of pieces) socket.write(piece);
      // One that goes away gets no answer.
      if (isOver) socket.end();
    });
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
  });
}

function request(
  method: string,
  target: string,
  body: string | Uint8Array = "",
  headers: readonly string[] = [],
): Promise<string> {
  const bytes = Buffer.from(body);
  const head = [
    `${method} ${target} HTTP/1.1`,
    "host: x",
    "connection: close",
    `content-length: ${bytes.length}`,
    ...headers,
  ];
  return talk([`${head.join("\r\n")}\r\n\r\n`, bytes]);
}

/** It is there, and answers as ever. */
async function expectAlive(): Promise<void> {
  const body = JSON.stringify({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
  const answer = await request("POST", "/model/amazon.nova-lite-v1%3A0/converse", body);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
}

/** As AWS refuses: a status, and a name that is no defect of the server's own. */
function expectAnswered(answer: string): void {
  expect(answer).toMatch(/^HTTP\/1\.[01] [2-5]\d\d /);
  expect(answer).not.toContain("has a defect");
}

const RAW: Readonly<Record<string, string>> = {
  "@@deep": `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
  "@@infinite": "1e999",
  "@@digits": "1".repeat(300),
};
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    1e21,
    "",
    [],
    {},
    [[]],
    [null],
    "\ud800",
    "\0",
    ..."@@deep @@infinite @@digits".split(" "),
  ),
  fc.constantFrom(
    "x".repeat(20_000),
    " ".repeat(20_000),
    "1".repeat(20_000),
    "(".repeat(20_000),
    "a/".repeat(10_000),
    "A ".repeat(10_000),
  ),
  fc.constantFrom("__proto__", "constructor", "toString").map((name) => Object.fromEntries([[name, { text: "x" }]])),
  fc.jsonValue({ maxDepth: 3 }),
);
const TEXT = { role: "user", content: [{ text: "List three cities and email ann@example.com" }] };
const SCHEMA = {
  type: "object",
  properties: {
    name: { type: "string", pattern: "^[a-z]{2,5}$", minLength: 1, maxLength: 9 },
    list: { type: "array", minItems: 1, maxItems: 3, items: { type: "number", minimum: 1, multipleOf: 2 } },
  },
  required: ["name", "list"],
};
const TOOL = { toolSpec: { name: "look", description: "Looks", inputSchema: { json: SCHEMA } } };
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
/** Requests that are good, to be made bad. */
const REQUESTS: readonly (readonly [target: string, body: object])[] = [
  [
    "/model/us.anthropic.claude-sonnet-4-6/converse",
    {
      messages: [TEXT],
      system: [{ text: "s" }],
      inferenceConfig: { maxTokens: 50, temperature: 0.5, stopSequences: ["x"] },
    },
  ],
  [
    "/model/us.anthropic.claude-sonnet-4-6/converse",
    { messages: [TEXT], toolConfig: { tools: [TOOL, { cachePoint: { type: "default" } }], toolChoice: { any: {} } } },
  ],
  [
    "/model/us.anthropic.claude-sonnet-4-6/converse-stream",
    {
      messages: [{ role: "user", content: [{ image: { format: "png", source: { bytes: PNG } } }, { text: "What?" }] }],
      additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } },
      inferenceConfig: { maxTokens: 2000 },
    },
  ],
  [
    "/model/us.anthropic.claude-sonnet-4-6/converse",
    {
      messages: [
        TEXT,
        { role: "assistant", content: [{ toolUse: { toolUseId: "t", name: "look", input: { a: 1 } } }] },
        { role: "user", content: [{ toolResult: { toolUseId: "t", content: [{ json: { b: 2 } }] } }] },
      ],
      toolConfig: { tools: [TOOL] },
    },
  ],
  ["/model/anthropic.claude-sonnet-4-20250514-v1%3A0/count-tokens", { input: { converse: { messages: [TEXT] } } }],
  ["/model/amazon.titan-embed-text-v2%3A0/invoke", { inputText: "Hi", dimensions: 256, normalize: true }],
  ["/model/cohere.embed-v4%3A0/invoke", { texts: ["a"], input_type: "search_query", embedding_types: ["float"] }],
  ["/model/cohere.rerank-v3-5%3A0/invoke", { query: "q", documents: ["a", "b"], top_n: 1, api_version: 2 }],
  [
    "/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke",
    { anthropic_version: "bedrock-2023-05-31", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] },
  ],
  [
    "/model/amazon.nova-canvas-v1%3A0/invoke",
    {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: "A cat" },
      imageGenerationConfig: { width: 320, height: 320, seed: 1 },
    },
  ],
  [
    "/guardrail-checks/invoke",
    { content: [{ text: { text: "x" } }], checks: { contentFilter: { categories: ["VIOLENCE"] } } },
  ],
  [
    "/rerank",
    {
      queries: [{ type: "TEXT", textQuery: { text: "q" } }],
      sources: [{ type: "INLINE", inlineDocumentSource: { type: "TEXT", textDocument: { text: "d" } } }],
      rerankingConfiguration: {
        type: "BEDROCK_RERANKING_MODEL",
        bedrockRerankingConfiguration: {
          modelConfiguration: { modelArn: "arn:aws:bedrock:us-east-1::foundation-model/amazon.rerank-v1:0" },
        },
      },
    },
  ],
  [
    "/async-invoke",
    {
      modelId: "amazon.nova-reel-v1:0",
      modelInput: { taskType: "TEXT_VIDEO", textToVideoParams: { text: "A cat" } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://bucket/out" } },
    },
  ],
  [
    "/model-invocation-job",
    {
      jobName: "j",
      roleArn: "arn:aws:iam::123456789012:role/x",
      modelId: "amazon.nova-lite-v1:0",
      inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://bucket/in.jsonl" } },
      outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://bucket/../../out/" } },
    },
  ],
];

/** A copy with another value, name or nothing at one place. */
function change(root: unknown, at: number, value: unknown, kind: number): unknown {
  let left = at % countPlaces(root);
  const walk = (member: unknown): unknown => {
    if (left-- === 0)
      return kind === 0 && typeof member === "object" && member ? { ...member, ["constructor"]: value } : value;
    if (Array.isArray(member)) return member.map(walk);
    if (typeof member !== "object" || member === null) return member;
    return Object.fromEntries(Object.entries(member).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(root);
}

function countPlaces(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + countPlaces(member), 1);
}

const mutated = fc
  .tuple(fc.constantFrom(...REQUESTS), fc.array(fc.tuple(fc.nat(), hostile, fc.nat(3)), { minLength: 1, maxLength: 3 }))
  .map(([[target, body], edits]) => {
    const changed = edits.reduce<unknown>((value, [at, to, kind]) => change(value, at, to, kind), body);
    return [
      target,
      JSON.stringify(changed).replaceAll(/"(@@\w+)"/g, (whole, name: string) => RAW[name] ?? whole),
    ] as const;
  });

describe("a hostile request", { timeout: TIMEOUT_MS }, () => {
  it("begins with requests that are good", async () => {
    for (const [target, body] of REQUESTS.slice(0, 10))
      expect(`${target}: ${await request("POST", target, JSON.stringify(body))}`).toMatch(/: HTTP\S* 200 /);
  });

  it("with any body is answered, as AWS would", async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async ([target, body]) => expectAnswered(await request("POST", target, body))),
      tries(200),
    );
    await expectAlive();
  });

  it("with any path or header is answered", async () => {
    const part = fc.constantFrom(
      "model",
      "..",
      "%2e%2e",
      "%2F",
      "%5c",
      "%00",
      "%",
      "%ff",
      "converse",
      "invoke",
      "guardrail",
      "a".repeat(3000),
      "arn:aws:bedrock:us-east-1::foundation-model%2Fx",
      "async-invoke",
      "version",
      "?nextToken=",
      "?maxResults=1e9",
      "&",
      "__proto__",
      "constructor",
    );
    const header = fc.constantFrom(
      "authorization: AWS4-HMAC-SHA256 Credential=a/2/b/s3/aws4_request, SignedHeaders=, Signature=",
      "authorization: Bearer",
      "x-amzn-bedrock-trace: \x01",
      "range: bytes=9-1",
      "content-encoding: aws-chunked",
      "expect: 200-maybe",
      "transfer-encoding: chunked",
      "x-amzn-bedrock-guardrailidentifier: ..",
      `x-long: ${"y".repeat(9000)}`,
      "__proto__: x",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.array(header, { maxLength: 2 }),
        async (method, parts, headers) => {
          expectAnswered(await request(method, `/${parts.join("/")}`, method === "POST" ? "{}" : "", headers));
        },
      ),
      tries(120),
    );
    await expectAlive();
  });

  it("of any bytes at all is answered or hung up on, and the server lives", async () => {
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const start = fc.constantFrom(
      "",
      preface,
      preface.slice(0, 9),
      "GET / HTTP/1.1\r\n",
      "POST /rerank HTTP/1.1\r\ncontent-length: 9\r\n\r\n",
      "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
      "CONNECT x:1 HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      "\x16\x03\x01\x02",
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 80 }), async (head, bytes) => {
        expect(await talk([head, bytes], true)).not.toContain("has a defect");
      }),
      tries(80),
    );
    await expectAlive();
  });
});

describe("a name from the wire", { timeout: TIMEOUT_MS }, () => {
  it("leads to no file outside of the folder", async () => {
    const step = fc.constantFrom(
      "..",
      ".",
      "",
      "%2e%2e",
      "%2E.",
      "..%2f",
      "%2f",
      "%5c..",
      "..\\",
      "%00",
      "secret.txt",
      "a",
      "con",
      "~",
      "%25",
      "%tmp-x",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("PUT", "GET", "HEAD", "DELETE"),
        fc.constantFrom("bucket", "..", "a..b", "%2e%2e", "store"),
        fc.array(step, { maxLength: 6 }),
        async (method, bucket, steps) => {
          const answer = await request(method, `/${bucket}/${steps.join("/")}`, method === "PUT" ? "overwritten" : "");
          expectAnswered(answer);
          expect(answer).not.toContain("not to be read");
        },
      ),
      tries(120),
    );
    expect(readdirSync(home).sort()).toEqual(["secret.txt", "store"]);
    await expectAlive();
  });
});
