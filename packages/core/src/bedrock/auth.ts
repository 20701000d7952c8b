import { cachedCredentials } from "../aws/credentials/cache.ts";
import type { Chain } from "../aws/credentials/chain.ts";
import {
  checkCredentials,
  isToken,
  staticCredentials,
  type Credentials,
  type CredentialSource,
} from "../aws/credentials/credentials.ts";
import { fromEnvironment } from "../aws/credentials/environment.ts";
import type { SharedConfig } from "../aws/credentials/source.ts";
import { ConfigurationError, LLMError, type ErrorFacts } from "../errors.ts";
import type { Transport } from "../http/transport.ts";
import type { World } from "../world.ts";
import type { BedrockAuthOptions } from "./auth-options.ts";

/** How requests prove who sends them. */
export type Auth =
  | {
      readonly kind: "sigv4";
      readonly credentials: CredentialSource;
      /** Whether neither options nor environment have keys. */
      readonly isFromChain: boolean;
    }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "none" };

/** What finding credentials needs of a client. */
export interface AuthContext {
  readonly world: World;
  readonly transport: Transport;
  /** Gives an environment variable; an empty one is not there. */
  readonly read: (name: string) => string | undefined;
  /** The client's region. */
  readonly region: string | undefined;
}

const API_KEY = "AWS_BEARER_TOKEN_BEDROCK";

/**
 * Decides how requests authenticate. Credentials are looked for when they are first asked for; what is loaded for that is the
 * chain of sources when neither options nor environment have keys, and AWS STS when a role is to be assumed.
 *
 * @throws {ConfigurationError} when an API key or a key pair is asked for, and is missing or unusable
 */
export function resolveAuth(options: BedrockAuthOptions, context: AuthContext, openChain: () => Promise<Chain>): Auth {
  const { bedrockAuth: mode = "auto", bedrockApiKey } = options;
  if (mode === "none") return { kind: mode };
  const { bedrockCredentials, bedrockAccessKeyId, bedrockProfile, bedrockAssumeRole } = options;
  const isExplicit = bedrockCredentials ?? bedrockAccessKeyId ?? bedrockProfile ?? bedrockAssumeRole;
  const token = bedrockApiKey ?? (isExplicit !== undefined && mode === "auto" ? undefined : context.read(API_KEY));
  if (mode === "bearer" || (mode === "auto" && token !== undefined)) {
    const source = bedrockApiKey === undefined ? API_KEY : "bedrockApiKey";
    if (token === undefined)
      throw new ConfigurationError(`bedrockAuth is "bearer" without an API key: give bedrockApiKey or ${API_KEY}.`);
    if (!isToken(token)) throw new ConfigurationError(`${source} is empty or has a space in it: give an API key.`);
    return { kind: "bearer", token };
  }
  const given = findGiven(options, context);
  const base = given ?? fromChain(context, openChain);
  const isFromChain = given === undefined;
  // What a profile says of region and endpoints counts for AWS STS, too.
  const isNamed = options.bedrockProfile ?? context.read("AWS_PROFILE");
  const mayCount = isFromChain || isNamed !== undefined || context.region === undefined;
  const loadConfig = async (): Promise<SharedConfig | undefined> =>
    mayCount ? (await openChain()).loadConfig() : undefined;
  return { kind: "sigv4", credentials: withRole(base, options, context, loadConfig), isFromChain };
}

/** The credentials that options or environment have. */
function findGiven(options: BedrockAuthOptions, { read, world }: AuthContext): CredentialSource | undefined {
  const { bedrockCredentials: given, bedrockAccessKeyId: accessKeyId } = options;
  if (typeof given === "function") return cachedCredentials(given, world);
  if (given !== undefined) return staticCredentials(checkCredentials(given, "bedrockCredentials"));
  if (accessKeyId !== undefined) {
    const { bedrockSecretAccessKey: secretAccessKey, bedrockSessionToken: sessionToken } = options;
    const pair = { accessKeyId, secretAccessKey, sessionToken, source: "bedrockAccessKeyId" };
    return staticCredentials(checkCredentials(pair, "bedrockAccessKeyId with bedrockSecretAccessKey"));
  }
  const hasProfile = options.bedrockProfile ?? read("AWS_PROFILE");
  if (!hasProfile && read("AWS_ACCESS_KEY_ID") && read("AWS_SECRET_ACCESS_KEY")) {
    return staticCredentials({ ...fromEnvironment({ read }), source: "environment" });
  }
  return undefined;
}

function fromChain({ world }: AuthContext, openChain: () => Promise<Chain>): CredentialSource {
  let chain: Chain | undefined;
  const provide = async (): ReturnType<Chain["provide"]> => (chain ??= await openChain()).provide();
  return cachedCredentials(provide, world, () => chain?.hasChanged() ?? false, "The search for AWS credentials");
}

/** Credentials of the role that is to be assumed with others; those others when there is none. */
function withRole(
  base: CredentialSource,
  { bedrockAssumeRole: role }: BedrockAuthOptions,
  context: AuthContext,
  loadConfig: () => Promise<SharedConfig | undefined>,
): CredentialSource {
  if (!role) return base;
  const { webIdentityToken: token } = role;
  const assume = async (isSecond = false): Promise<Credentials> => {
    const { assumeRole, assumeRoleWithToken } = await import("../aws/credentials/sts.ts");
    const config = await loadConfig();
    const sts = config ? { ...context, config } : context;
    if (token !== undefined) return assumeRoleWithToken(sts, role, typeof token === "function" ? await token() : token);
    const used = await base.get();
    try {
      return await assumeRole(sts, role, used);
    } catch (error) {
      const { exception = "" }: ErrorFacts = error instanceof LLMError ? error : {};
      if (isSecond || !OUTDATED.test(exception) || !base.invalidate(used)) throw error;
      return assume(true);
    }
  };
  const provide = async (): Promise<Credentials> => ({ ...(await assume()), source: "bedrockAssumeRole" });
  return cachedCredentials(provide, context.world, undefined, "bedrockAssumeRole");
}

/** What AWS STS says of credentials that others may have replaced. */
const OUTDATED = /^(ExpiredToken(Exception)?|InvalidClientTokenId)$/;
