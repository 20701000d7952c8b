import { createHash } from "node:crypto";
import type { BedrockLocal, Credential } from "@node-llm/bedrock-local";
import { startBedrockLocal } from "@node-llm/bedrock-local";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Credentials } from "../../../src/aws/credentials/credentials.ts";
import type { Chat } from "../../../src/chat/chat.ts";
import { createLLM, type LLM, type LLMOptions } from "../../../src/llm.ts";
import { failureOf, KEYS, MODEL } from "../../support/bedrock.ts";
import { createManualWorld } from "../../support/manual-world.ts";
import { createTestWorld, useMachine } from "./chains.ts";
import { agentCredentials, EXPIRATION, keyIdOf, stsAnswer, stsError } from "./fake-aws.ts";

const loaded = vi.hoisted(() => ({ chain: 0 }));
vi.mock("../../../src/aws/credentials/chain.ts", async (load) => {
  loaded.chain++;
  return load();
});

const machine = useMachine();
const PAIR = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };
const FILE = `[dev]\naws_access_key_id = ${PAIR.accessKeyId}\naws_secret_access_key = ${PAIR.secretAccessKey}\n`;
const ROLE = "arn:aws:iam::123456789012:role/app";
let server: BedrockLocal | undefined;
afterEach(() => server?.close());

/** A client on the machine, and a local Bedrock that accepts these credentials. */
async function setUp(
  credentials: readonly Credential[],
  options: Partial<LLMOptions> = {},
  env: Record<string, string | undefined> = {},
  over: Parameters<typeof createTestWorld>[1] = {},
): Promise<{ llm: LLM; bedrock: BedrockLocal }> {
  const bedrock = await startBedrockLocal({ credentials, ...(over.now && { now: over.now }) });
  server = bedrock;
  const endpoint = { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.url };
  const world = createTestWorld(machine.env({ ...endpoint, ...env }), { random: () => 0, ...over });
  return { llm: createLLM({ provider: "bedrock", ...options }, world), bedrock };
}

/** Asks and streams. */
async function useChat(chat: Chat): Promise<string[]> {
  return [String(await chat.ask("Count to 2")), String(await chat.fork().stream("Count to 2").response())];
}

const principals = ({ requests }: BedrockLocal): (string | undefined)[] => requests.map(({ principal }) => principal);

describe("a client", () => {
  test("with keys in the environment or as options does not load the chain", async () => {
    loaded.chain = 0;
    const { llm } = await setUp([PAIR], {}, KEYS);
    expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
    expect(loaded.chain).toBe(0);
  });

  test("without keys takes the profile that it names, region included", async () => {
    machine.write(".aws/credentials", FILE);
    machine.write(".aws/config", "[profile dev]\nregion = ap-south-1\n");
    const { llm, bedrock } = await setUp([PAIR], { bedrockProfile: "dev" }, { AWS_REGION: undefined });
    expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
    expect(bedrock.requests.every(({ headers }) => headers["authorization"]?.includes("/ap-south-1/bedrock/"))).toBe(
      true,
    );
  });

  test("of many calls at first looks for credentials once", async () => {
    machine.write("agent-token", "t");
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.aws.url}/agent`, AWS_REGION: undefined };
    machine.write(".aws/config", "[default]\nregion = eu-west-1\n");
    const credential = {
      accessKeyId: keyIdOf("/agent", undefined),
      secretAccessKey: "agent/secret",
      sessionToken: "agent-token",
    };
    const { llm } = await setUp([credential], {}, env);
    const answers = await Promise.all(Array.from({ length: 64 }, () => llm.chat(MODEL).ask("Count to 2")));
    expect(answers.map(String)).toEqual(Array(64).fill("1, 2"));
    expect(machine.aws.requests).toHaveLength(1);
  });

  test("reads a credentials file again when it has changed", async () => {
    const clock = createManualWorld();
    const next = { accessKeyId: "AKIDROTATED0000000", secretAccessKey: "rotated" };
    machine.write(".aws/credentials", FILE);
    const { monotonic } = clock;
    const { llm, bedrock } = await setUp([PAIR, next], { bedrockProfile: "dev" }, {}, { monotonic });
    await llm.chat(MODEL).ask("Count to 2");
    machine.write(
      ".aws/credentials",
      FILE.replace(PAIR.accessKeyId, next.accessKeyId).replace(PAIR.secretAccessKey, "rotated"),
    );
    clock.advance(1000);
    await llm.chat(MODEL).ask("Count to 2");
    expect(principals(bedrock)).toEqual([PAIR.accessKeyId, next.accessKeyId]);
  });

  test("signs in by IAM Identity Center, and tells what to run when that is over", async () => {
    const section = "sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = R\n";
    machine.write(".aws/config", `[profile dev]\n${section}`);
    const cache = `.aws/sso/cache/${createHash("sha1").update("https://x").digest("hex")}.json`;
    machine.write(cache, JSON.stringify({ accessToken: "hunter2", expiresAt: EXPIRATION }));
    const accessKeyId = keyIdOf("sso", "1", "R", "hunter2");
    const { llm } = await setUp([{ accessKeyId, secretAccessKey: "s", sessionToken: "t" }], { bedrockProfile: "dev" });
    expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
    machine.write(cache, JSON.stringify({ accessToken: "hunter2", expiresAt: "2020-01-01T00:00:00Z" }));
    const other = createLLM(
      { provider: "bedrock", bedrockProfile: "dev" },
      createTestWorld(machine.env({ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: server?.url })),
    );
    for (const call of [other.chat(MODEL).ask("Hi"), other.chat(MODEL).stream("Hi").response()]) {
      const error = await failureOf(call);
      expect(error).toMatchObject({ code: "ERR_CONFIGURATION", retryable: false, model: MODEL });
      expect(error.message).toContain("`aws sso login --profile dev`");
      expect(JSON.stringify([error, error.message])).not.toContain("hunter2");
    }
  });
});

describe("bedrockAssumeRole", () => {
  const assumed = { accessKeyId: "ASIAROLE", secretAccessKey: "secret&ASIAROLE", sessionToken: "token/ASIAROLE" };
  const body = (): URLSearchParams => new URLSearchParams(machine.aws.requests[0]?.body);

  test("assumes the role with the credentials that the client has", async () => {
    const role = { roleArn: ROLE, externalId: "x", sessionName: "app", durationSeconds: 900 };
    machine.aws.enqueue("POST /", { body: stsAnswer("AssumeRole", "ASIAROLE") });
    const { llm, bedrock } = await setUp([assumed], { bedrockAssumeRole: role }, KEYS);
    expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
    expect(principals(bedrock)).toEqual(["ASIAROLE", "ASIAROLE"]);
    expect(machine.aws.requests).toHaveLength(1);
    expect(Object.fromEntries(body())).toMatchObject({ RoleArn: ROLE, ExternalId: "x", RoleSessionName: "app" });
    expect(machine.aws.requests[0]?.headers["authorization"]).toContain(`${PAIR.accessKeyId}/`);
  });

  test("asks STS in the region of the profile, and at its endpoints", async () => {
    machine.write(".aws/config", `[default]\nregion = ap-south-1\nendpoint_url = ${machine.aws.url}\n`);
    machine.aws.enqueue("POST /", { body: stsAnswer("AssumeRole", "ASIAROLE") });
    const env = { ...KEYS, AWS_REGION: undefined, AWS_ENDPOINT_URL: undefined };
    const { llm, bedrock } = await setUp([assumed], { bedrockAssumeRole: { roleArn: ROLE } }, env);
    expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
    expect(machine.aws.requests[0]?.headers["authorization"]).toContain("/ap-south-1/sts/");
    expect(bedrock.requests[0]?.headers["authorization"]).toContain("/ap-south-1/bedrock/");
  });

  test.each(["ExpiredToken", "InvalidClientTokenId"])(
    "fetches the client's credentials once more when STS says %s of them",
    async (code) => {
      const refusal = { status: 403, body: stsError(code, "The security token is not valid") };
      let calls = 0;
      const bedrockCredentials = (): Credentials => ({ ...PAIR, accessKeyId: `AKID${++calls}` });
      const options = { bedrockCredentials, bedrockAssumeRole: { roleArn: ROLE } };
      machine.aws.enqueue("POST /", refusal, { body: stsAnswer("AssumeRole", "ASIAROLE") });
      const { llm, bedrock } = await setUp([assumed], options);
      expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
      const callers = machine.aws.requests.map(({ headers }) => /AKID\d/.exec(headers["authorization"] ?? "")?.[0]);
      expect(callers).toEqual(["AKID1", "AKID2"]);
      await bedrock.close();
      machine.aws.enqueue("POST /", refusal, refusal);
      const other = await setUp([assumed], options);
      const { message } = await failureOf(other.llm.chat(MODEL).ask("Hi"));
      expect(message).toContain(`(${code})`);
      expect(machine.aws.requests).toHaveLength(4);
      await other.bedrock.close();
      machine.aws.enqueue("POST /", refusal);
      const fixed = await setUp([assumed], { bedrockAssumeRole: { roleArn: ROLE } }, KEYS);
      expect((await failureOf(fixed.llm.chat(MODEL).ask("Hi"))).message).toContain(`(${code})`);
      expect(machine.aws.requests).toHaveLength(5);
    },
  );

  test("beats an API key of the environment", async () => {
    machine.aws.enqueue("POST /", { body: stsAnswer("AssumeRole", "ASIAROLE") });
    const env = { ...KEYS, AWS_BEARER_TOKEN_BEDROCK: "key" };
    const { llm, bedrock } = await setUp([assumed], { bedrockAssumeRole: { roleArn: ROLE } }, env);
    await llm.chat(MODEL).ask("Count to 2");
    expect(principals(bedrock)).toEqual(["ASIAROLE"]);
  });

  test.each([
    ["a token", "id-token"],
    ["a function that fetches one", () => Promise.resolve("id-token")],
  ])("needs no other credentials with %s of another provider", async (_, webIdentityToken) => {
    machine.aws.enqueue("POST /", { body: stsAnswer("AssumeRoleWithWebIdentity", "ASIAROLE") });
    const { llm } = await setUp([assumed], { bedrockAssumeRole: { roleArn: ROLE, webIdentityToken } });
    expect(await useChat(llm.chat(MODEL))).toEqual(["1, 2", "1, 2"]);
    expect(body().get("WebIdentityToken")).toBe("id-token");
    expect(machine.aws.requests[0]?.headers).not.toHaveProperty("authorization");
  });
});

describe("a role that cannot be assumed", () => {
  test("is told by its option, with the reason", async () => {
    const denied = { roleArn: "arn:aws:iam::123456789012:role/denied" };
    const { llm, bedrock } = await setUp([PAIR], { bedrockAssumeRole: denied }, KEYS);
    const refused = await failureOf(llm.chat(MODEL).ask("Hi"));
    expect(refused).toMatchObject({ code: "ERR_CONFIGURATION", message: expect.stringContaining("AccessDenied") });
    const fail = (): never => {
      throw new TypeError("hunter2");
    };
    await bedrock.close();
    const other = await setUp([PAIR], { bedrockAssumeRole: { roleArn: ROLE, webIdentityToken: fail } });
    const { message } = await failureOf(other.llm.chat(MODEL).ask("Hi"));
    expect(message).toBe("bedrockAssumeRole gave no credentials: it threw TypeError (see cause).");
  });
});

describe("credentials that change under load", () => {
  const lifeMs = 1000;
  const start = Date.UTC(2026, 0, 1);
  const nth = (n: number, ends: number): Credential => {
    const accessKeyId = `ASIA${String(n).padStart(16, "0")}`;
    return { accessKeyId, secretAccessKey: "agent/secret", sessionToken: "agent-token", expiresAt: new Date(ends) };
  };

  test(
    "64 streams at a time, while they expire every second: none fails, one fetch per expiry",
    { timeout: 60_000 },
    async () => {
      const rounds = 12;
      const all = Array.from({ length: rounds }, (_, n) => nth(n, start + (n + 1) * lifeMs));
      const clock = createManualWorld(start);
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.aws.url}/agent` };
      const { llm, bedrock } = await setUp(all, { maxRetries: 0 }, env, { now: clock.now });
      for (const { accessKeyId, expiresAt } of all) {
        machine.aws.enqueue("GET /agent", { body: agentCredentials(accessKeyId, expiresAt?.toISOString()) });
      }
      for (let round = 1; round <= rounds; round++) {
        const streams = Array.from({ length: 64 }, () => llm.chat(MODEL).stream("Count to 2").response());
        expect((await Promise.all(streams)).map(String)).toEqual(Array(64).fill("1, 2"));
        expect(machine.aws.requests).toHaveLength(round);
        clock.advance(lifeMs);
      }
      expect(new Set(principals(bedrock)).size).toBe(rounds);
    },
  );

  test("earlier than they said: all calls go on with new ones, fetched once", async () => {
    const [old, fresh] = [nth(0, start - 1), nth(1, start + 3_600_000)];
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.aws.url}/agent` };
    const { llm } = await setUp([old, fresh], { maxRetries: 0 }, env, { now: () => start });
    machine.aws.enqueue(
      "GET /agent",
      { body: agentCredentials(old.accessKeyId) },
      { body: agentCredentials(fresh.accessKeyId) },
    );
    const answers = await Promise.all(Array.from({ length: 64 }, () => llm.chat(MODEL).ask("Count to 2")));
    expect(answers.map(String)).toEqual(Array(64).fill("1, 2"));
    expect(machine.aws.requests).toHaveLength(2);
  });
});
