import { createHash, createPublicKey, generateKeyPairSync, verify, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refusalOf, useMachine } from "./chains.ts";
import { EXPIRATION, keyIdOf } from "./fake-aws.ts";

const machine = useMachine();
const SESSION = "arn:aws:iam::123456789012:user/dev";
const NAME = `${createHash("sha256").update(SESSION).digest("hex")}.json`;
const PAST = "2020-01-01T00:00:00Z";
const dpopKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "pem", type: "sec1" });

function setUp(expiresAt: string, over: object = {}, folder = ".aws/login/cache"): void {
  machine.write(".aws/config", `[profile dev]\nlogin_session = ${SESSION}\nregion = us-west-2\n`);
  const accessToken = {
    accessKeyId: "ASIALOGIN",
    secretAccessKey: "hunter2",
    sessionToken: "t",
    accountId: "1",
    expiresAt,
  };
  machine.write(
    `${folder}/${NAME}`,
    JSON.stringify({ accessToken, clientId: "c", refreshToken: "r", dpopKey, ...over }),
  );
}

const provide = (env = {}): ReturnType<ReturnType<typeof machine.chain>["provide"]> =>
  machine.chain({ AWS_PROFILE: "dev", ...env }).provide();
const read = (): unknown => JSON.parse(readFileSync(join(machine.path, ".aws/login/cache", NAME), "utf8"));

describe("a profile of `aws login`", () => {
  test("uses what the login left", async () => {
    setUp(EXPIRATION);
    const expiration = new Date(EXPIRATION);
    expect(await provide()).toEqual({
      accessKeyId: "ASIALOGIN",
      secretAccessKey: "hunter2",
      sessionToken: "t",
      expiration,
      source: "profile dev",
    });
    expect(machine.aws.requests).toEqual([]);
  });

  test("finds it in AWS_LOGIN_CACHE_DIRECTORY, too", async () => {
    setUp(EXPIRATION, {}, "elsewhere");
    const found = await provide({ AWS_LOGIN_CACHE_DIRECTORY: join(machine.path, "elsewhere") });
    expect(found.accessKeyId).toBe("ASIALOGIN");
  });

  test("renews what has expired, with a proof of the login's key, and writes it back", async () => {
    setUp(PAST, { idToken: "id" });
    expect((await provide()).accessKeyId).toBe(keyIdOf("login", "c", "r"));
    const [request] = machine.aws.requests;
    expect(JSON.parse(request?.body ?? "")).toEqual({ clientId: "c", refreshToken: "r", grantType: "refresh_token" });
    const proof = readProof(request?.headers["dpop"] ?? "");
    expect(proof.claims).toMatchObject({ htm: "POST", htu: `${machine.aws.url}/v1/token` });
    expect(proof.isGenuine).toBe(true);
    expect(read()).toMatchObject({
      refreshToken: "next",
      idToken: "id",
      accessToken: { accountId: "1", sessionToken: "t" },
    });
    await provide();
    expect(machine.aws.requests).toHaveLength(1);
  });

  test("keeps what is still valid when it cannot be renewed", async () => {
    setUp(new Date(Date.now() + 60_000).toISOString());
    machine.aws.enqueue("POST /v1/token", { status: 400, body: "{}" });
    expect((await provide()).accessKeyId).toBe("ASIALOGIN");
  });

  test.each([
    ["where the login was", { signInRegion: "eu-central-1" }, "region = us-west-2", "ap-south-1", "eu-central-1"],
    ["in the profile's region", {}, "region = us-west-2", "ap-south-1", "us-west-2"],
    ["in the client's region", {}, "", "ap-south-1", "ap-south-1"],
    ["in us-east-1", {}, "", undefined, "us-east-1"],
  ])("renews %s", async (_, over, line, region, expected) => {
    setUp(PAST, over);
    machine.write(".aws/config", `[profile dev]\nlogin_session = ${SESSION}\n${line}\n`);
    const asked: string[] = [];
    const answer = {
      accessToken: { accessKeyId: "ASIANEW", secretAccessKey: "s", sessionToken: "t" },
      refreshToken: "n",
    };
    const signIn: typeof fetch = (url) => {
      asked.push(url instanceof Request ? url.url : String(url));
      return Promise.resolve(new Response(JSON.stringify(answer)));
    };
    const env = { AWS_PROFILE: "dev", AWS_ENDPOINT_URL: undefined, AWS_REGION: region };
    const now = Date.parse("2030-01-01T00:00:00Z");
    const found = await machine.chain(env, { fetch: signIn, now: () => now }).provide();
    // Without a word on how long it lasts, it is a quarter of an hour.
    expect(found).toMatchObject({ accessKeyId: "ASIANEW", expiration: new Date(now + 900_000) });
    expect(asked).toEqual([`https://${expected}.signin.aws.amazon.com/v1/token`]);
  });

  test.each([
    ["nobody has signed in", EXPIRATION, { dpopKey: undefined }],
    ["nobody has signed in", EXPIRATION, { clientId: undefined }],
    ["its session has expired (TOKEN_EXPIRED)", PAST, { refreshToken: "spent" }],
    ["its session has expired (TOKEN_EXPIRED)", new Date(Date.now() + 60_000).toISOString(), { refreshToken: "spent" }],
  ])("says what to run: %s", async (told, expiresAt, over) => {
    setUp(expiresAt, over);
    const { message } = await refusalOf(provide());
    expect(message).toContain(`profile dev: ${told}. Run \`aws login --profile dev\``);
    expect(message).not.toContain("hunter2");
  });

  test("that another program has renewed meanwhile is not over", async () => {
    setUp(PAST, { refreshToken: "spent" });
    const renewElsewhere: typeof fetch = () => {
      setUp(EXPIRATION, { refreshToken: "theirs" });
      return Promise.resolve(new Response('{"error":"TOKEN_EXPIRED"}', { status: 403 }));
    };
    const chain = machine.chain({ AWS_PROFILE: "dev" }, { fetch: renewElsewhere });
    expect((await chain.provide()).accessKeyId).toBe("ASIALOGIN");
  });

  test("whose key is broken is used while it is valid, then says what to run", async () => {
    setUp(new Date(Date.now() + 60_000).toISOString(), { dpopKey: "hunter2" });
    expect((await provide()).accessKeyId).toBe("ASIALOGIN");
    setUp(PAST, { dpopKey: "hunter2" });
    const { message } = await refusalOf(provide());
    expect(message).toContain("its session cannot be renewed (see cause). Run `aws login --profile dev`");
  });

  test("that ends at this very moment is over", async () => {
    setUp(PAST, { dpopKey: "hunter2" });
    const chain = machine.chain({ AWS_PROFILE: "dev" }, { now: () => Date.parse(PAST) });
    expect((await refusalOf(chain.provide())).message).toContain("its session cannot be renewed (see cause)");
  });

  test("that was never signed in to says what to run", async () => {
    machine.write(".aws/config", `[profile dev]\nlogin_session = ${SESSION}\n`);
    expect((await refusalOf(provide())).message).toContain("`aws login --profile dev`");
  });
});

/** Takes a DPoP proof (RFC 9449) apart, and verifies it with the key that it names. */
function readProof(proof: string): { claims: unknown; isGenuine: boolean } {
  const [head = "", body = "", signature = ""] = proof.split(".");
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  const { jwk, alg, typ } = decode(head) as { jwk: JsonWebKey; alg: string; typ: string };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const isOurs = createPublicKey(dpopKey).equals(key) && alg === "ES256" && typ === "dpop+jwt";
  const data = Buffer.from(`${head}.${body}`);
  const isGenuine = verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  return { claims: decode(body), isGenuine: isOurs && isGenuine };
}
