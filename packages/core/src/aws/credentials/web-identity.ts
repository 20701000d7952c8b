import { ConfigurationError } from "../../errors.ts";
import type { Credentials } from "./credentials.ts";
import { PassedOver, type Context } from "./source.ts";
import { assumeRoleWithToken, type Role } from "./sts.ts";

/** `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, as Amazon EKS sets them for a service account. */
export async function fromWebIdentity(context: Context): Promise<Credentials> {
  const [file, roleArn] = [context.read("AWS_WEB_IDENTITY_TOKEN_FILE"), context.read("AWS_ROLE_ARN")];
  if (file && roleArn) return fromTokenFile(context, file, { roleArn });
  throw new PassedOver(file ? "AWS_ROLE_ARN is not set" : "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
}

/**
 * Assumes a role with the token in a file, which is read each time, as it changes. The session's name is the profile's,
 * else `AWS_ROLE_SESSION_NAME`.
 *
 * @throws {ConfigurationError} when the file cannot be read, or STS refuses
 */
export async function fromTokenFile(context: Context, file: string, role: Role): Promise<Credentials> {
  let token: string;
  try {
    token = await context.host.readText(file);
  } catch (cause) {
    throw new ConfigurationError(`The web identity token ${file} cannot be read (see cause): check the path.`, {
      cause,
    });
  }
  const sessionName = role.sessionName ?? context.read("AWS_ROLE_SESSION_NAME");
  return assumeRoleWithToken(context, { ...role, sessionName }, token.trim());
}
