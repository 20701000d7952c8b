// Signing one request: from method, path, headers and body to the headers to send.
import { Sha256 } from "@aws-crypto/sha256-js";
import { createSigner } from "@node-llm/core";
import { Hash } from "@smithy/core/serde";
import { HttpRequest } from "@smithy/core/transport";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";
import { createHmac, hash } from "node:crypto";
import { raceTable, sharesOf, timesOf } from "../lib/tables.mjs";
import { createTarget } from "../lib/target.mjs";
import { race } from "../lib/workers.mjs";

const { region, credentials, model } = createTarget({ url: "", h2Url: "" });
const HOST = `bedrock-runtime.${region}.amazonaws.com`;
const PATH = `/model/${encodeURIComponent(model)}/converse`;
const HEADERS = { "content-type": "application/json", accept: "application/json" };

/** @type {(bytes: number) => string} */
const createBody = (bytes) => {
  const text = "mill ".repeat((bytes - 65) / 5);
  return JSON.stringify({ messages: [{ role: "user", content: [{ text }] }] }).padEnd(bytes);
};

/** Made once, as a program has it when it signs. */
const BODIES = new Map([1024, 100 * 1024, 5 * 1024 * 1024].map((bytes) => [bytes, createBody(bytes)]));

const CASES = [
  { name: "1 KB", bytes: 1024, operations: 4000 },
  { name: "100 KB", bytes: 100 * 1024, operations: 400 },
  { name: "5 MB", bytes: 5 * 1024 * 1024, operations: 8 },
];

/** @typedef {(date: Date, body: string) => Promise<Record<string, string>> | Record<string, string>} Sign */

const LABELS = {
  floor: "floor: `node:crypto`, key derived once, nothing general",
  ours: "`@node-llm/core`",
  smithy: "`@smithy/signature-v4`, Node's hash (as in the AWS SDK)",
  "smithy-js": "`@smithy/signature-v4`, `@aws-crypto/sha256-js`",
  aws4fetch: "`aws4fetch`",
};

/** @typedef {ConstructorParameters<typeof SignatureV4>[0]["sha256"]} HashConstructor */

/** @type {(sha256: HashConstructor) => Sign} */
function createSmithy(sha256) {
  const signer = new SignatureV4({ credentials, region, service: "bedrock", sha256 });
  return async (date, body) => {
    const headers = { ...HEADERS, host: HOST };
    const request = new HttpRequest({ method: "POST", hostname: HOST, path: PATH, headers, body });
    return (await signer.sign(request, { signingDate: date })).headers;
  };
}

/** @returns {Sign} */
function createFloor() {
  const hmac = (/** @type {import("node:crypto").BinaryLike} */ key, /** @type {string} */ data) =>
    createHmac("sha256", key).update(data);
  const encodedPath = PATH.replaceAll("%", "%25");
  const names = "accept;content-type;host;x-amz-content-sha256;x-amz-date";
  /** @type {{ day: string, key: Buffer } | undefined} */
  let known;
  const findKey = (/** @type {string} */ day) => {
    if (known?.day === day) return known.key;
    let key = hmac(`AWS4${credentials.secretAccessKey}`, day).digest();
    for (const part of [region, "bedrock", "aws4_request"]) key = hmac(key, part).digest();
    known = { day, key };
    return key;
  };
  return (when, body) => {
    const date = when.toISOString().replace(/[-:]|\.\d+/g, "");
    const day = date.slice(0, 8);
    const bodyHash = hash("sha256", body);
    const text = `POST\n${encodedPath}\n\naccept:application/json\ncontent-type:application/json\nhost:${HOST}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${date}\n\n${names}\n${bodyHash}`;
    const scope = `${day}/${region}/bedrock/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash("sha256", text)}`;
    const signature = hmac(findKey(day), toSign).digest("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { authorization, "x-amz-date": date, "x-amz-content-sha256": bodyHash };
  };
}

/** @returns {Sign} */
function createAws4fetch() {
  const cache = new Map();
  return async (date, body) => {
    const datetime = date.toISOString().replace(/[-:]|\.\d+/g, "");
    const signer = new AwsV4Signer({
      url: `https://${HOST}${PATH}`,
      method: "POST",
      headers: HEADERS,
      body,
      ...credentials,
      region,
      service: "bedrock",
      cache,
      datetime,
      allHeaders: true,
    });
    return Object.fromEntries((await signer.sign()).headers);
  };
}

/** @returns {Sign} */
function createOurs() {
  const sign = createSigner();
  const request = { method: "POST", path: PATH, host: HOST, headers: HEADERS };
  return (date, body) => sign({ ...request, body }, { credentials, region, service: "bedrock", date });
}

/** @type {Record<string, () => Sign>} */
const SIGNERS = {
  floor: createFloor,
  ours: createOurs,
  smithy: () => createSmithy(Hash.bind(null, "sha256")),
  "smithy-js": () => createSmithy(Sha256),
  aws4fetch: createAws4fetch,
};

/**
 * @param {string} id
 * @returns {Promise<import("../lib/worker.mjs").Contestant>}
 */
export async function createContestant(id) {
  const sign = SIGNERS[id]?.();
  if (!sign) throw new Error(`There is no signer ${id}.`);
  await check(id, sign);
  return {
    async run({ operations, bytes = 0 }) {
      const body = BODIES.get(bytes) ?? "";
      for (let i = 0; i < operations; i++) await sign(new Date(), body);
    },
  };
}

/**
 * All must agree with the AWS SDK's signer where they sign the same headers; aws4fetch leaves the body's hash out.
 *
 * @param {string} id
 * @param {Sign} sign
 */
async function check(id, sign) {
  const date = new Date(Date.UTC(2025, 5, 27, 14, 48, 15));
  for (const body of BODIES.values()) {
    const { authorization } = await sign(date, body);
    const expected = await createSmithy(Hash.bind(null, "sha256"))(date, body);
    const sameHeaders = authorization?.includes("host;x-amz-content-sha256;x-amz-date,");
    if (id !== "aws4fetch" && (!sameHeaders || authorization !== expected["authorization"])) {
      throw new Error(`${id} signs differently:\n${authorization}\n${expected["authorization"]}`);
    }
  }
}

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale }) {
  const cases = CASES.map((work) => ({ ...work, operations: work.operations * scale }));
  const { results, notes } = await race("sign", Object.keys(LABELS), cases, rounds);
  const small = results["1 KB"];
  /** The SDK's signer stands for the SDK. @type {<T>(byId: Record<string, T>) => Record<string, T>} */
  const byClient = ({ floor, ours, smithy, aws4fetch }) => ({
    ...(floor !== undefined && { floor }),
    ...(ours !== undefined && { ours }),
    ...(smithy !== undefined && { "aws-sdk-http1": smithy }),
    ...(aws4fetch !== undefined && { aws4fetch }),
  });
  return {
    title: "Signing",
    text: "One request, signing key known from an earlier request of the day where the signer keeps it. The body is a string.",
    tables: cases.map(({ name }) => raceTable(name, results[name] ?? {}, LABELS)),
    notes,
    measured: { sign: sharesOf(small)["ours"] ?? NaN },
    cells: Object.fromEntries(cases.map(({ name }) => [`sign ${name}`, byClient(timesOf(results[name]))])),
    shares: Object.fromEntries(cases.map(({ name }) => [`sign ${name}`, byClient(sharesOf(results[name]))])),
  };
}
