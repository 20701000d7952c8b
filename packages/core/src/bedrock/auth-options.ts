import type { CredentialProvider, Credentials } from "../aws/credentials/credentials.ts";
import type { AssumeRole } from "../aws/credentials/sts.ts";
import { checkNeeds, checkRules, isWhole, type Rules } from "../checks.ts";
import { ConfigurationError } from "../errors.ts";
import { compact, isObject } from "../types/json.ts";

/** The options that say who sends requests. */
export interface BedrockAuthOptions {
  /** Default: `AWS_ACCESS_KEY_ID`. Give it together with `bedrockSecretAccessKey`. */
  bedrockAccessKeyId?: string | undefined;
  /** Default: `AWS_SECRET_ACCESS_KEY`. */
  bedrockSecretAccessKey?: string | undefined;
  /** For temporary credentials. Default: `AWS_SESSION_TOKEN`, but only when the key pair comes from there, too. */
  bedrockSessionToken?: string | undefined;
  /** Credentials, or a function that fetches them; any credential provider of the AWS SDK fits. */
  bedrockCredentials?: Credentials | CredentialProvider | undefined;
  /** The profile of the shared config and credentials files. Default: `AWS_PROFILE`, then `default`. */
  bedrockProfile?: string | undefined;
  /** A role to assume: with the credentials that were found, or with the token of another identity provider. */
  bedrockAssumeRole?: AssumeRole | undefined;
  /** A Bedrock API key, sent as bearer token. Default: `AWS_BEARER_TOKEN_BEDROCK`. */
  bedrockApiKey?: string | undefined;
  /** How to authenticate. Default `"auto"`: API key if there is one, else SigV4; an option beats the environment. */
  bedrockAuth?: "auto" | "sigv4" | "bearer" | "none" | undefined;
}

/** A rule for each. Keys and tokens are looked at when they are used. */
export const AUTH_RULES: Rules<keyof BedrockAuthOptions> = {
  bedrockAccessKeyId: undefined,
  bedrockSecretAccessKey: undefined,
  bedrockSessionToken: undefined,
  bedrockCredentials: undefined,
  bedrockProfile: [/./, "the name of a profile"],
  bedrockAssumeRole: [isObject, "{ roleArn }"],
  bedrockApiKey: undefined,
  bedrockAuth: [/^(auto|sigv4|bearer|none)$/, '"auto", "sigv4", "bearer" or "none"'],
};

const ROLE_RULES: Rules<keyof AssumeRole> = {
  roleArn: [/^arn:aws[\w-]*:iam::\d{12}:role\/[\x21-\x7e]+$/, "one like arn:aws:iam::123456789012:role/my-role"],
  sessionName: [/^[\w+=,.@-]{2,64}$/, "2 to 64 letters, digits and +=,.@_- only"],
  externalId: undefined,
  durationSeconds: [(seconds) => isWhole(seconds, 900, 43_200), "a whole number from 900 to 43200"],
  webIdentityToken: undefined,
};

const PAIR = "both, as bedrockAccessKeyId and bedrockSecretAccessKey or as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/**
 * Checks that the options, each of which fits its rule, fit together.
 *
 * @throws {ConfigurationError} naming the option
 */
export function checkAuthOptions(options: BedrockAuthOptions): void {
  checkNeeds(options, "bedrockAccessKeyId", "bedrockSecretAccessKey", PAIR);
  checkNeeds(options, "bedrockSecretAccessKey", "bedrockAccessKeyId", PAIR);
  checkNeeds(options, "bedrockSessionToken", "bedrockAccessKeyId", PAIR);
  const { bedrockCredentials, bedrockAccessKeyId, bedrockProfile, bedrockAssumeRole: role } = options;
  const [first, second] = Object.keys(compact({ bedrockCredentials, bedrockAccessKeyId, bedrockProfile }));
  if (second !== undefined) throw new ConfigurationError(`${first} and ${second} are set: give one of them.`);
  if (role) checkRules({ ...role, roleArn: role.roleArn ?? null }, ROLE_RULES, "bedrockAssumeRole.");
}
