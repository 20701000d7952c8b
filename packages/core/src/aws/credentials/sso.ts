import { ConfigurationError, LLMError } from "../../errors.ts";
import { objectOf, stringOf, tryParse, type JsonObject } from "../../types/json.ts";
import { parseRestError } from "../rest-error.ts";
import { encode } from "../signing.ts";
import { checkCredentials, isToken, type Credentials } from "./credentials.ts";
import { exchange, quote } from "./exchange.ts";
import type { Section } from "./ini.ts";
import { serviceEndpoint } from "./services.ts";
import { homeDirectory } from "./shared-config.ts";
import type { Context } from "./source.ts";

/** A token is renewed this long before it expires. */
const EARLY_MS = 5 * 60_000;

/** Whether a profile is one of IAM Identity Center. */
export function isSsoProfile(profile: Section): boolean {
  return ["start_url", "account_id", "session", "region", "role_name"].some((name) => `sso_${name}` in profile);
}

/**
 * Fetches credentials of IAM Identity Center for a profile that somebody has signed in to with `aws sso login`. The token of an
 * `sso-session` is renewed while AWS allows it, and written back for the other programs of the user.
 *
 * @throws {ConfigurationError} with the command to run, when the user must sign in
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
export async function fromSso(context: Context, name: string, profile: Section): Promise<Credentials> {
  const session = profile["sso_session"];
  const place = session === undefined ? profile : (context.config.sections[`sso-session.${session}`] ?? {});
  const { sso_start_url: startUrl, sso_region: region } = place;
  const { sso_account_id: account, sso_role_name: role } = profile;
  if (!startUrl || !region || !account || !role) {
    const names = { sso_start_url: startUrl, sso_region: region, sso_account_id: account, sso_role_name: role };
    const missing = Object.entries(names).flatMap(([key, value]) => (value ? [] : key));
    const where = session === undefined ? "" : ` (sso-session ${session} included)`;
    throw new ConfigurationError(
      `it lacks ${missing.join(", ")}${where}. Run \`aws configure sso --profile ${name}\`.`,
    );
  }
  const login = `Run \`aws sso login --profile ${name}\`.`;
  const token = await findToken(context, session ?? startUrl, session !== undefined, region, login);
  const answer = await exchange(context, {
    endpoint: serviceEndpoint(context, "SSO", region),
    path: `/federation/credentials?account_id=${encode(account)}&role_name=${encode(role)}`,
    headers: { "x-amz-sso_bearer_token": token },
  });
  const { roleCredentials } = objectOf(tryParse(answer.text)) ?? {};
  const { expiration, ...found } = objectOf(roleCredentials) ?? {};
  if (answer.status === 200 && typeof expiration === "number") {
    return checkCredentials({ ...found, expiration: new Date(expiration) }, "IAM Identity Center");
  }
  if (answer.status === 401) throw new ConfigurationError(`its SSO session is not valid any more. ${login}`);
  const { name: exception, message } = parseRestError(answer.headers["x-amzn-errortype"], answer.text);
  const reason = quote(`(${exception || `status ${answer.status}`})${message && `: ${message}`}`, [token]);
  throw new ConfigurationError(
    `IAM Identity Center gave no credentials for the role ${role} of account ${account} ${reason}`,
  );
}

/** The token that `aws sso login` has left in its cache, renewed where it must and can be. */
async function findToken(
  context: Context,
  key: string,
  isRenewable: boolean,
  region: string,
  login: string,
): Promise<string> {
  const { host, world } = context;
  const path = `${homeDirectory(context)}/.aws/sso/cache/${host.hash("sha1", key)}.json`;
  const read = async (): Promise<Token | undefined> => {
    const cached = await readJson(context, path);
    const accessToken = cached?.["accessToken"];
    const leftMs = Date.parse(stringOf(cached?.["expiresAt"]) ?? "") - world.now();
    return cached && isToken(accessToken) && !Number.isNaN(leftMs) ? { cached, accessToken, leftMs } : undefined;
  };
  const found = await read();
  if (!found) throw new ConfigurationError(`nobody has signed in. ${login}`);
  if (found.leftMs > (isRenewable ? EARLY_MS : 0)) return found.accessToken;
  const renewed = isRenewable ? await renewToken(context, region, found.cached) : undefined;
  if (renewed) {
    // A folder that cannot be written to must not cost the answer.
    await host.writeText(path, JSON.stringify({ ...found.cached, ...renewed }, null, 2)).catch(() => {});
    return renewed.accessToken;
  }
  // Another program may have renewed it meanwhile, and spent the refresh token.
  const { accessToken, leftMs } = (await read()) ?? found;
  if (leftMs > 0) return accessToken;
  throw new ConfigurationError(`its SSO session has expired. ${login}`);
}

/** What `aws sso login` has left in its cache. */
interface Token {
  readonly cached: JsonObject;
  readonly accessToken: string;
  /** How long it is still valid. */
  readonly leftMs: number;
}

/** @returns nothing when it cannot be renewed */
async function renewToken(
  context: Context,
  region: string,
  { clientId, clientSecret, refreshToken }: JsonObject,
): Promise<{ accessToken: string; expiresAt: string; refreshToken: string } | undefined> {
  if (typeof clientId !== "string" || typeof clientSecret !== "string" || typeof refreshToken !== "string") return;
  try {
    const { status, text } = await exchange(context, {
      method: "POST",
      endpoint: serviceEndpoint(context, "SSO_OIDC", region),
      path: "/token",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ clientId, clientSecret, refreshToken, grantType: "refresh_token" }),
    });
    const { accessToken, expiresIn, refreshToken: next = refreshToken } = objectOf(tryParse(text)) ?? {};
    if (status !== 200 || !isToken(accessToken) || typeof expiresIn !== "number") return;
    const expiresAt = new Date(context.world.now() + expiresIn * 1000).toISOString();
    return { accessToken, expiresAt, refreshToken: stringOf(next) ?? refreshToken };
  } catch (error) {
    if (error instanceof LLMError && error.code !== "ERR_CONFIGURATION") return;
    throw error;
  }
}

/**
 * The JSON object in a file; nothing when there is none.
 *
 * @throws {ConfigurationError} when there is a file that cannot be read
 */
export async function readJson({ host }: Pick<Context, "host">, path: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    text = await host.readText(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no text";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ConfigurationError(`its cache ${path} cannot be read (${code}): check whose file it is`, { cause });
  }
  return objectOf(tryParse(text));
}
