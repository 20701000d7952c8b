import { describe, expect, test } from "vitest";
import { refusalOf, useMachine } from "./chains.ts";
import { keyIdOf, stsError } from "./fake-aws.ts";

const machine = useMachine();
const ROLE = "arn:aws:iam::123456789012:role/pod";
const ACTION = "AssumeRoleWithWebIdentity";

describe("a web identity", () => {
  test("of a service account assumes its role, with the token as it is then", async () => {
    const file = machine.write("token", "one\n");
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE, AWS_ROLE_SESSION_NAME: "pod-1" };
    const chain = machine.chain(env);
    expect((await chain.provide()).accessKeyId).toBe(
      keyIdOf(ACTION, ROLE, null, null, "one", "pod-1", undefined, undefined),
    );
    machine.write("token", "two");
    expect((await chain.provide()).accessKeyId).toBe(
      keyIdOf(ACTION, ROLE, null, null, "two", "pod-1", undefined, undefined),
    );
  });

  test("of a profile assumes the profile's role", async () => {
    const file = machine.write("token", "one");
    machine.write(
      ".aws/config",
      `[default]\nrole_arn = ${ROLE}\nweb_identity_token_file = ${file}\nrole_session_name = me\n`,
    );
    const found = await machine.chain({ AWS_ROLE_SESSION_NAME: "other" }).provide();
    expect(found.accessKeyId).toBe(keyIdOf(ACTION, ROLE, null, null, "one", "me", undefined, undefined));
  });

  test.each([
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token", AWS_ROLE_ARN: ROLE }, "/nowhere/token cannot be read"],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token" }, "web identity: AWS_ROLE_ARN is not set"],
    [{ AWS_ROLE_ARN: ROLE }, "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set"],
  ])("with %j is told", async (env, told) => {
    expect((await refusalOf(machine.chain(env).provide())).message).toContain(told);
  });

  test.each(["", "hunter2 hunter2\r\nx: y"])("whose file holds no token is told: %j", async (text) => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: machine.write("token", text), AWS_ROLE_ARN: ROLE };
    const { message } = await refusalOf(machine.chain(env).provide());
    expect(message).toContain(`web identity: The web identity token for ${ROLE} is empty, or has a space in it`);
    expect(message).not.toContain("hunter2");
    expect(machine.aws.requests).toEqual([]);
  });

  test("that STS does not accept is told, without its token", async () => {
    const file = machine.write("token", "hunter2");
    machine.aws.enqueue("POST /", { status: 400, body: stsError("ExpiredTokenException", "Token expired") });
    const { message } = await refusalOf(
      machine.chain({ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE }).provide(),
    );
    expect(message).toContain(
      `web identity: AWS STS gave no credentials for ${ACTION} of ${ROLE} (ExpiredTokenException)`,
    );
    expect(message).not.toContain("hunter2");
  });
});
