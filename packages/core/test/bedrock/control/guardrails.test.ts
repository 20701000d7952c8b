import { describe, expect, test } from "vitest";
import type { GuardrailInfo } from "../../../src/bedrock/control/types.ts";
import { createClient, failureOf, useServer } from "../../support/bedrock.ts";

const ids = Array.from({ length: 5 }, (_, index) => `gr${index}`);
const server = useServer({
  guardrails: [...ids.map((id) => ({ id, words: ["cactus"] })), { id: "gr0", version: "1", name: "First" }],
});
const list = (
  ...args: Parameters<ReturnType<typeof createClient>["guardrails"]["list"]>
): Promise<readonly GuardrailInfo[]> => createClient(server()).guardrails.list(...args);

describe("guardrails.list", () => {
  test("gives every guardrail", async () => {
    const found = await list();
    expect(found.map(({ id, version }) => [id, version])).toEqual(ids.map((id) => [id, "DRAFT"]));
    expect(found[0]).toMatchObject({
      status: "READY",
      arn: expect.stringMatching(/^arn:aws:bedrock:us-east-1:\d{12}:guardrail\/gr0$/),
      createdAt: expect.any(Date),
    });
    expect(server().requests.map(({ path }) => path)).toEqual(["/guardrails?maxResults=1000"]);
  });

  test("gives the versions of one, and a guardrail that it gave moderates", async () => {
    const found = await list({ guardrailIdentifier: "gr0" });
    expect(found.map(({ id, version }) => [id, version])).toEqual([
      ["gr0", "DRAFT"],
      ["gr0", "1"],
    ]);
    const [{ arn, version } = expect.unreachable()] = found;
    const guardrail = { guardrailIdentifier: arn, guardrailVersion: version };
    expect(await createClient(server()).moderate("A cactus!", { guardrail })).toMatchObject({ flagged: true });
  });

  test("reads what the service tells, and leaves out what it does not", async () => {
    const raw = {
      id: "abc",
      arn: "arn",
      name: "Mine",
      version: "2",
      status: "READY",
      createdAt: "2026-01-02T03:04:05Z",
      updatedAt: "never",
      description: "Strict",
      crossRegionDetails: { guardrailProfileId: "us.guardrail.v1:0" },
    };
    server().enqueue({ status: 200, body: { guardrails: [raw] } });
    expect(await list()).toEqual([
      {
        id: "abc",
        arn: "arn",
        name: "Mine",
        version: "2",
        status: "READY",
        description: "Strict",
        createdAt: new Date("2026-01-02T03:04:05Z"),
        profileId: "us.guardrail.v1:0",
        raw,
      },
    ]);
  });

  test("stops reading pages at the limit", async () => {
    const page = (id: string): object => ({ status: 200, body: { guardrails: [{ id }, { id }], nextToken: id } });
    server().enqueue(page("a") as never, page("b") as never, page("c") as never);
    expect((await list({ limit: 3 })).map(({ id }) => id)).toEqual(["a", "a", "b"]);
    expect(server().requests.map(({ path }) => path)).toEqual([
      "/guardrails?maxResults=3",
      "/guardrails?maxResults=1&nextToken=a",
    ]);
  });

  test.each([
    [{ id: "gr0" }, "guardrails.list() does not know the option id"],
    [{ limit: -1 }, "limit is -1"],
    [{ guardrailIdentifier: "a b" }, 'guardrailIdentifier is "a b"'],
  ])("refuses %j before anything is sent", async (options, message) => {
    const error = await failureOf(list(options as object));
    expect([error.code, error.message]).toEqual(["ERR_INPUT", expect.stringContaining(message)]);
    expect(server().requests).toEqual([]);
  });

  test("of a guardrail that does not exist is told by AWS", async () => {
    expect(await failureOf(list({ guardrailIdentifier: "nobody" }))).toMatchObject({
      code: "ERR_NOT_FOUND",
      operation: "ListGuardrails",
    });
  });
});
