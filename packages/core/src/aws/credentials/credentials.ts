import { ConfigurationError } from "../../errors.ts";

/** AWS credentials. The AWS SDK's credential objects fit. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they stop to work; without it they are kept until AWS calls them expired. */
  readonly expiration?: Date | undefined;
  /** What they came from, for reports. */
  readonly source?: string | undefined;
}

/** Fetches credentials. Every credential provider of the AWS SDK fits. */
export type CredentialProvider = () => Promise<Credentials> | Credentials;

/** One client's credentials. */
export interface CredentialSource {
  /** The current credentials, at once where they are known; concurrent callers share one fetch. */
  get(): Credentials | Promise<Credentials>;
  /**
   * Forgets `used` after AWS called them expired.
   *
   * @returns whether another `get` may give different ones
   */
  invalidate(used: Credentials): boolean;
}

/** A source of credentials that never change. */
export function staticCredentials(credentials: Credentials): CredentialSource {
  return { get: () => credentials, invalidate: () => false };
}

/**
 * Checks that a value holds a key pair.
 *
 * @param source the option or function it came from, for the error
 * @throws {ConfigurationError} naming what is missing; never repeats a value
 */
export function checkCredentials(value: unknown, source: string): Credentials {
  const given: Partial<Record<keyof Credentials, unknown>> = typeof value === "object" && value !== null ? value : {};
  const { accessKeyId, secretAccessKey, source: from } = given;
  // What comes from JSON has null where there is nothing.
  const [sessionToken, expiration] = [given.sessionToken ?? undefined, given.expiration ?? undefined];
  if (!isToken(accessKeyId) || !isToken(secretAccessKey)) {
    const missing = isToken(accessKeyId) ? "secretAccessKey" : "accessKeyId";
    throw new ConfigurationError(`${source} gave no usable ${missing}: give { accessKeyId, secretAccessKey }.`);
  }
  if (sessionToken !== undefined && !isToken(sessionToken)) {
    throw new ConfigurationError(`${source} gave no usable sessionToken: leave it out.`);
  }
  // Not `instanceof`: a date may come from another realm.
  const time = typeof expiration === "object" ? Number(expiration) : NaN;
  if (expiration !== undefined && Number.isNaN(time)) {
    throw new ConfigurationError(`${source} gave no valid expiration: give a Date, or leave it out.`);
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: expiration === undefined ? undefined : new Date(time),
    ...(typeof from === "string" && { source: from }),
  };
}

/** Whether a value can stand in an HTTP header as a key or token: not empty, printable ASCII, no space. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
}
