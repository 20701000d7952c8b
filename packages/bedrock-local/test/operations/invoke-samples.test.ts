import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type BedrockLocal, startBedrockLocal } from "../../src/index.ts";
import { parseObject, send } from "../support.ts";

const folder = new URL("../../../../../shared/samples/", import.meta.url);
const hasSamples = existsSync(folder);

interface Recording {
  exchange: {
    request: { path: string; body: unknown };
    response: { status: number; bodyText?: string; headers: Record<string, string> };
  };
}

/** Members that only some answers have: what the guardrail did, and what Claude's older models did not tell. */
const OPTIONAL = /^(amazon-bedrock-|cache_creation$|cache_creation_input|cache_read_input)/;

function readRecordings(): [name: string, recording: Recording["exchange"]][] {
  if (!hasSamples) return [];
  const names = readdirSync(folder).filter((name) => /^(invoke|counttokens)\./.test(name));
  return names.map((name) => {
    const { exchange }: Recording = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    return [name, exchange];
  });
}

/** The members of an answer and their types; a list by its first item. */
function describeAnswer(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [describeAnswer(value[0])];
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const members = Object.entries(value).filter(([name]) => !OPTIONAL.test(name));
  return Object.fromEntries(members.map(([name, member]) => [name, name === "input" ? "any" : describeAnswer(member)]));
}

/** What the built-in model says differs, so of messages only the kinds of their first blocks are compared. */
describe.skipIf(!hasSamples)("recorded requests of InvokeModel and CountTokens", () => {
  const recordings = readRecordings();
  const answered = recordings.filter(([, { response }]) => response.status === 200);
  let server: BedrockLocal;
  beforeAll(async () => {
    server = await startBedrockLocal({ auth: "none" });
  });
  afterAll(() => server.close());

  it("are here", () => {
    expect(answered.length).toBeGreaterThan(6);
  });

  it.each(answered)("%s is accepted, and answered with the same members and types", async (_name, exchange) => {
    const { request, response } = exchange;
    const answer = await send(server.url, { path: request.path, body: JSON.stringify(request.body) });
    const given = parseObject(answer.body.toString());
    expect(answer.status).toBe(200);
    const recorded = parseObject(response.bodyText ?? "{}");
    expect(dropSaid(describeAnswer(given))).toEqual(dropSaid(describeAnswer(recorded)));
    for (const name of Object.keys(response.headers).filter((header) => /token-count$/i.test(header))) {
      expect(answer.headers[name.toLowerCase()]).toMatch(/^\d+$/);
    }
  });

  it.each(recordings.filter(([, { response }]) => response.status === 400))(
    "%s is refused in the same words",
    async (_name, { request, response }) => {
      const answer = await send(server.url, { path: request.path, body: JSON.stringify(request.body) });
      expect(answer.status).toBe(400);
      expect(parseObject(answer.body.toString())).toEqual(parseObject(response.bodyText ?? "{}"));
    },
  );
});

/** A guardrail took counts out of Nova's recorded usage, and what a message holds is up to the model. */
function dropSaid(description: unknown): unknown {
  if (typeof description !== "object" || description === null) return description;
  const { usage: _, content, output, ...rest }: Record<string, unknown> = { ...description };
  const hasContent = content !== undefined || output !== undefined;
  const said = typeof output === "object" && output !== null ? Object.keys(output) : typeof content;
  return { ...rest, ...(hasContent ? { said } : {}) };
}
