import { LLMError } from "../../errors.ts";
import { parseEndpoint } from "../endpoint.ts";
import { parseAgentCredentials } from "./container.ts";
import { checkCredentials, isToken, type Credentials } from "./credentials.ts";
import { exchange, type Answer, type Question } from "./exchange.ts";
import { PassedOver, type Context } from "./source.ts";

const ROLES = "/latest/meta-data/iam/security-credentials/";
const TOKEN = "x-aws-ec2-metadata-token";
/** What AWS could not renew is used for five to ten minutes more before it is asked for again. */
const STABLE_MS = 5 * 60_000;

/**
 * Creates what asks the metadata service of the EC2 instance for the credentials of its role: version 2; version 1 where
 * no token is given out, unless that is disabled. While the service is in trouble, the last credentials serve on.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
export function createInstanceSource(): (context: Context) => Promise<Credentials> {
  let last: Credentials | undefined;
  return async (context) => {
    const { world } = context;
    try {
      last = await fetchCredentials(context);
    } catch (error) {
      if (!last) throw error;
    }
    const isOver = Number(last.expiration) < world.now();
    return isOver ? { ...last, expiration: new Date(world.now() + STABLE_MS * (1 + world.random())) } : last;
  };
}

/**
 * Whether the environment lets the last source be asked. (A profile that names the instance as its source asks it all the same.)
 *
 * @throws {PassedOver}
 */
export function checkInstanceAllowed({ read }: Pick<Context, "read">): void {
  if (isOn(read("AWS_EC2_METADATA_DISABLED"))) throw new PassedOver("AWS_EC2_METADATA_DISABLED is set");
}

const isOn = (value: string | undefined): boolean => value !== undefined && value !== "false";

async function fetchCredentials(context: Context): Promise<Credentials> {
  const { read, config } = context;
  const setting = (name: string): string | undefined => read(`AWS_${name.toUpperCase()}`) ?? config.profile[name];
  const isV6 = setting("ec2_metadata_service_endpoint_mode")?.toLowerCase() === "ipv6";
  const url = setting("ec2_metadata_service_endpoint") ?? `http://${isV6 ? "[fd00:ec2::254]" : "169.254.169.254"}`;
  const endpoint = parseEndpoint(url, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  const ask = (path: string, more: Partial<Question>): Promise<Answer> =>
    exchange(context, { endpoint, path, isLocal: true, ...more });
  const read200 = async (path: string, headers: Record<string, string>): Promise<string> => {
    const { status, text } = await ask(path, { headers });
    if (status === 200) return text;
    throw new PassedOver(
      status === 404 ? "the instance has no role" : `${endpoint.host} answered with status ${status}`,
    );
  };
  try {
    const token = await fetchToken(ask);
    if (token === undefined && isOn(setting("ec2_metadata_v1_disabled"))) {
      throw new PassedOver(`${endpoint.host} gave no token, and version 1 of the service is disabled`);
    }
    const headers: Record<string, string> = token === undefined ? {} : { [TOKEN]: token };
    const [role = ""] = (await read200(ROLES, headers)).trim().split(/\s/);
    const found = isToken(role) && parseAgentCredentials(await read200(ROLES + role, headers));
    if (found) return checkCredentials(found, endpoint.host);
  } catch (error) {
    if (!(error instanceof LLMError) || error.code === "ERR_CONFIGURATION") throw error;
    throw new PassedOver(`no answer from ${endpoint.host}`);
  }
  throw new PassedOver(`${endpoint.host} answered with no credentials`);
}

/** @returns nothing where the service has none to give: it may be of version 1, or too many hops away */
async function fetchToken(
  ask: (path: string, more: Partial<Question>) => Promise<Answer>,
): Promise<string | undefined> {
  try {
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": "21600" };
    const { status, text } = await ask("/latest/api/token", { method: "PUT", headers });
    if (status === 400) throw new PassedOver("the instance's metadata service refused to give a token");
    const token = text.trim();
    return status === 200 && isToken(token) ? token : undefined;
  } catch (error) {
    // Where nobody listens, version 1 is not there either.
    if (error instanceof LLMError && !/^ERR_(NETWORK|TIMEOUT_CONNECT)$/.test(error.code)) return undefined;
    throw error;
  }
}
