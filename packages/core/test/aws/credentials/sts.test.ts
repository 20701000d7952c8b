import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { describe, expect, test } from "vitest";
import { assumeRole, assumeRoleWithToken, type StsContext } from "../../../src/aws/credentials/sts.ts";
import type { ErrorFacts } from "../../../src/errors.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import type { Transport } from "../../../src/http/transport.ts";
import { createManualWorld } from "../../support/manual-world.ts";
import { createTestWorld, refusalOf, useMachine } from "./chains.ts";
import { EXPIRATION, stsAnswer, stsError } from "./fake-aws.ts";

const machine = useMachine();
const roleArn = "arn:aws:iam::123456789012:role/my-role";
const credentials = { accessKeyId: "AKIDBASE", secretAccessKey: "base/secret", sessionToken: "base-token" };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const DATE = { date: new Date(NOW).toUTCString() };

function sts(over: Partial<StsContext> = {}): StsContext {
  const env = machine.env();
  const world = createTestWorld(env, { now: () => NOW, random: () => 0 });
  return { world, transport: createDefaultTransport(), read: (name) => env[name], region: "eu-west-1", ...over };
}

describe("assuming a role", () => {
  test("asks STS with all that was given, and reads its XML", async () => {
    const role = { roleArn, sessionName: "me@x", externalId: "a b&c", durationSeconds: 900 };
    machine.aws.enqueue("POST /", { body: stsAnswer("AssumeRole", "ASIAX") });
    expect(await assumeRole(sts(), role, credentials)).toEqual({
      accessKeyId: "ASIAX",
      secretAccessKey: "secret&ASIAX",
      sessionToken: "token/ASIAX",
      expiration: new Date(EXPIRATION),
    });
    expect(Object.fromEntries(new URLSearchParams(machine.aws.requests[0]?.body))).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: "me@x",
      ExternalId: "a b&c",
      DurationSeconds: "900",
    });
  });

  test("signs as AWS's own signer does", async () => {
    await assumeRole(sts(), { roleArn }, credentials);
    const [request] = machine.aws.requests;
    const { host = "", authorization, "content-type": type = "" } = request?.headers ?? {};
    const official = new SignatureV4({
      credentials,
      region: "eu-west-1",
      service: "sts",
      sha256: Sha256,
      applyChecksum: false,
    });
    const body = request?.body ?? "";
    const signed = await official.sign(
      new HttpRequest({ method: "POST", path: "/", headers: { host, "content-type": type }, body }),
      { signingDate: new Date(NOW) },
    );
    expect(authorization).toBe(signed.headers["authorization"]);
    expect(request?.headers["x-amz-security-token"]).toBe("base-token");
  });

  test("without a name takes one of its own", async () => {
    await assumeRole(sts(), { roleArn }, credentials);
    expect(new URLSearchParams(machine.aws.requests[0]?.body).get("RoleSessionName")).toBe(`node-llm-${NOW}`);
  });

  test("with another provider's token signs nothing", async () => {
    await assumeRoleWithToken(sts(), { roleArn, sessionName: "ci" }, "a.b+c/d=");
    const [request] = machine.aws.requests;
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: "ci",
      WebIdentityToken: "a.b+c/d=",
    });
  });

  test("that STS refuses tells AWS's reason, and nothing that the request carried", async () => {
    const quoted = "does not match.&#10;The Canonical String was\nPOST\nx-amz-security-token:base-token";
    const headers = { date: new Date(NOW).toUTCString() };
    const body = stsError("SignatureDoesNotMatch", `The signature ${quoted}`);
    machine.aws.enqueue("POST /", { status: 403, headers, body });
    const error = await refusalOf(assumeRole(sts(), { roleArn }, credentials));
    expect(error.message).toContain(`${roleArn} (SignatureDoesNotMatch): The signature does not match.`);
    expect(JSON.stringify([error.message, error])).not.toContain("base-token");
  });

  test.each([
    ["no XML", { body: "<html>proxy</html>" }],
    ["no expiration", { body: stsAnswer("AssumeRole", "ASIAX", "soon") }],
    ["no key id", { body: stsAnswer("AssumeRole", "") }],
    ["no keys", { body: "<AssumeRoleResponse><Credentials></Credentials></AssumeRoleResponse>" }],
  ])("whose answer has %s is refused", async (_, reply) => {
    machine.aws.enqueue("POST /", reply);
    expect((await refusalOf(assumeRole(sts(), { roleArn }, credentials))).message).toContain("(status 200)");
  });

  test("takes credentials from a good answer only", async () => {
    machine.aws.enqueue("POST /", { status: 400, headers: DATE, body: stsAnswer("AssumeRole", "ASIAX") });
    expect((await refusalOf(assumeRole(sts(), { roleArn }, credentials))).message).toContain("(status 400). Check");
  });

  test.each([
    ["the client's", "eu-west-1", "us-west-2", "eu-west-1"],
    ["the profile's", undefined, "us-west-2", "us-west-2"],
    ["us-east-1", undefined, undefined, "us-east-1"],
  ])("asks in a region: %s", async (_, region, own, expected) => {
    const asked: string[] = [];
    const cause = new TypeError("no network");
    const transport: Transport = ({ endpoint }) => {
      asked.push(endpoint.host);
      return Promise.reject(cause);
    };
    const profile: Record<string, string> = own === undefined ? {} : { region: own };
    const config = { profile, profiles: {}, sections: {}, paths: ["config", "credentials"], unread: [] } as const;
    const context = sts({ region, config, transport, read: () => undefined });
    // What is no error of ours comes as it is.
    await expect(assumeRole(context, { roleArn }, credentials)).rejects.toBe(cause);
    await expect(assumeRoleWithToken(context, { roleArn }, "a.b.c")).rejects.toBe(cause);
    expect(asked).toEqual(Array.from({ length: 2 }, () => `sts.${expected}.amazonaws.com`));
  });

  test("that STS refuses does not tell what it quotes in its first line", async () => {
    const role = { roleArn, externalId: "external/hunter2" };
    const body = stsError("Bad", "base/secret base-token base%2Fsecret external/hunter2&#10;more");
    machine.aws.enqueue("POST /", { status: 400, headers: DATE, body });
    const { message } = await refusalOf(assumeRole(sts(), role, credentials));
    expect(message).toContain("(Bad): [redacted] [redacted] [redacted] [redacted]. Check");
    machine.aws.enqueue("POST /", { status: 400, headers: DATE, body: stsError("web-token", "You sent web-token") });
    const refused = await refusalOf(assumeRoleWithToken(sts(), { roleArn }, "web-token"));
    expect(refused.message).toContain("([redacted]): You sent [redacted]. Check");
  });

  test.each(["&#x110000;", "&#1114112;", "&#ff;", "&nonsense;", "&#99999999999999999999999999;"])(
    "reads an answer with the entity %s",
    async (entity) => {
      machine.aws.enqueue("POST /", { status: 400, headers: DATE, body: stsError("Bad", `x${entity}`) });
      const { message, exception } = (await refusalOf(assumeRole(sts(), { roleArn }, credentials))) as ErrorFacts &
        Error;
      expect([message, exception]).toEqual([expect.stringContaining(`(Bad): x${entity}. Check`), "Bad"]);
    },
  );

  test("reads a hostile answer in no time", async () => {
    machine.aws.enqueue("POST /", { body: "<Credentials>".repeat(75_000) });
    expect((await refusalOf(assumeRole(sts(), { roleArn }, credentials))).message).toContain("(status 200)");
  });

  test("takes no credentials that cannot stand in a header", async () => {
    machine.aws.enqueue("POST /", { body: stsAnswer("AssumeRole", "ASIAX").replace("token&#x2F;", "hunter2&#10;x: ") });
    const { message } = await refusalOf(assumeRole(sts(), { roleArn }, credentials));
    expect(message).toContain("AWS STS gave no usable sessionToken");
    expect(message).not.toContain("hunter2");
  });

  test.each([undefined, "", " \n", "hunter2 x", 7])("sends no token that is none: %j", async (token) => {
    const failure: Promise<unknown> = Reflect.apply(assumeRoleWithToken, undefined, [sts(), { roleArn }, token]);
    if (token === 7) return void (await failure);
    const { message } = await refusalOf(failure);
    expect(message).toContain(`The web identity token for ${roleArn} is empty, or has a space in it`);
    expect(message).not.toContain("hunter2");
    expect(machine.aws.requests).toEqual([]);
  });

  test("takes the line break from a token", async () => {
    await assumeRoleWithToken(sts(), { roleArn }, "a.b.c\n");
    expect(new URLSearchParams(machine.aws.requests[0]?.body).get("WebIdentityToken")).toBe("a.b.c");
  });

  test("that drips without end is given up after 30 seconds", async () => {
    const clock = createManualWorld();
    let bytes = 0;
    const drip: Transport = () => {
      const next = (): Promise<IteratorResult<Uint8Array, undefined>> => {
        clock.advance(9000);
        return Promise.resolve(
          bytes++ > 50 ? { value: undefined, done: true } : { value: new Uint8Array(1), done: false },
        );
      };
      return Promise.resolve({ status: 200, headers: {}, body: { next, cancel: () => {} } });
    };
    const world = { ...createTestWorld({}), ...clock };
    const failure = assumeRole(sts({ world, read: () => undefined, transport: drip }), { roleArn }, credentials);
    await expect(failure).rejects.toMatchObject({ code: "ERR_TIMEOUT_TOTAL" });
    expect(bytes).toBeLessThan(5);
    expect(clock.pending).toBe(0);
  });

  test("is tried three times while STS is in trouble", async () => {
    machine.aws.enqueue("POST /", { status: 503 }, "hang up");
    await assumeRole(sts(), { roleArn }, credentials);
    expect(machine.aws.requests).toHaveLength(3);
    machine.aws.enqueue("POST /", { status: 500 }, { status: 429 }, { status: 502 });
    const failure = assumeRole(sts(), { roleArn }, credentials);
    await expect(failure).rejects.toMatchObject({ code: "ERR_SERVER", message: expect.stringContaining("status 502") });
  });

  test("is tried once more with AWS's clock when ours is wrong", async () => {
    const headers = { date: new Date(NOW + 3_600_000).toUTCString() };
    machine.aws.enqueue("POST /", {
      status: 403,
      headers,
      body: stsError("SignatureDoesNotMatch", "Signature expired"),
    });
    await assumeRole(sts(), { roleArn }, credentials);
    const dates = machine.aws.requests.map((request) => request.headers["x-amz-date"]);
    expect(dates).toEqual(["20260102T030405Z", "20260102T040405Z"]);
  });
});
