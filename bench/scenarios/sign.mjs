// Signing one request with a body of 1 KB: from method, path, headers and body to the headers to send.
import { Sha256 } from "@aws-crypto/sha256-js";

import { createSigner } from "@node-llm/core";
import { Hash } from "@smithy/core/serde";
import { HttpRequest } from "@smithy/core/transport";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";
import { createHmac, hash } from "node:crypto";
import { atLeast, raceTable } from "../lib/tables.mjs";
import { createTarget } from "../lib/target.mjs";
import { race } from "../lib/workers.mjs";

const { region, credentials, model } = createTarget({ url: "", h2Url: "" });
const HOST = `bedrock-runtime.${region}.amazonaws.com`;
const PATH = `/model/${encodeURIComponent(model)}/converse`;
const HEADERS = { "content-type": "application/json", accept: "application/json" };
const BODY = JSON.stringify({ messages: [{ role: "user", content: [{ text: "mill ".repeat(191) }] }] }).padEnd(1024);

const LABELS = {
  floor: "floor: `node:crypto`, key derived once, nothing general",
  ours: "`@node-llm/core`",
  smithy: "`@smithy/signature-v4`, Node's hash (as in the AWS SDK)",
  "smithy-js": "`@smithy/signature-v4`, `@aws-crypto/sha256-js`",
  aws4fetch: "`aws4fetch`",
};

/** @param {new (...args: any[]) => any} sha256 */
function createSmithy(sha256) {
  const signer = new SignatureV4({ credentials, region, service: "bedrock", sha256 });
  return async (/** @type {Date} */ date) => {
    const headers = { ...HEADERS, host: HOST };
    const request = new HttpRequest({ method: "POST", hostname: HOST, path: PATH, headers, body: BODY });
    return (await signer.sign(request, { signingDate: date })).headers;
  };
}

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
  return (/** @type {Date} */ when) => {
    const date = when.toISOString().replace(/[-:]|\.\d+/g, "");
    const day = date.slice(0, 8);
    const bodyHash = hash("sha256", BODY);
    const text = `POST\n${encodedPath}\n\naccept:application/json\ncontent-type:application/json\nhost:${HOST}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${date}\n\n${names}\n${bodyHash}`;
    const scope = `${day}/${region}/bedrock/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash("sha256", text)}`;
    const signature = hmac(findKey(day), toSign).digest("hex");
    const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { authorization, "x-amz-date": date, "x-amz-content-sha256": bodyHash };
  };
}

function createAws4fetch() {
  const cache = new Map();
  return async (/** @type {Date} */ date) => {
    const datetime = date.toISOString().replace(/[-:]|\.\d+/g, "");
    const signer = new AwsV4Signer({
      url: `https://${HOST}${PATH}`,
      method: "POST",
      headers: HEADERS,
      body: BODY,
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

function createOurs() {
  const sign = createSigner();
  const request = { method: "POST", path: PATH, host: HOST, headers: HEADERS, body: BODY };
  return (/** @type {Date} */ date) => sign(request, { credentials, region, service: "bedrock", date });
}

/** @type {Record<string, () => (date: Date) => Promise<Record<string, string>> | Record<string, string>>} */
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
    async run({ operations }) {
      for (let i = 0; i < operations; i++) await sign(new Date());
    },
  };
}

/**
 * All must agree with the AWS SDK's signer where they sign the same headers; aws4fetch leaves the body's hash out.
 *
 * @param {string} id
 * @param {(date: Date) => Promise<Record<string, string>> | Record<string, string>} sign
 */
async function check(id, sign) {
  const date = new Date(Date.UTC(2025, 5, 27, 14, 48, 15));
  const { authorization } = await sign(date);
  const expected = await createSmithy(Sha256)(date);
  const sameHeaders = authorization?.includes("host;x-amz-content-sha256;x-amz-date,");
  if (id !== "aws4fetch" && (!sameHeaders || authorization !== expected["authorization"])) {
    throw new Error(`${id} signs differently:\n${authorization}\n${expected["authorization"]}`);
  }
}

/** @param {import("../run.mjs").Context} context */
export async function run({ rounds, scale }) {
  const work = { name: "1 KB", operations: 4000 * scale };
  const figures = (await race("sign", Object.keys(LABELS), [work], rounds))[work.name] ?? {};
  const { ours, smithy } = figures;
  return {
    title: "Signing",
    text: "One request with a body of 1 KB, signing key known from an earlier request of the day where the signer keeps it.",
    tables: [raceTable("1 KB", figures, LABELS)],
    goals: [atLeast("signing 1 KB, times `@smithy/signature-v4`", (smithy?.wallUs ?? 0) / (ours?.wallUs ?? 0), 5)],
    summary: {
      "sign 1 KB": { floor: figures["floor"], ours, "aws-sdk-http1": smithy, aws4fetch: figures["aws4fetch"] },
    },
  };
}
