import { ConfigurationError, LLMError } from "../../errors.ts";
import type { Endpoint } from "../../http/transport.ts";
import { numberOf, objectOf, stringOf, tryParse, type JsonObject } from "../../types/json.ts";
import { parseRestError } from "../rest-error.ts";
import { checkCredentials, type Credentials } from "./credentials.ts";
import { exchange, quote, type Answer } from "./exchange.ts";
import { encodeBase64Url } from "./host.ts";
import { serviceEndpoint } from "./services.ts";
import { homeDirectory } from "./shared-config.ts";
import { readJson } from "./sso.ts";
import type { Context } from "./source.ts";

/** Credentials are renewed this long before they expire. */
const EARLY_MS = 5 * 60_000;
const PATH = "/v1/token";

/** What `aws login` has left in its cache. */
interface Session {
  readonly path: string;
  readonly file: JsonObject;
  readonly credentials: JsonObject;
  readonly dpopKey: string;
  /** How long the credentials are still valid. */
  readonly leftMs: number;
}

/**
 * Takes the credentials of a profile that somebody has signed in to with `aws login` (`login_session`), renews them where
 * that is due, and writes them back for the other programs of the user.
 *
 * @throws {ConfigurationError} with the command to run, when the user must sign in
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 */
export async function fromLogin(context: Context, name: string, loginSession: string): Promise<Credentials> {
  const login = `Run \`aws login --profile ${name}\`.`;
  const session = await readSession(context, loginSession);
  if (!session) throw new ConfigurationError(`nobody has signed in. ${login}`);
  if (session.leftMs > EARLY_MS) return parseCredentials(session.credentials);
  const region = stringOf(session.file["signInRegion"]) || context.config.profiles[name]?.["region"] || context.region;
  const endpoint = serviceEndpoint(context, "SIGNIN", region ?? "us-east-1");
  const answer = await renew(context, endpoint, session).catch((cause: unknown) => {
    if (session.leftMs > 0) return undefined;
    if (cause instanceof LLMError) throw cause;
    throw new ConfigurationError(`its session cannot be renewed (see cause). ${login}`, { cause });
  });
  const renewed = answer && (await keepRenewed(context, session, answer));
  if (renewed) return parseCredentials(renewed);
  if (session.leftMs > 0 && !(answer && isOver(answer))) return parseCredentials(session.credentials);
  // Another program may have renewed it meanwhile, and spent the refresh token.
  const { file, credentials, leftMs } = (await readSession(context, loginSession)) ?? session;
  const { refreshToken } = session.file;
  if (leftMs > 0 && file["refreshToken"] !== refreshToken) return parseCredentials(credentials);
  const { error } = objectOf(tryParse(answer?.text ?? "")) ?? {};
  const reason = quote(stringOf(error) ?? `status ${answer?.status}`, [stringOf(refreshToken)]);
  throw new ConfigurationError(`its session has expired (${reason}). ${login}`);
}

/** Whether AWS says that only a new login helps. */
function isOver({ text, headers }: Answer): boolean {
  return parseRestError(headers["x-amzn-errortype"], text).name === "AccessDeniedException";
}

async function readSession(context: Context, loginSession: string): Promise<Session | undefined> {
  const { host, read, world } = context;
  const folder = read("AWS_LOGIN_CACHE_DIRECTORY") ?? `${homeDirectory(context)}/.aws/login/cache`;
  const path = `${folder}/${host.hash("sha256", loginSession)}.json`;
  const file = await readJson(context, path);
  const credentials = objectOf(file?.["accessToken"]);
  const dpopKey = stringOf(file?.["dpopKey"]);
  if (!credentials?.["accountId"] || !file?.["clientId"] || !file["refreshToken"] || !dpopKey) return undefined;
  const leftMs = Date.parse(stringOf(credentials["expiresAt"]) ?? "") - world.now();
  return { path, file, credentials, dpopKey, leftMs };
}

/** Asks for new credentials, with a proof (RFC 9449) that the key of the login is here. */
async function renew(context: Context, endpoint: Endpoint, { file, dpopKey }: Session): Promise<Answer> {
  const { host, world } = context;
  const { protocol, host: name, pathPrefix } = endpoint;
  const claims = {
    jti: host.randomId(),
    htm: "POST",
    htu: `${protocol}//${name}${pathPrefix}${PATH}`,
    iat: Math.floor(world.now() / 1000),
  };
  const dpop = host.signEs256(dpopKey, (x, y) =>
    [{ alg: "ES256", typ: "dpop+jwt", jwk: { kty: "EC", crv: "P-256", x, y } }, claims]
      .map((part) => encodeBase64Url(JSON.stringify(part)))
      .join("."),
  );
  const { clientId, refreshToken } = file;
  const body = JSON.stringify({ clientId, refreshToken, grantType: "refresh_token" });
  const headers = { "content-type": "application/json", dpop };
  return exchange(context, { method: "POST", endpoint, path: PATH, headers, body });
}

/** Writes what AWS answered with to the cache. Returns nothing when it was no new credentials. */
async function keepRenewed(
  { host, world }: Context,
  { path, file, credentials }: Session,
  { status, text }: Answer,
): Promise<JsonObject | undefined> {
  const { accessToken, refreshToken, expiresIn } = objectOf(tryParse(text)) ?? {};
  const { accessKeyId, secretAccessKey, sessionToken } = objectOf(accessToken) ?? {};
  if (status !== 200 || !accessKeyId || !secretAccessKey || !sessionToken || !refreshToken) return undefined;
  const expiresAt = new Date(world.now() + (numberOf(expiresIn) ?? 900) * 1000).toISOString();
  const renewed = { ...credentials, accessKeyId, secretAccessKey, sessionToken, expiresAt };
  // A folder that cannot be written to must not cost the answer.
  await host.writeText(path, JSON.stringify({ ...file, accessToken: renewed, refreshToken }, null, 2)).catch(() => {});
  return renewed;
}

function parseCredentials({ expiresAt, ...found }: JsonObject): Credentials {
  return checkCredentials({ ...found, expiration: new Date(stringOf(expiresAt) ?? NaN) }, "The cache of `aws login`");
}
