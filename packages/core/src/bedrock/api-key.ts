import { encodeBase64, encodeUtf8 } from "#bytes";
import { createDefaultTransport, createFetchTransport } from "#transport";
import { presignRequest } from "../aws/presign.ts";
import { ConfigurationError } from "../errors.ts";
import { createWorld, type World } from "../world.ts";
import { addProfile, checkOptions, resolveSettings, type BedrockOptions } from "./config.ts";

/** Where credentials and region come from, as for a client, and how long the key lasts. */
export interface BedrockApiKeyOptions extends Pick<
  BedrockOptions,
  | "bedrockRegion"
  | "bedrockAccessKeyId"
  | "bedrockSecretAccessKey"
  | "bedrockSessionToken"
  | "bedrockCredentials"
  | "bedrockProfile"
  | "bedrockAssumeRole"
> {
  /** 1 to 43200 (12 hours), which is the default. A key never outlives the credentials that it is made of. */
  readonly expiresInSeconds?: number | undefined;
  /** Makes the requests for credentials, if any are needed. Default: the platform's own HTTP client. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const HOST = "bedrock.amazonaws.com";
const MAX_SECONDS = 12 * 60 * 60;

/**
 * Makes a short-term API key of Bedrock from AWS credentials, for a program that takes no others: it may do in one region what
 * the credentials may. Nothing is sent for it, but for the credentials where need be.
 *
 * @returns the key, for `bedrockApiKey` or `AWS_BEARER_TOKEN_BEDROCK`; treat it as a secret
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when credentials or region are missing, or an option is wrong
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-generate.html
 */
export async function createBedrockApiKey(
  { expiresInSeconds = MAX_SECONDS, fetch, ...bedrock }: BedrockApiKeyOptions = {},
  world: World = createWorld(),
): Promise<string> {
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > MAX_SECONDS) {
    throw new ConfigurationError(
      `expiresInSeconds is ${String(expiresInSeconds)}: give a whole number from 1 to ${MAX_SECONDS}.`,
    );
  }
  const options: BedrockOptions = { ...bedrock, bedrockAuth: "sigv4" };
  checkOptions(options);
  const transport = fetch ? createFetchTransport(fetch) : createDefaultTransport(undefined, { world });
  const settings = resolveSettings(options, world, transport);
  const region = settings.region ?? addProfile(settings, await settings.findProfile?.()).region;
  const { auth } = settings;
  if (region === undefined || auth.kind !== "sigv4") {
    throw new ConfigurationError("No AWS region is set: a Bedrock API key is for one region. Give bedrockRegion.");
  }
  const credentials = await auth.credentials.get();
  const request = { method: "POST", path: "/", host: HOST, query: { Action: "CallWithBearerToken" } };
  const signed = await presignRequest(
    request,
    { credentials, region, service: "bedrock", date: world.now() },
    expiresInSeconds,
  );
  return `bedrock-api-key-${encodeBase64(encodeUtf8(`${HOST}${signed}&Version=1`))}`;
}
