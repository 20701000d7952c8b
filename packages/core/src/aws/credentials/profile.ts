import { ConfigurationError } from "../../errors.ts";
import { checkCredentials, type Credentials } from "./credentials.ts";
import { fromContainer } from "./container.ts";
import { fromEnvironment } from "./environment.ts";
import type { Section } from "./ini.ts";
import { fromLogin } from "./login.ts";
import { fromProcess } from "./process.ts";
import { PassedOver, type Context } from "./source.ts";
import { fromSso, isSsoProfile } from "./sso.ts";
import { assumeRole } from "./sts.ts";
import { fromTokenFile } from "./web-identity.ts";

/** Asks the metadata service of the EC2 instance. */
export type FromInstance = (context: Context) => Promise<Credentials>;

/**
 * Takes the credentials of a profile, in whichever of the ways it names: a role of another profile or source, a key pair, a
 * role by a web identity, a process, IAM Identity Center, `aws login`.
 *
 * @param path the profiles that led here by `source_profile`
 * @throws {PassedOver} when the profile names none, or leads in a circle
 * @throws {ConfigurationError} when the way it names fails
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 */
export async function fromProfile(
  context: Context,
  fromInstance: FromInstance,
  name: string,
  path: readonly string[] = [],
): Promise<Credentials> {
  const profile = context.config.profiles[name];
  if (!profile) throw new PassedOver(`there is no such profile in ${context.config.paths.join(" or ")}`);
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = profile;
  const { role_arn: roleArn, web_identity_token_file: tokenFile, credential_process: command } = profile;
  const hasKeys = accessKeyId !== undefined && secretAccessKey !== undefined;
  // A profile may be its own source: then its keys are meant.
  if (!(hasKeys && path.length > 0) && leadsElsewhere(profile, path.length > 0)) {
    return fromElsewhere(context, fromInstance, name, profile, path);
  }
  if (hasKeys) {
    const pair = { accessKeyId, secretAccessKey, sessionToken: profile["aws_session_token"] };
    return checkCredentials(pair, `The profile ${name}`);
  }
  if (tokenFile !== undefined && roleArn !== undefined) {
    return fromTokenFile(context, tokenFile, { roleArn, sessionName: profile["role_session_name"] });
  }
  if (command !== undefined) return fromProcess(context, command);
  if (isSsoProfile(profile)) return fromSso(context, name, profile);
  if (profile["login_session"]) return fromLogin(context, name, profile["login_session"]);
  throw new PassedOver(
    `${path.length > 0 ? `its source_profile ${name}` : "it"} has no credentials, nor says where they are`,
  );
}

/** Whether the credentials come from another profile or source. */
function leadsElsewhere(
  { role_arn: role, source_profile: from, credential_source: source }: Section,
  isSource: boolean,
): boolean {
  if (isSource && !role && source) return true;
  return role !== undefined && (from === undefined) !== (source === undefined);
}

async function fromElsewhere(
  context: Context,
  fromInstance: FromInstance,
  name: string,
  profile: Section,
  path: readonly string[],
): Promise<Credentials> {
  const { role_arn: roleArn, source_profile: from, credential_source: source, mfa_serial: mfa } = profile;
  if (from !== undefined && path.includes(from)) {
    throw new PassedOver(`source_profile leads in a circle: ${[...path, from].join(", ")}`);
  }
  const find = from === undefined ? findSource(source, fromInstance) : undefined;
  if (roleArn && mfa) {
    throw new ConfigurationError(
      `the profile ${name} asks for a code of ${mfa} (mfa_serial), which a program cannot know: use a profile of ` +
        "IAM Identity Center, or give bedrockCredentials a function that asks for the code.",
    );
  }
  const base =
    from === undefined ? await find?.(context) : await fromProfile(context, fromInstance, from, [...path, from]);
  if (!base) throw new PassedOver(`${name} names no source of credentials`);
  if (!roleArn) return base;
  const role = {
    roleArn,
    sessionName: profile["role_session_name"],
    externalId: profile["external_id"],
    durationSeconds: parseInt(profile["duration_seconds"] ?? "3600", 10),
  };
  // The region of the profile that was asked for counts for all roles on the way.
  return assumeRole(context, role, base, context.config.profile["region"]);
}

function findSource(
  name: string | undefined,
  fromInstance: FromInstance,
): (context: Context) => Credentials | Promise<Credentials> {
  if (name === "Environment") return fromEnvironment;
  if (name === "EcsContainer") return fromContainer;
  if (name === "Ec2InstanceMetadata") return fromInstance;
  throw new PassedOver(`credential_source is ${name}: give Environment, EcsContainer or Ec2InstanceMetadata`);
}
