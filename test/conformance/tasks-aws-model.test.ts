import { startBedrockLocal } from "@node-llm/bedrock-local";
import { describe, expect, it } from "vitest";

import { hasModel, readRequestCheck } from "../support/aws-model.ts";

describe.skipIf(!hasModel)("the checker of whole requests", () => {
  const check = readRequestCheck();
  const rerank = { queries: [{ type: "TEXT", textQuery: { text: "a" } }], sources: [], rerankingConfiguration: {} };

  it.each<[string, string, RequestInit, RegExp]>([
    [
      "a label",
      "/model/a%20b/count-tokens",
      { method: "POST", body: '{"input":{"converse":{}}}' },
      /modelId.*does not match/,
    ],
    ["a query", "/guardrails?maxResult=1", {}, /querystring:maxresult is unknown/],
    ["a number in a query", "/guardrails?maxResults=1001", {}, /1001 is not from 1 to 1000/],
    ["a text for a number in a query", "/guardrails?maxResults=all", {}, /maxResults: is "all", which is no integer/],
    ["a time in a query", "/async-invoke?submitTimeAfter=today", {}, /no timestamp/],
    ["a word in a query", "/async-invoke?sortOrder=Upwards", {}, /none of Ascending,Descending/],
    [
      "a header",
      "/model/amazon.nova-lite-v1%3A0/invoke",
      { method: "POST", body: "{}", headers: { "x-amzn-bedrock-tracing": "ENABLED" } },
      /header:x-amzn-bedrock-tracing is unknown/,
    ],
    [
      "the value of a header",
      "/model/amazon.nova-lite-v1%3A0/invoke",
      { method: "POST", body: "{}", headers: { "x-amzn-bedrock-trace": "on" } },
      /none of ENABLED/,
    ],
    ["a body", "/rerank", { method: "POST", body: JSON.stringify(rerank) }, /0 is not from 1 to 1000/],
    ["a body without a member", "/async-invoke", { method: "POST", body: "{}" }, /outputDataConfig is missing/],
  ])("refuses %s that AWS does not have", async (_name, path, init, problem) => {
    const server = await startBedrockLocal({ auth: "none" });
    await fetch(server.url + path, init);
    expect(server.requests.flatMap(check).join()).toMatch(problem);
    await server.close();
  });
});
