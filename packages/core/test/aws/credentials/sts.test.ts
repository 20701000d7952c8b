import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { describe, expect, test } from "vitest";
import { assumeRole, assumeRoleWithToken, type StsContext } from "../../../src/aws/credentials/sts.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createTestWorld, refusalOf, useMachine } from "./chains.ts";
import { EXPIRATION, stsAnswer, stsError } from "./fake-aws.ts";

const machine = useMachine();
const roleArn = "arn:aws:iam::123456789012:role/my-role";
const credentials = { accessKeyId: "AKIDBASE", secretAccessKey: "base/secret", sessionToken: "base-token" };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

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
    ["no keys", { body: "<AssumeRoleResponse><Credentials></Credentials></AssumeRoleResponse>" }],
  ])("whose answer has %s is refused", async (_, reply) => {
    machine.aws.enqueue("POST /", reply);
    expect((await refusalOf(assumeRole(sts(), { roleArn }, credentials))).message).toContain("(status 200)");
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
