import type { CredentialProvider, Credentials } from "../aws/credentials/credentials.ts";
import type { AssumeRole } from "../aws/credentials/sts.ts";
import { ConfigurationError } from "../errors.ts";

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

const OPTION_KEYS = ["bedrockAccessKeyId", "bedrockSecretAccessKey", "bedrockSessionToken"] as const;
const ROLE_OPTIONS = ["roleArn", "sessionName", "externalId", "durationSeconds", "webIdentityToken"];

/**
 * Checks that the options fit together.
 *
 * @throws {ConfigurationError} naming the option
 */
export function checkAuthOptions(options: BedrockAuthOptions): void {
  const [id, secret, token] = OPTION_KEYS;
  if (options[token] !== undefined) checkTogether(options, token, id);
  checkTogether(options, id, secret);
  checkTogether(options, secret, id);
  checkSources(options);
  const { bedrockAuth: auth = "auto" } = options;
  if (!["auto", "sigv4", "bearer", "none"].includes(auth)) {
    throw new ConfigurationError(`bedrockAuth is ${JSON.stringify(auth)}: give "auto", "sigv4", "bearer" or "none".`);
  }
}

function checkSources({ bedrockProfile, bedrockAssumeRole: role, ...options }: BedrockAuthOptions): void {
  const [id] = OPTION_KEYS;
  const sources = { bedrockCredentials: options.bedrockCredentials, [id]: options[id], bedrockProfile };
  const [first, second] = Object.entries(sources).flatMap(([name, value]) => (value === undefined ? [] : name));
  if (second !== undefined) throw new ConfigurationError(`${first} and ${second} are set: give one of them.`);
  if (bedrockProfile !== undefined && (typeof bedrockProfile !== "string" || !bedrockProfile)) {
    throw new ConfigurationError(`bedrockProfile is ${JSON.stringify(bedrockProfile)}: give the name of a profile.`);
  }
  if (role === undefined) return;
  checkRole(role);
}

function checkRole(role: AssumeRole): void {
  if (typeof role !== "object" || role === null) {
    throw new ConfigurationError("bedrockAssumeRole is no object: give { roleArn }.");
  }
  const unknown = Object.keys(role).find((name) => !ROLE_OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(`bedrockAssumeRole.${unknown} is no option: give one of ${ROLE_OPTIONS.join(", ")}.`);
  }
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/[\x21-\x7e]+$/.test(role.roleArn)) {
    throw new ConfigurationError("bedrockAssumeRole needs a roleArn like arn:aws:iam::123456789012:role/my-role.");
  }
  const { sessionName = "--", durationSeconds = 900 } = role;
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw new ConfigurationError(
      `bedrockAssumeRole.sessionName is ${JSON.stringify(sessionName)}: give 2 to 64 letters, digits and +=,.@_- only.`,
    );
  }
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    throw new ConfigurationError(
      `bedrockAssumeRole.durationSeconds is ${String(durationSeconds)}: give a whole number from 900 to 43200.`,
    );
  }
}

function checkTogether<T extends object>(values: T, given: keyof T & string, missing: keyof T & string): void {
  if (values[given] === undefined || values[missing] !== undefined) return;
  throw new ConfigurationError(
    `${given} is set without ${missing}: give both, as bedrockAccessKeyId and bedrockSecretAccessKey or as ` +
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  );
}
