import { decodeUtf8 } from "#bytes";
import { checkRules, type Rules } from "../checks.ts";
import { ConfigurationError } from "../errors.ts";
import { compact } from "../types/json.ts";
import type { World } from "../world.ts";
import type { Endpoint } from "./transport.ts";

/** A certificate or key in PEM, or several. */
export type Pem = string | Uint8Array | readonly (string | Uint8Array)[];

/** Where a connection leads. */
export type ConnectionTarget = Pick<Endpoint, "protocol" | "hostname" | "port">;

/** How connections are made; on Node only. Elsewhere the platform decides, or a `fetch` of one's own. */
export interface HttpOptions {
  /**
   * URL of a proxy, like `"http://user:password@proxy.example.com:3128"`; `false` for none. Default: `HTTPS_PROXY` or
   * `HTTP_PROXY` by the endpoint's protocol, then `ALL_PROXY`, in lower or upper case. `NO_PROXY` holds for all of them. This
   * machine and link-local addresses are always asked directly.
   */
  proxy?: string | false | undefined;
  /** The certificates to trust in place of Node's own. (`NODE_EXTRA_CA_CERTS` adds to those.) */
  ca?: Pem | undefined;
  /** The client's certificate, for servers that ask for one. Give it together with `key`. */
  cert?: Pem | undefined;
  /** The certificate's private key. */
  key?: Pem | undefined;
  /**
   * An `Agent` of `node:http` or `node:https` (or one built on them, as for SOCKS), or a function that chooses one for each
   * request; where it gives none, the connection is direct. It goes alone.
   */
  agent?: object | ((target: ConnectionTarget) => object | undefined) | undefined;
}

/** How a transport connects. */
export interface Connecting {
  readonly http?: HttpOptions | undefined;
  /** Has the environment, which is read with the first request. */
  readonly world: Pick<World, "env">;
}

/** A proxy. */
export interface Proxy {
  readonly protocol: "http:" | "https:";
  readonly hostname: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`. */
  readonly authorization: string | undefined;
}

/** A rule for each; errors do not repeat what is secret. */
const RULES: Rules<keyof HttpOptions> = {
  proxy: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  agent: undefined,
};

/**
 * Checks the option `http`.
 *
 * @throws {ConfigurationError} `ERR_CONFIGURATION`
 */
export function checkHttpOptions(http: HttpOptions): void {
  const given = compact(http);
  checkRules(given, RULES, "http.");
  const { proxy, agent, ...pems } = given;
  if (agent !== undefined && Object.keys(given).length > 1) {
    const names = Object.keys(given).join(", ");
    throw new ConfigurationError(`http has ${names}: an agent goes alone, as it makes the connections.`);
  }
  if (agent !== undefined && !/object|function/.test(typeof agent)) {
    throw new ConfigurationError(`http.agent is ${typeof agent}: give an Agent, or a function that gives one.`);
  }
  if ((pems.cert === undefined) !== (pems.key === undefined)) {
    throw new ConfigurationError("http.cert and http.key belong together: give both.");
  }
  for (const [name, pem] of Object.entries(pems)) {
    if (isPem(pem)) continue;
    throw new ConfigurationError(`http.${name} is no PEM: give what is in the file ("-----BEGIN ..."), not its path.`);
  }
  if (proxy !== undefined && proxy !== false) parseProxy(proxy, "http.proxy");
}

function isPem(given: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const read = (pem: unknown): string => (pem instanceof Uint8Array ? decodeUtf8(pem) : String(pem));
  return list.length > 0 && list.every((pem) => read(pem).includes("-----BEGIN "));
}

/**
 * What an http or https URL leads to, and the URL itself.
 *
 * @returns nothing when it is no such URL, or its port is 0
 */
export function parseTarget(url: string): { target: ConnectionTarget; parsed: URL } | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const { protocol, hostname = "", port } = parsed ?? {};
  if (!parsed || (protocol !== "https:" && protocol !== "http:") || port === "0") return undefined;
  const target = {
    protocol,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  } as const;
  return { target, parsed };
}

/**
 * Reads the URL of a proxy; without a protocol it is one over HTTP.
 *
 * @param source the option or variable it came from, for the error
 * @throws {ConfigurationError} `ERR_CONFIGURATION`, which does not repeat the URL: it may hold a password
 */
export function parseProxy(given: string, source: string): Proxy {
  const url = typeof given === "string" && !given.includes("://") ? `http://${given}` : given;
  const { target, parsed } = parseTarget(url) ?? {};
  const { username, password, pathname = "", search, hash } = parsed ?? {};
  // What follows the host is most likely the rest of a password.
  const isWhole = pathname.length <= 1 && !search && !hash;
  const authorization = username || password ? renderBasic(`${username}:${password}`) : "";
  if (!target || !isWhole || authorization === undefined) {
    throw new ConfigurationError(
      `${source} is no usable proxy: give an http or https URL, user and password percent-encoded; for SOCKS and the like give http.agent.`,
    );
  }
  return { ...target, authorization: authorization || undefined };
}

/** `user:password`, percent-encoded as in a URL, as Basic authentication; nothing when that is no UTF-8. */
function renderBasic(text: string): string | undefined {
  try {
    return "Basic " + btoa(String.fromCharCode(...new TextEncoder().encode(decodeURIComponent(text))));
  } catch {
    return undefined;
  }
}
