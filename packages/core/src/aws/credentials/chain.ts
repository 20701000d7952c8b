import { findHost } from "#credentials";
import { ConfigurationError, LLMError } from "../../errors.ts";
import type { Transport } from "../../http/transport.ts";
import type { World } from "../../world.ts";
import { fromContainer, isInContainer } from "./container.ts";
import type { Credentials } from "./credentials.ts";
import { fromEnvironment } from "./environment.ts";
import type { Host } from "./host.ts";
import { checkInstanceAllowed, createInstanceSource } from "./instance.ts";
import { fromProcess } from "./process.ts";
import { fromProfile, type FromInstance } from "./profile.ts";
import { configPaths, loadSharedConfig } from "./shared-config.ts";
import { PassedOver, type Context, type SharedConfig, type Surroundings } from "./source.ts";
import { isSsoProfile } from "./sso.ts";
import { fromWebIdentity } from "./web-identity.ts";

/** What a client's chain of sources needs. */
export interface ChainOptions {
  readonly world: World;
  readonly transport: Transport;
  /** An environment variable, without the spaces around it; an empty one is not there. */
  readonly read: (name: string) => string | undefined;
  /** The client's region; AWS STS is asked there. */
  readonly region: string | undefined;
  /** The profile that the client asks for; default: `AWS_PROFILE`, then `default`. */
  readonly profile: string | undefined;
}

/** One client's chain. */
export interface Chain {
  /**
   * Asks the sources, one after the other, for credentials.
   *
   * @throws {ConfigurationError} `ERR_CONFIGURATION`, saying what was tried, why it gave none, and what to run
   */
  provide(): Promise<Credentials>;
  /** Whether the shared files are others now than when they were read; looks once a second at most. */
  hasChanged(): boolean;
  /** What the shared files say, of the profile among others; nothing where the platform has no files. */
  loadConfig(): Promise<SharedConfig | undefined>;
}

const CHECK_MS = 1000;
/** Some have hundreds of profiles. */
const MAX_NAMES = 10;
const ADVICE =
  "Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_BEARER_TOKEN_BEDROCK, bedrockCredentials, bedrockApiKey, or " +
  "bedrockAccessKeyId and bedrockSecretAccessKey";

/**
 * Creates the chain of AWS's sources, in the order of the AWS SDK for JavaScript: environment (unless a profile is asked for),
 * profile, web identity, container, EC2 instance. Where the platform has no files, there is the environment only.
 *
 * @param host what the platform has beside HTTP; `null` for nothing
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function createChain(options: ChainOptions, host: Host | null | undefined = findHost()): Chain {
  if (!host) {
    return {
      provide: () => fromEnvironmentOnly(options),
      hasChanged: () => false,
      loadConfig: () => Promise.resolve(undefined),
    };
  }
  const { read, world } = options;
  const chosen = options.profile ?? read("AWS_PROFILE");
  const profileName = chosen ?? "default";
  const surroundings: Surroundings = { ...options, host, profileName, isProfileChosen: chosen !== undefined };
  const fromInstance = createInstanceSource();
  const look = (): string =>
    configPaths(surroundings)
      .map((path) => host.fingerprint(path))
      .join("|");
  let seen: string | undefined;
  let checkedAt = 0;
  return {
    async provide() {
      seen = look();
      return search({ ...surroundings, config: await loadSharedConfig(surroundings) }, fromInstance);
    },
    hasChanged() {
      const now = world.monotonic();
      if (now - checkedAt < CHECK_MS) return false;
      checkedAt = now;
      return look() !== seen;
    },
    loadConfig: () => loadSharedConfig(surroundings),
  };
}

/** Asks the sources one after the other, and keeps why each one had none. */
async function search(context: Context, fromInstance: FromInstance): Promise<Credentials> {
  const tried: string[] = [];
  for (const [name, find] of listSources(context, fromInstance)) {
    try {
      return { ...(await find(context)), source: name };
    } catch (error) {
      const isPassedOver = error instanceof PassedOver;
      // What is no error of ours may quote anything.
      const reason = isPassedOver || error instanceof LLMError ? error.message : "it failed (see cause)";
      const unread = name.startsWith("profile ") ? context.config.unread : [];
      tried.push(`${name}: ${[reason.replace(/\.$/, ""), ...unread].join("; ")}`);
      if (!isPassedOver) throw explain(tried, "", error);
    }
  }
  throw explain(tried, advise(context));
}

type Source = readonly [name: string, find: (context: Context) => Credentials | Promise<Credentials>];

function listSources(
  { profileName, isProfileChosen, config, ...context }: Context,
  fromInstance: FromInstance,
): Source[] {
  const { credential_process: command, role_arn: role } = config.profile;
  const sources: Source[] = [
    ["environment", isProfileChosen ? passEnvironment : fromEnvironment],
    [`profile ${profileName}`, (given) => fromProfile(given, fromInstance, profileName)],
  ];
  // It comes after the role, and counts when that leads nowhere.
  if (command && role) sources.push(["credential_process", (given) => fromProcess(given, command)]);
  sources.push(["web identity", fromWebIdentity]);
  const last: Source = ["EC2 instance", (given) => (checkInstanceAllowed(given), fromInstance(given))];
  sources.push(isInContainer(context) ? ["container", fromContainer] : last);
  return sources;
}

function passEnvironment(): never {
  throw new PassedOver("a profile is asked for, by bedrockProfile or AWS_PROFILE");
}

function explain(tried: readonly string[], advice: string, cause?: unknown): ConfigurationError {
  const list = tried.map((line) => `\n- ${line}.`).join("");
  return new ConfigurationError(`No AWS credentials were found. What was tried, in order:${list}${advice}`, { cause });
}

/** What to do when no source has credentials. */
function advise({ config, profileName }: Context): string {
  const others = Object.keys(config.profiles).filter((name) => name !== profileName);
  const sso = others.find((name) => isSsoProfile(config.profiles[name] ?? {}));
  const login = sso === undefined ? "" : ` (of IAM Identity Center: \`aws sso login --profile ${sso}\`)`;
  const more = others.length > MAX_NAMES ? ` and ${others.length - MAX_NAMES} more` : "";
  const names = others.slice(0, MAX_NAMES).join(", ") + more;
  const choose = names && `choose a profile by bedrockProfile or AWS_PROFILE: ${names}${login}`;
  return `\n${ADVICE}; or ${choose || "run `aws configure sso`, then `aws sso login`"}.`;
}

async function fromEnvironmentOnly(options: ChainOptions): Promise<Credentials> {
  const { profile } = options;
  try {
    if (profile !== undefined) throw new PassedOver(`the profile ${profile} is asked for, but there are no files here`);
    return fromEnvironment(options);
  } catch (error) {
    if (!(error instanceof PassedOver)) throw error;
    throw explain([`environment: ${error.message}`], `\n${ADVICE}.`);
  }
}
