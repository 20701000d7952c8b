import { describe, expect, test } from "vitest";
import { refusalOf, useMachine } from "./chains.ts";
import { keyIdOf } from "./fake-aws.ts";

const machine = useMachine();
const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
const KEYS = "aws_access_key_id = AKIDBASE\naws_secret_access_key = base/secret\n";

/** The key id of a role that was assumed by a key. */
function assumed(
  name: string,
  by: string,
  { external = null as string | null, seconds = "3600", session = "", region = "eu-west-1" } = {},
): string {
  return keyIdOf("AssumeRole", role(name), external, seconds, null, session, by, region);
}

const provide = (config: string, env = {}): ReturnType<ReturnType<typeof machine.chain>["provide"]> => {
  machine.write(".aws/config", config);
  return machine.chain({ AWS_PROFILE: "dev", ...env }).provide();
};

describe("a profile", () => {
  test("has keys, those of the credentials file first", async () => {
    machine.write(".aws/credentials", `[dev]\naws_secret_access_key = newer\naws_session_token = t\n`);
    expect(await provide(`[profile dev]\n${KEYS}`)).toMatchObject({
      accessKeyId: "AKIDBASE",
      secretAccessKey: "newer",
      sessionToken: "t",
    });
  });

  test("assumes a role with another profile's keys, with all that it says", async () => {
    const config =
      `[profile dev]\nrole_arn = ${role("a")}\nsource_profile = base\nexternal_id = ext\nduration_seconds = 900\n` +
      `role_session_name = me\nregion = us-west-2\n[profile base]\n${KEYS}`;
    const told = { external: "ext", seconds: "900", session: "me", region: "us-west-2" };
    expect((await provide(config)).accessKeyId).toBe(assumed("a", "AKIDBASE", told));
  });

  test("assumes a role by way of other roles", async () => {
    const config =
      `[profile dev]\nrole_arn = ${role("c")}\nsource_profile = b\n[profile b]\nrole_arn = ${role("b")}\n` +
      `source_profile = base\n[profile base]\n${KEYS}`;
    expect((await provide(config)).accessKeyId).toBe(assumed("c", assumed("b", "AKIDBASE")));
  });

  test("assumes all roles on the way in the region of the profile that was asked for", async () => {
    const config =
      `[profile dev]\nrole_arn = ${role("c")}\nsource_profile = b\nregion = us-west-2\n[profile b]\n` +
      `role_arn = ${role("b")}\nsource_profile = base\nregion = us-east-2\n[profile base]\n${KEYS}region = us-east-1\n`;
    const region = "us-west-2";
    expect((await provide(config)).accessKeyId).toBe(assumed("c", assumed("b", "AKIDBASE", { region }), { region }));
  });

  test("may be its own source, then its keys are meant", async () => {
    const config = `[profile dev]\nrole_arn = ${role("a")}\nsource_profile = dev\n${KEYS}`;
    expect((await provide(config)).accessKeyId).toBe(assumed("a", "AKIDBASE"));
  });

  test.each([
    [`[profile dev]\nrole_arn = ${role("a")}\nsource_profile = dev\n`, "dev, dev"],
    [
      `[profile dev]\nrole_arn = ${role("a")}\nsource_profile = b\n[profile b]\nrole_arn = ${role("b")}\nsource_profile = dev\n`,
      "b, dev, b",
    ],
  ])("that leads in a circle is refused", async (config, circle) => {
    const { message } = await refusalOf(provide(config));
    expect(message).toContain(`source_profile leads in a circle: ${circle}.`);
    expect(machine.aws.requests).toEqual([]);
  });

  test("takes its source from the environment", async () => {
    const config = `[profile dev]\nrole_arn = ${role("a")}\ncredential_source = Environment\n`;
    const env = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "s" };
    expect((await provide(config, env)).accessKeyId).toBe(assumed("a", "AKIDENV"));
    expect((await refusalOf(provide(config))).message).toContain(
      "profile dev: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
    );
  });

  test("takes its source from the instance and the container", async () => {
    const config = `[profile dev]\nrole_arn = ${role("a")}\ncredential_source = Ec2InstanceMetadata\n`;
    const metadata = { AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.aws.url };
    expect((await provide(config, metadata)).accessKeyId).toBe(assumed("a", "ASIAINSTANCE"));
    const agent = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.aws.url}/agent` };
    const found = await provide(config.replace("Ec2InstanceMetadata", "EcsContainer"), agent);
    expect(found.accessKeyId).toBe(assumed("a", keyIdOf("/agent", undefined)));
  });

  test("may be the source of another by naming one itself, without a role of its own", async () => {
    const config = `[profile dev]\nrole_arn = ${role("a")}\nsource_profile = b\n[profile b]\ncredential_source = Environment\n`;
    const env = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "s" };
    expect((await provide(config, env)).accessKeyId).toBe(assumed("a", "AKIDENV"));
    const own = "[profile dev]\ncredential_source = Environment\n";
    expect((await refusalOf(provide(own, env))).message).toContain("profile dev: it has no credentials");
  });

  test("with a web identity's token, but no role, goes on to its process", async () => {
    const command = `echo '{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}'`;
    const config = `[profile dev]\nweb_identity_token_file = /nowhere\ncredential_process = ${command}\n`;
    expect((await provide(config)).accessKeyId).toBe("AKIDPROCESS");
  });

  test("that names an unknown source is told the three that there are", async () => {
    const config = `[profile dev]\nrole_arn = ${role("a")}\ncredential_source = Ec2\n`;
    expect((await refusalOf(provide(config))).message).toContain(
      "credential_source is Ec2: give Environment, EcsContainer or Ec2InstanceMetadata",
    );
  });

  test("that asks for a code of a device is refused before anything is sent", async () => {
    const config =
      `[profile dev]\nrole_arn = ${role("a")}\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n` +
      `[profile base]\n${KEYS}`;
    const { message } = await refusalOf(provide(config));
    expect(message).toContain("arn:aws:iam::1:mfa/me (mfa_serial)");
    expect(message).toContain("bedrockCredentials");
    expect(machine.aws.requests).toEqual([]);
  });

  test("whose role may not be assumed ends the search, with AWS's reason", async () => {
    const config = `[profile dev]\nrole_arn = ${role("denied")}\nsource_profile = base\n[profile base]\n${KEYS}`;
    const { message } = await refusalOf(provide(config));
    expect(message).toContain(`AssumeRole of ${role("denied")} (AccessDenied): Not allowed`);
    expect(message).not.toContain("EC2");
    expect(message).not.toContain("base/secret");
  });

  test("that may stand in a file that cannot be read is told which", async () => {
    machine.write(".aws/credentials/x", "");
    const { message } = await refusalOf(provide("[profile dev]\nregion = us-east-1\n"));
    expect(message).toContain(
      `profile dev: it has no credentials, nor says where they are; ${machine.path}/.aws/credentials cannot be read (EISDIR).`,
    );
  });

  test.each([
    ["[profile dev]\nregion = us-east-1\n", "profile dev: it has no credentials, nor says where they are"],
    [`[profile dev]\nrole_arn = ${role("a")}\nsource_profile = gone\n`, "there is no such profile"],
    ["[profile other]\nregion = us-east-1\n", "profile dev: there is no such profile in"],
  ])("without any is passed over: %s", async (config, told) => {
    expect((await refusalOf(provide(config))).message).toContain(told);
  });
});
