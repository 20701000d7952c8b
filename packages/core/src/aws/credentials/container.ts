import { ConfigurationError, LLMError, ServerError } from "../../errors.ts";
import { objectOf, tryParse } from "../../types/json.ts";
import { parseEndpoint } from "../endpoint.ts";
import { checkCredentials, isToken, type Credentials } from "./credentials.ts";
import { exchange } from "./exchange.ts";
import { PassedOver, type Context } from "./source.ts";

const RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
/** Amazon ECS and Amazon EKS answer here. */
const AGENTS = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]", "localhost"];
const ATTEMPTS = 4;
const PAUSE_MS = 1000;

/** Whether the environment says that a container agent gives out credentials. */
export function isInContainer({ read }: Pick<Context, "read">): boolean {
  return Boolean(read(RELATIVE) ?? read(FULL));
}

/**
 * Asks the container agent of Amazon ECS, EKS Pod Identity or the like: four times at most, a second apart.
 *
 * @throws {PassedOver} when the environment names no agent, when its address is not one that credentials may be fetched from,
 *   or when it has none
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function fromContainer(context: Context): Promise<Credentials> {
  const { read, world } = context;
  const url = findUrl(context);
  const question = { endpoint: parseEndpoint(url.origin, FULL), path: url.pathname + url.search, isLocal: true };
  for (let left = ATTEMPTS; ;) {
    let why: string;
    try {
      // Read each time: Amazon EKS changes it.
      const file = read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
      const token = file ? (await readToken(context, file)).trim() : read("AWS_CONTAINER_AUTHORIZATION_TOKEN");
      const { status, text } = await exchange(context, { ...question, headers: checkToken(token) });
      const found = status === 200 ? parseAgentCredentials(text) : undefined;
      if (found) return checkCredentials(found, url.host);
      why = `${url.host} answered with ${status === 200 ? "no credentials" : `status ${status}`}`;
    } catch (error) {
      if (error instanceof ConfigurationError || !(error instanceof LLMError)) throw error;
      why = error instanceof ServerError ? error.message.replace(/\.$/, "") : `no answer from ${url.host}`;
    }
    if (--left === 0) throw new PassedOver(why);
    await new Promise<void>((resolve) => void world.setTimer(resolve, PAUSE_MS));
  }
}

/** @returns headers with the token, if there is one */
function checkToken(token: string | undefined): Record<string, string> {
  if (token === undefined) return {};
  // "Bearer x" is a token, too.
  if (isToken(token.replaceAll(" ", ""))) return { authorization: token };
  throw new PassedOver("the authorization token has characters that HTTP does not allow");
}

async function readToken({ host }: Context, file: string): Promise<string> {
  try {
    return await host.readText(file);
  } catch {
    throw new PassedOver(`AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read (${file})`);
  }
}

/** Credentials may be fetched over http from this machine and from the agents of AWS only, as anybody could answer elsewhere. */
function findUrl({ read }: Context): URL {
  const [relative, full] = [read(RELATIVE), read(FULL)];
  if (!relative && !full) throw new PassedOver(`${RELATIVE} and ${FULL} are not set`);
  const text = relative ? `http://169.254.170.2${relative}` : (full ?? "");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && (AGENTS.includes(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname)));
  if (url && isSafe) return url;
  throw new PassedOver(
    `${relative ? RELATIVE : FULL} leads to ${url ? url.host : "no URL"}: it must be https, or http to this machine, ` +
      "169.254.170.2 (Amazon ECS), 169.254.170.23 or [fd00:ec2::23] (Amazon EKS)",
  );
}

/** The credentials that agents and the instance's metadata have in common; nothing when one of them is missing. */
export function parseAgentCredentials(text: string): Credentials | undefined {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = objectOf(tryParse(text)) ?? {};
  const values = [AccessKeyId, SecretAccessKey, Token, Expiration];
  const [accessKeyId, secretAccessKey, sessionToken, end] = values.filter((value) => typeof value === "string");
  if (!accessKeyId || !secretAccessKey || !sessionToken || !end) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(end) };
}
