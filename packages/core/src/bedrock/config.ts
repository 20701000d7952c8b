import type { Chain } from "../aws/credentials/chain.ts";
import type { SharedConfig } from "../aws/credentials/source.ts";
import { checkRegion } from "../aws/endpoint.ts";
import { checkNeeds, checkRules, type Rule, type Rules } from "../checks.ts";
import { ConfigurationError } from "../errors.ts";
import type { Endpoint, Transport } from "../http/transport.ts";
import type { World } from "../world.ts";
import {
  ADDRESS_RULES,
  checkAddressOptions,
  type BedrockAddressOptions,
  type BedrockSigning,
} from "./address-options.ts";
import { AUTH_RULES, checkAuthOptions, type BedrockAuthOptions } from "./auth-options.ts";
import { resolveAuth, type Auth, type AuthContext } from "./auth.ts";
import {
  addProfileEndpoints,
  ignoresUrls,
  regionEndpoint,
  resolveEndpoints,
  type Endpoints,
  type HostVariant,
  type Service,
} from "./endpoints.ts";

/** The options of the Bedrock provider. Each one beats the environment variable that it names. */
export interface BedrockOptions extends BedrockAuthOptions, BedrockAddressOptions {
  /** Id or ARN of the guardrail of every chat. Give it together with `bedrockGuardrailVersion`. */
  bedrockGuardrailIdentifier?: string | undefined;
  /** A number, as text, or `"DRAFT"`. */
  bedrockGuardrailVersion?: string | undefined;
  /** Whether answers tell what the guardrail found. Default: Bedrock's, which is `"disabled"`. */
  bedrockGuardrailTrace?: "enabled" | "disabled" | "enabled_full" | undefined;
}

/** What a client resolved to; frozen. */
export interface Settings extends HostVariant {
  readonly auth: Auth;
  readonly endpoints: Endpoints;
  /** The client's region; absent when none is configured. */
  readonly region: string | undefined;
  /** What signatures are for, where that is not what is asked. */
  readonly signing: BedrockSigning;
  /** Reads the profile's settings, where they may count and were not read yet. */
  readonly findProfile: (() => Promise<SharedConfig | undefined>) | undefined;
}

/** Where one request goes. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly region: string;
}

type Read = AuthContext["read"];

const FIPS = "AWS_USE_FIPS_ENDPOINT";
const DUALSTACK = "AWS_USE_DUALSTACK_ENDPOINT";

/** What a guardrail's settings must look like, by their names without prefix. */
export const GUARDRAIL_RULES: Readonly<Record<"Identifier" | "Version" | "Trace", Rule>> = {
  Identifier: [
    // AWS's own ids have no hyphens, but placeholders and other services' do: whether one exists is AWS's to say.
    /^(?=.{1,2048}$)([a-zA-Z0-9-]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail\/[a-z0-9]+)$/,
    "the id or ARN of a guardrail",
  ],
  Version: [/^([1-9][0-9]{0,7}|DRAFT)$/, 'a version like "1", or "DRAFT"'],
  Trace: [/^(enabled|disabled|enabled_full)$/, '"enabled", "disabled" or "enabled_full"'],
};

/** What each option must be. */
export const BEDROCK_RULES: Rules<keyof BedrockOptions> = {
  ...AUTH_RULES,
  ...ADDRESS_RULES,
  bedrockGuardrailIdentifier: GUARDRAIL_RULES.Identifier,
  bedrockGuardrailVersion: GUARDRAIL_RULES.Version,
  bedrockGuardrailTrace: GUARDRAIL_RULES.Trace,
};

/**
 * Checks what can be checked without the environment, so that a wrong option fails where it is written.
 *
 * @param rules those of these options, and of all that may stand beside them
 * @throws {ConfigurationError}
 */
export function checkOptions(options: BedrockOptions, rules: Rules<keyof BedrockOptions> = BEDROCK_RULES): void {
  checkRules(options, rules);
  checkAuthOptions(options);
  checkAddressOptions(options);
  checkNeeds(options, "bedrockGuardrailIdentifier", "bedrockGuardrailVersion");
  checkNeeds(options, "bedrockGuardrailVersion", "bedrockGuardrailIdentifier");
}

/**
 * Resolves options and environment, once. The profile is left for later: it stands in files, and is only looked for when
 * somebody names it, or when region or keys must come from there.
 *
 * @throws {ConfigurationError} naming the option and the variable that are missing or wrong
 */
export function resolveSettings(options: BedrockOptions, world: World, transport: Transport): Settings {
  const { env } = world;
  // They hold for the services that give out credentials, too.
  const { bedrockFips, bedrockDualstack } = options;
  const flags: Readonly<Record<string, boolean | undefined>> = { [FIPS]: bedrockFips, [DUALSTACK]: bedrockDualstack };
  const read: Read = (name) => flags[name]?.toString() ?? readVariable(env, name);
  const given = options.bedrockRegions?.[0] ?? options.bedrockRegion;
  const variable = given === undefined ? ["AWS_REGION", "AWS_DEFAULT_REGION"].find(read) : undefined;
  const region = variable === undefined ? given : checkRegion(read(variable) ?? "", variable);
  const context = { world, transport, read, region };
  let chain: Promise<Chain> | undefined;
  const openChain = (): Promise<Chain> =>
    (chain ??= import("../aws/credentials/chain.ts").then(({ createChain }) =>
      createChain({ ...context, profile: options.bedrockProfile }),
    ));
  const auth = resolveAuth(options, context, openChain);
  const isNamed = options.bedrockProfile ?? read("AWS_PROFILE");
  const mayCount = isNamed !== undefined || region === undefined || (auth.kind === "sigv4" && auth.isFromChain);
  return Object.freeze({
    auth,
    endpoints: resolveEndpoints(options.bedrockEndpoint, read),
    region,
    isFips: readFlag(read, FIPS),
    isDualstack: readFlag(read, DUALSTACK),
    signing: options.bedrockSigning ?? {},
    findProfile: mayCount
      ? async () => {
          const config = await (await openChain()).loadConfig();
          if (!config || !ignoresUrls(read)) return config;
          return { ...config, profile: { ...config.profile, ignore_configured_endpoint_urls: "true" } };
        }
      : undefined,
  });
}

/** An environment variable. Deno throws where it may not be read; to us it is then absent, as in a browser. */
function readVariable(env: World["env"], name: string): string | undefined {
  try {
    return env[name]?.trim() || undefined;
  } catch {
    return undefined;
  }
}

function readFlag(read: Read, name: string, where: string = name): boolean | undefined {
  const value = read(name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === "true" || value === "false") return value === "true";
  throw new ConfigurationError(`${where} is ${JSON.stringify(value)}: give true or false.`);
}

/**
 * Adds what the profile says; what options and environment say stays.
 *
 * @throws {ConfigurationError} when a setting cannot be what it should be
 */
export function addProfile(settings: Settings, config: SharedConfig | undefined): Settings {
  const { profile = {}, sections = {} } = config ?? {};
  const { endpoints, region = profile["region"] } = settings;
  const flag = (name: string): boolean | undefined => readFlag((key) => profile[key], name, `The profile's ${name}`);
  return Object.freeze({
    ...settings,
    region: region === undefined ? undefined : checkRegion(region, "The profile's region"),
    isFips: settings.isFips ?? flag("use_fips_endpoint"),
    isDualstack: settings.isDualstack ?? flag("use_dualstack_endpoint"),
    endpoints: addProfileEndpoints(endpoints, profile, sections[`services.${profile["services"]}`]),
    findProfile: undefined,
  });
}

/** Whether what a request needs may still stand in the profile. */
export function needsProfile(
  settings: Settings,
  ownRegion: string | undefined,
  service: Service = "bedrock-runtime",
): boolean {
  if (!settings.findProfile) return false;
  return !settings.endpoints[service] || (!(ownRegion ?? settings.region) && needsRegion(settings, service));
}

/** Whether a request needs a region. A signature does, and AWS's own endpoint; a custom endpoint with an API key does not. */
function needsRegion({ auth, endpoints, signing }: Settings, service: Service): boolean {
  return !endpoints[service] || (auth.kind === "sigv4" && (service === "s3" || signing.region === undefined));
}

/**
 * The endpoint and signing region of one request.
 *
 * @param ownRegion the region that the ARN of what is asked for names
 * @throws {ConfigurationError} when no region is known and one is needed, or when FIPS or dual stack is asked of an endpoint
 *   that is not AWS's to choose
 */
export function resolveTarget(
  settings: Settings,
  ownRegion: string | undefined,
  service: Service = "bedrock-runtime",
): Target {
  const endpoint = settings.endpoints[service];
  const region = ownRegion ?? settings.region ?? "";
  if (!region && needsRegion(settings, service)) {
    throw new ConfigurationError(
      "No AWS region is set: give bedrockRegion, AWS_REGION or AWS_DEFAULT_REGION, or a profile with a region.",
    );
  }
  if (endpoint && (settings.isFips || settings.isDualstack)) {
    const [option, variable] = settings.isFips ? ["bedrockFips", FIPS] : ["bedrockDualstack", DUALSTACK];
    throw new ConfigurationError(
      `${option} (or ${variable}, or the profile's) and an endpoint for ${service} (${endpoint.host}) are set: ` +
        "give the endpoint of the host that you mean, or none.",
    );
  }
  return { endpoint: endpoint ?? regionEndpoint(region, service, settings), region };
}
