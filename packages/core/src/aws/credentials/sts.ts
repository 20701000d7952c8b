import { ConfigurationError } from "../../errors.ts";
import { encode, freshMeans, sign } from "../signing.ts";
import { checkCredentials, isToken, type Credentials } from "./credentials.ts";
import { exchange, quote, type Answer } from "./exchange.ts";
import { serviceEndpoint } from "./services.ts";
import type { Context } from "./source.ts";

/** What asking AWS STS needs of a client. */
export type StsContext = Pick<Context, "world" | "transport" | "read" | "region"> & Partial<Pick<Context, "config">>;

/** A role of AWS IAM to assume. */
export interface AssumeRole {
  readonly roleArn: string;
  /** What CloudTrail shows as the session's name. Default: `node-llm-` and the time. */
  readonly sessionName?: string | undefined;
  /** The secret that the role's owner may ask for. */
  readonly externalId?: string | undefined;
  /** How long the session lasts: 900 to what the role allows. Default 3600. */
  readonly durationSeconds?: number | undefined;
  /** The token of an OpenID Connect provider, or a function that fetches it. With it no other credentials are needed. */
  readonly webIdentityToken?: string | (() => string | Promise<string>) | undefined;
}

/** The role itself. */
export type Role = Omit<AssumeRole, "webIdentityToken">;

/** AWS refuses signatures that are more than 5 minutes off. */
const SKEW_MS = 4 * 60_000;

/**
 * Assumes a role.
 *
 * @param region default: the client's, the profile's, else `us-east-1`
 * @throws {ConfigurationError} with AWS's reason, and its name in `exception`, when STS refuses
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(
  sts: StsContext,
  role: Role,
  credentials: Credentials,
  region: string = findRegion(sts),
): Promise<Credentials> {
  const endpoint = serviceEndpoint(sts, "STS", region);
  const body = renderQuery(sts, "AssumeRole", role);
  const secrets = [credentials.secretAccessKey, credentials.sessionToken];
  const ask = async (offsetMs: number): Promise<Answer> => {
    const request = { method: "POST", path: `${endpoint.pathPrefix}/`, host: endpoint.host, headers: HEADERS, body };
    const context = { credentials, region, service: "sts", date: sts.world.now() + offsetMs };
    const signed = await sign(request, context, false, freshMeans);
    secrets.push(signed["authorization"]?.split("Signature=").at(-1));
    return exchange(sts, { method: "POST", endpoint, path: "/", headers: { ...HEADERS, ...signed }, body });
  };
  const answer = await ask(0);
  // This machine's clock may be wrong: the answer tells the time.
  const offsetMs = Date.parse(answer.headers["date"] ?? "") - sts.world.now();
  const isSkewed = answer.status >= 400 && Math.abs(offsetMs) > SKEW_MS;
  return parseCredentials("AssumeRole", role, isSkewed ? await ask(offsetMs) : answer, secrets);
}

/**
 * Assumes a role with the token of another identity provider. Nothing is signed.
 *
 * @param region default: the client's, the profile's, else `us-east-1`
 * @throws {ConfigurationError} with AWS's reason when STS refuses, or when the token cannot be one
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function assumeRoleWithToken(
  sts: StsContext,
  role: Role,
  given: string,
  region: string = findRegion(sts),
): Promise<Credentials> {
  // Whoever gives it may be no TypeScript, and files end with a line break.
  const token = String(given ?? "").trim();
  if (!isToken(token)) {
    throw new ConfigurationError(
      `The web identity token for ${role.roleArn} is empty, or has a space in it: check the file or function that gives it.`,
    );
  }
  const endpoint = serviceEndpoint(sts, "STS", region);
  const action = "AssumeRoleWithWebIdentity";
  const body = `${renderQuery(sts, action, role)}&WebIdentityToken=${encode(token)}`;
  return parseCredentials(
    action,
    role,
    await exchange(sts, { method: "POST", endpoint, path: "/", headers: HEADERS, body }),
    [token],
  );
}

function findRegion({ region, config }: StsContext): string {
  return region ?? config?.profile["region"] ?? "us-east-1";
}

const HEADERS = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" } as const;

function renderQuery({ world }: StsContext, action: string, role: Role): string {
  const { roleArn, sessionName = `node-llm-${world.now()}`, externalId, durationSeconds } = role;
  const values = Object.entries({
    Action: action,
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ExternalId: externalId,
    DurationSeconds: durationSeconds,
  });
  return values.flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encode(String(value))}`)).join("&");
}

function parseCredentials(
  action: string,
  { roleArn, externalId }: Role,
  { status, text }: Answer,
  secrets: readonly (string | undefined)[],
): Credentials {
  const start = text.indexOf("<Credentials>");
  const credentials = start < 0 ? "" : text.slice(start, text.indexOf("</Credentials>", start));
  const expiration = new Date(readElement(credentials, "Expiration"));
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) =>
    readElement(credentials, name),
  );
  if (status === 200 && accessKeyId && secretAccessKey && sessionToken && !Number.isNaN(Number(expiration))) {
    return checkCredentials({ accessKeyId, secretAccessKey, sessionToken, expiration }, "AWS STS");
  }
  // Only the first line: AWS quotes the request, token and all, from the second on.
  const [exception = "", message = ""] = ["Code", "Message"].map((name) =>
    quote(readElement(text, name), [...secrets, externalId]),
  );
  const reason = message && `: ${message.replace(/\.$/, "")}`;
  throw new ConfigurationError(
    `AWS STS gave no credentials for ${action} of ${roleArn} (${exception || `status ${status}`})${reason}. ` +
      "Check the role's trust policy.",
    { exception },
  );
}

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
);

/** The text of the first XML element of a name; `""` when there is none. */
function readElement(xml: string, name: string): string {
  const [, text = ""] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text
    .replace(/&(?:#(x?)([\da-f]+)|(\w+));/gi, (entity, hex: string, digits: string, known: string) => {
      const point = digits ? parseInt(digits, hex ? 16 : 10) : NaN;
      return point <= 0x10ffff ? String.fromCodePoint(point) : (ENTITIES.get(known) ?? entity);
    })
    .trim();
}
