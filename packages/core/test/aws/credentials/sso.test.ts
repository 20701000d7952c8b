import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { refusalOf, useMachine } from "./chains.ts";
import { EXPIRATION, keyIdOf } from "./fake-aws.ts";

const machine = useMachine();
const START_URL = "https://corp.awsapps.com/start";
const PROFILE = "[profile dev]\nsso_account_id = 123456789012\nsso_role_name = Admin\n";
const SESSION = `${PROFILE}sso_session = corp\n[sso-session corp]\nsso_start_url = ${START_URL}\nsso_region = us-east-1\n`;
const LEGACY = `${PROFILE}sso_start_url = ${START_URL}\nsso_region = us-east-1\n`;
const LOGIN = "Run `aws sso login --profile dev`.";
const SOON = (): string => new Date(Date.now() + 60_000).toISOString();
const PAST = "2020-01-01T00:00:00Z";
const RENEWABLE = { clientId: "c", clientSecret: "hunter2", refreshToken: "r", region: "us-east-1" };

const cache = (key: string): string => `.aws/sso/cache/${createHash("sha1").update(key).digest("hex")}.json`;
const provide = (): ReturnType<ReturnType<typeof machine.chain>["provide"]> =>
  machine.chain({ AWS_PROFILE: "dev" }).provide();

function writeToken(token: object, key = "corp"): string {
  return machine.write(cache(key), JSON.stringify({ accessToken: "hunter2-token", expiresAt: EXPIRATION, ...token }));
}

describe("a profile of IAM Identity Center", () => {
  test.each([
    ["with a session", SESSION, "corp"],
    ["of the old kind", LEGACY, START_URL],
  ])("%s uses the token that the login left", async (_, config, key) => {
    machine.write(".aws/config", config);
    writeToken({}, key);
    expect(await provide()).toEqual({
      accessKeyId: keyIdOf("sso", "123456789012", "Admin", "hunter2-token"),
      secretAccessKey: "s",
      sessionToken: "t",
      expiration: new Date(EXPIRATION),
      source: "profile dev",
    });
    expect(machine.aws.requests).toHaveLength(1);
  });

  test.each([
    ["nobody has signed in", SESSION, undefined],
    ["nobody has signed in", LEGACY, undefined],
    ["nobody has signed in", SESSION, {}],
    ["its SSO session has expired", LEGACY, { expiresAt: PAST, ...RENEWABLE }],
    ["its SSO session has expired", SESSION, { expiresAt: PAST }],
    ["its SSO session has expired", SESSION, { expiresAt: PAST, ...RENEWABLE, refreshToken: "spent" }],
  ])("says what to run: %s", async (told, config, token) => {
    machine.write(".aws/config", config);
    const key = config === SESSION ? "corp" : START_URL;
    if (token && "expiresAt" in token) writeToken(token, key);
    else if (token) machine.write(cache(key), "{}");
    const { message } = await refusalOf(provide());
    expect(message).toContain(`profile dev: ${told}. ${LOGIN}`);
    expect(message).not.toContain("hunter2");
  });

  test("whose cached token is none says what to run, and quotes it nowhere", async () => {
    machine.write(".aws/config", SESSION);
    writeToken({ accessToken: "hunter2\nx: y" });
    const error = await refusalOf(machine.chain({ AWS_PROFILE: "dev" }, { fetch }).provide());
    expect(error.message).toContain(`nobody has signed in. ${LOGIN}`);
    expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
    expect(machine.aws.requests).toEqual([]);
  });

  test("whose cache cannot be read is told so: to sign in again would not help", async () => {
    machine.write(".aws/config", SESSION);
    machine.write(`${cache("corp")}/x`, "");
    const { message, cause } = await refusalOf(provide());
    expect(message).toContain(`${cache("corp")} cannot be read (EISDIR)`);
    expect(cause).toMatchObject({ cause: { code: "EISDIR" } });
    expect(message).not.toContain(LOGIN);
  });

  test("whose cache is a file where a folder should be has not been signed in to", async () => {
    machine.write(".aws/config", SESSION);
    machine.write(".aws/sso", "");
    expect((await refusalOf(provide())).message).toContain(`nobody has signed in. ${LOGIN}`);
  });

  test("whose token AWS does not take any more says what to run", async () => {
    machine.write(".aws/config", SESSION);
    writeToken({ accessToken: "revoked" });
    expect((await refusalOf(provide())).message).toContain(`its SSO session is not valid any more. ${LOGIN}`);
  });

  test("whose role the user may not take tells AWS's reason", async () => {
    machine.write(".aws/config", SESSION);
    writeToken({});
    const headers = { "x-amzn-errortype": "ForbiddenException" };
    machine.aws.enqueue("GET /federation", { status: 403, headers, body: '{"message":"No access"}' });
    const { message } = await refusalOf(provide());
    expect(message).toContain("the role Admin of account 123456789012 (ForbiddenException): No access");
  });

  test("whose credentials have no end is told what came", async () => {
    machine.write(".aws/config", SESSION);
    writeToken({});
    const roleCredentials = { accessKeyId: "ASIAX", secretAccessKey: "s", sessionToken: "t", expiration: "soon" };
    machine.aws.enqueue("GET /federation", { body: JSON.stringify({ roleCredentials }) });
    expect((await refusalOf(provide())).message).toContain("the role Admin of account 123456789012 (status 200)");
  });

  test.each([
    ["sso_account_id (sso-session corp included)", SESSION.replace(/sso_account_id.*\n/, "")],
    ["sso_region", LEGACY.replace(/sso_region.*\n/, "")],
    [
      "sso_start_url, sso_region (sso-session corp included)",
      SESSION.replace("[sso-session corp]", "[sso-session other]"),
    ],
  ])("that lacks %s is told how to be set up", async (missing, config) => {
    machine.write(".aws/config", config);
    const { message } = await refusalOf(provide());
    expect(message).toContain(`it lacks ${missing}. Run \`aws configure sso --profile dev\``);
  });
});

describe("the token of a session", () => {
  const read = (): unknown => JSON.parse(readFileSync(join(machine.path, cache("corp")), "utf8"));

  test.each([
    ["that has expired", PAST],
    ["that is about to", SOON()],
  ])("%s is renewed, and written back for the user's other programs", async (_, expiresAt) => {
    machine.write(".aws/config", SESSION);
    writeToken({ expiresAt, ...RENEWABLE, startUrl: START_URL });
    const before = Date.now();
    expect((await provide()).accessKeyId).toBe(keyIdOf("sso", "123456789012", "Admin", "renewed-c-r"));
    expect(machine.aws.requests[0]?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(machine.aws.requests[0]?.body ?? "")).toEqual({
      clientId: "c",
      clientSecret: "hunter2",
      refreshToken: "r",
      grantType: "refresh_token",
    });
    expect(read()).toMatchObject({
      ...RENEWABLE,
      startUrl: START_URL,
      accessToken: "renewed-c-r",
      refreshToken: "next",
    });
    const { expiresAt: end } = read() as { expiresAt: string };
    expect(Math.abs(Date.parse(end) - before - 28_800_000)).toBeLessThan(60_000);
    expect(statSync(join(machine.path, cache("corp"))).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["refuses", { status: 400, body: '{"error":"invalid_grant"}' }],
    ["answers with nonsense", { body: "<html>" }],
    ["says nothing of the end", { body: '{"accessToken":"new"}' }],
    ["gives no token", { body: '{"accessToken":" ","expiresIn":100}' }],
    ["is not there", "hang up" as const],
  ])("that is still valid is used when the service %s to renew it", async (_, reply) => {
    machine.write(".aws/config", SESSION);
    writeToken({ expiresAt: SOON(), ...RENEWABLE });
    machine.aws.enqueue("POST /token", reply, reply, reply);
    expect((await provide()).accessKeyId).toBe(keyIdOf("sso", "123456789012", "Admin", "hunter2-token"));
    expect(read()).toMatchObject({ accessToken: "hunter2-token" });
  });

  test("that another program has renewed meanwhile is taken from there", async () => {
    machine.write(".aws/config", SESSION);
    writeToken({ expiresAt: PAST, ...RENEWABLE, refreshToken: "spent" });
    const renewElsewhere: typeof fetch = (...asked) => {
      if (!String(asked[0]).endsWith("/token")) return fetch(...asked);
      writeToken({ accessToken: "theirs" });
      return Promise.resolve(new Response('{"error":"invalid_grant"}', { status: 400 }));
    };
    const chain = machine.chain({ AWS_PROFILE: "dev" }, { fetch: renewElsewhere });
    expect((await chain.provide()).accessKeyId).toBe(keyIdOf("sso", "123456789012", "Admin", "theirs"));
  });

  test("cannot be renewed in a region that is none, and says so", async () => {
    machine.write(".aws/config", SESSION.replace("us-east-1", "nowhere"));
    writeToken({ expiresAt: SOON(), ...RENEWABLE });
    const chain = machine.chain({ AWS_PROFILE: "dev", AWS_ENDPOINT_URL: undefined });
    expect((await refusalOf(chain.provide())).message).toContain('The region of SSO OIDC is "nowhere"');
  });

  test("keeps its refresh token when no other comes", async () => {
    machine.write(".aws/config", SESSION);
    writeToken({ expiresAt: PAST, ...RENEWABLE });
    machine.aws.enqueue("POST /token", { body: '{"accessToken":"new","expiresIn":100}' });
    await provide();
    expect(read()).toMatchObject({ accessToken: "new", refreshToken: "r" });
  });
});
