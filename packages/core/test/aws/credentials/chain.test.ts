import { readFile as readText } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createChain } from "../../../src/aws/credentials/chain.ts";
import type { Host } from "../../../src/aws/credentials/host.ts";
import { findHost } from "../../../src/aws/credentials/node.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createManualWorld } from "../../support/manual-world.ts";
import { createTestWorld, refusalOf, useMachine } from "./chains.ts";

const machine = useMachine();
const readFile: Host["readText"] = (path) => readText(path, "utf8");
const fail = (): never => {
  throw new TypeError("hunter2");
};
const ENV = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "hunter2" };
const KEYS = "aws_access_key_id = AKIDFILE\naws_secret_access_key = file/secret\n";

describe("the chain", () => {
  test("takes the environment first, but for a profile that is asked for", async () => {
    machine.write(".aws/credentials", `[default]\n${KEYS}[dev]\n${KEYS}`);
    expect((await machine.chain(ENV).provide()).accessKeyId).toBe("AKIDENV");
    expect((await machine.chain({ ...ENV, AWS_PROFILE: "dev" }).provide()).accessKeyId).toBe("AKIDFILE");
    expect((await machine.chain().provide()).accessKeyId).toBe("AKIDFILE");
  });

  test("says of all sources why they gave none, and what to do", async () => {
    machine.write(".aws/config", "[profile sso]\nsso_session = x\n[profile b]\nregion = us-east-1\n");
    const { message, cause } = await refusalOf(machine.chain().provide());
    expect(message.split("\n")).toEqual([
      "No AWS credentials were found. What was tried, in order:",
      "- environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.",
      `- profile default: there is no such profile in ${machine.path}/.aws/config or ${machine.path}/.aws/credentials.`,
      "- web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set.",
      "- EC2 instance: AWS_EC2_METADATA_DISABLED is set.",
      "Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_BEARER_TOKEN_BEDROCK, bedrockCredentials, bedrockApiKey, or " +
        "bedrockAccessKeyId and bedrockSecretAccessKey; or choose a profile by bedrockProfile or AWS_PROFILE: sso, b " +
        "(of IAM Identity Center: `aws sso login --profile sso`).",
    ]);
    expect(cause).toBeUndefined();
  });

  test.each([
    [{ AWS_ACCESS_KEY_ID: "AKIDENV" }, "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"],
    [{ AWS_SECRET_ACCESS_KEY: "hunter2" }, "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"],
  ])("says which half of a key is missing: %j", async (env, told) => {
    const { message } = await refusalOf(machine.chain(env).provide());
    expect(message).toContain(`- environment: ${told}.\n`);
    expect(message).not.toContain("hunter2");
  });

  test.each<[string, Partial<Host>, string]>([
    ["fails in a way of its own", { hash: fail }, "profile default: it failed (see cause)."],
    [
      "reads no text of a cache",
      { readText: (path) => (path.endsWith(".json") ? Promise.reject(new RangeError("hunter2")) : readFile(path)) },
      "json cannot be read (no text): check whose file it is.",
    ],
    [
      "reads no text of a configuration",
      { readText: (path) => (path.endsWith("config") ? Promise.reject(new RangeError("hunter2")) : readFile(path)) },
      "/.aws/config cannot be read (no text)",
    ],
  ])("tells of a platform that %s, without what it said", async (_, over, told) => {
    machine.write(
      ".aws/config",
      "[default]\nsso_start_url = u\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n",
    );
    machine.write(".aws/credentials", "[default]\nregion = us-east-1\n");
    const host = findHost();
    if (!host) return expect.unreachable();
    const env = machine.env();
    const options = { world: createTestWorld(env), transport: createDefaultTransport(), profile: undefined };
    const chain = createChain({ ...options, read: (name) => env[name], region: undefined }, { ...host, ...over });
    const { message } = await refusalOf(chain.provide());
    expect(message).toContain(told);
    expect(message).not.toContain("hunter2");
  });

  test("names ten of many profiles", async () => {
    machine.write(".aws/config", Array.from({ length: 300 }, (_, n) => `[profile p${n}]\nregion = x\n`).join(""));
    const { message } = await refusalOf(machine.chain().provide());
    expect(message).toMatch(/: p0, p1, .*p8, p9 and 290 more\.$/);
    machine.write(".aws/config", Array.from({ length: 10 }, (_, n) => `[profile p${n}]\nregion = x\n`).join(""));
    expect((await refusalOf(machine.chain().provide())).message).toMatch(/p8, p9\.$/);
  });

  test("of a machine without profiles says how to make one", async () => {
    expect((await refusalOf(machine.chain().provide())).message).toContain("`aws configure sso`");
  });

  test("goes on to the profile's process when its role leads nowhere", async () => {
    const command = `echo '{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}'`;
    machine.write(
      ".aws/config",
      `[default]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = gone\ncredential_process = ${command}\n`,
    );
    expect((await machine.chain().provide()).accessKeyId).toBe("AKIDPROCESS");
  });

  test("finds its files where the environment says, with ~ for the home", async () => {
    machine.write("my/config", "[default]\nregion = us-west-2\n");
    const file = machine.write("my/credentials", `[default]\n${KEYS}`);
    const env = { AWS_CONFIG_FILE: "~/my/config", AWS_SHARED_CREDENTIALS_FILE: file };
    expect((await machine.chain(env).provide()).accessKeyId).toBe("AKIDFILE");
    expect((await machine.chain(env).loadConfig())?.profile).toMatchObject({ region: "us-west-2" });
    expect((await machine.chain({ ...env, AWS_PROFILE: "gone" }).loadConfig())?.profile).toEqual({});
  });

  test("notices that a file has changed, appeared or gone, and looks once a second at most", async () => {
    const clock = createManualWorld();
    const chain = machine.chain(ENV, { monotonic: clock.monotonic });
    const look = (): boolean => {
      clock.advance(1000);
      return chain.hasChanged();
    };
    await chain.provide();
    expect(look()).toBe(false);
    machine.write(".aws/credentials", `[default]\n${KEYS}`);
    expect(chain.hasChanged()).toBe(false);
    expect(look()).toBe(true);
    await chain.provide();
    expect(look()).toBe(false);
    machine.write(".aws/config", "[default]\nregion = us-west-2\n");
    expect(look()).toBe(true);
    await chain.provide();
    machine.remove();
    expect(look()).toBe(true);
  });

  test("where there are no files has the environment only", async () => {
    const chainWith = (env: Record<string, string>, profile?: string): ReturnType<typeof createChain> => {
      const options = { world: createTestWorld(env), transport: createDefaultTransport(), region: undefined };
      return createChain({ ...options, read: (name) => env[name], profile }, null);
    };
    expect((await chainWith(ENV).provide()).accessKeyId).toBe("AKIDENV");
    expect((await refusalOf(chainWith({}).provide())).message).toContain("bedrockCredentials");
    const { message } = await refusalOf(chainWith(ENV, "dev").provide());
    expect(message).toContain("the profile dev is asked for, but there are no files here");
    expect(chainWith({}).hasChanged()).toBe(false);
    expect(await chainWith({}).loadConfig()).toBeUndefined();
  });
});
