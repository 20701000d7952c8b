import { Agent, request as requestHttp, type ClientRequest } from "node:http";
import { Agent as SecureAgent, request as requestHttps, type AgentOptions, type RequestOptions } from "node:https";
import { BlockList, isIP, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConfigurationError, NetworkError } from "../../errors.ts";
import type { World } from "../../world.ts";
import { readCode } from "../failures.ts";
import { parseProxy, type HttpOptions, type Proxy } from "../options.ts";
import type { Endpoint } from "../transport.ts";

/** How to open connections of one protocol. */
export interface Channel {
  readonly request: (options: RequestOptions) => ClientRequest;
  readonly agent: Agent;
  /** The socket's event that says that the connection stands. */
  readonly connected: "connect" | "secureConnect";
  /** The error for a status that is a proxy's, and not the endpoint's. */
  readonly refuse?: (status: number) => NetworkError | undefined;
}

/** Gives the way to an endpoint; nothing when that is a connection without proxy, and without an agent of the caller's. */
export type FindChannel = (endpoint: Endpoint) => Channel | undefined;

type Env = World["env"];

/**
 * Creates what connects through proxies, or by an agent of the caller's own. `https` goes through a tunnel (CONNECT), `http`
 * is handed to the proxy with the whole URL.
 *
 * @param agentOptions those of the agents to make, TLS included
 * @throws {ConfigurationError} `ERR_CONFIGURATION` when a variable is no proxy; from the result, when there is no agent
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-connect
 */
export function createChannels(http: HttpOptions, env: Env, agentOptions: AgentOptions): FindChannel {
  const { agent, ...options } = http;
  if (agent !== undefined) return (endpoint) => useAgent(agent, endpoint);
  const isBypassed = createBypass(readVariable(env, "no_proxy")?.[1] ?? "");
  const known = new Map<string, Channel | undefined>();
  return (endpoint) => {
    const id = `${endpoint.protocol}//${endpoint.host}`;
    if (!known.has(id)) {
      const proxy = isBypassed(endpoint) ? undefined : findProxy(options, env, endpoint);
      known.set(id, proxy && createChannel(proxy, endpoint, agentOptions));
    }
    return known.get(id);
  };
}

function useAgent(given: NonNullable<HttpOptions["agent"]>, endpoint: Endpoint): Channel | undefined {
  const { protocol, hostname, port } = endpoint;
  const agent: unknown = typeof given === "function" ? given({ protocol, hostname, port }) : given;
  if (agent === undefined && typeof given === "function") return undefined;
  if (!(agent instanceof Agent)) {
    throw new ConfigurationError("http.agent is no Agent of node:http or node:https: give one, or a function for it.");
  }
  return protocol === "https:"
    ? { request: requestHttps, agent, connected: "secureConnect" }
    : { request: requestHttp, agent, connected: "connect" };
}

/** The value of a variable in lower or upper case, and the name that it was found by. */
function readVariable(env: Env, name: string): readonly [name: string, value: string] | undefined {
  // In a CGI program, HTTP_PROXY is a header of whoever asks it.
  const names = name === "http_proxy" && env["REQUEST_METHOD"] ? [name] : [name, name.toUpperCase()];
  for (const found of names) {
    const value = env[found]?.trim();
    if (value) return [found, value];
  }
  return undefined;
}

function findProxy({ proxy }: HttpOptions, env: Env, { protocol }: Endpoint): Proxy | undefined {
  if (proxy !== undefined) return proxy === false ? undefined : parseProxy(proxy, "http.proxy");
  const variable = readVariable(env, `${protocol.slice(0, -1)}_proxy`) ?? readVariable(env, "all_proxy");
  return variable && parseProxy(variable[1], variable[0]);
}

/** This machine, and what clouds have at link-local addresses: credentials and metadata, which a proxy cannot reach. */
const LOCAL: readonly (readonly [net: string, bits: number, family: "ipv4" | "ipv6"])[] = [
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["::1", 128, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["fd00:ec2::", 32, "ipv6"],
];

/**
 * Creates what tells which endpoints are asked without a proxy.
 *
 * @param list names (and all below them), addresses and networks (`10.0.0.0/8`), each with a port or without, or `*`
 */
function createBypass(list: string): (endpoint: Endpoint) => boolean {
  const networks = new BlockList();
  for (const local of LOCAL) networks.addSubnet(...local);
  const names: (readonly [name: string, port: number])[] = [["localhost", 0]];
  for (const entry of list.toLowerCase().split(/[\s,]+/)) {
    const [, network = "", bits] = /^\[?(.+?)\]?(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const family = isIP(network);
    const mostBits = family === 4 ? 32 : 128;
    if (family && Number(bits ?? 0) <= mostBits) {
      networks.addSubnet(network, Number(bits ?? mostBits), family === 4 ? "ipv4" : "ipv6");
      continue;
    }
    const [, host = "", port] = /^\[?(.+?)\]?:(\d+)$/.exec(entry) ?? ["", entry];
    if (host) names.push([host.replace(/^\*?\./, ""), Number(port ?? 0)]);
  }
  return ({ hostname, port }) => {
    const family = isIP(hostname);
    if (family && networks.check(hostname, family === 4 ? "ipv4" : "ipv6")) return true;
    const host = hostname.toLowerCase();
    return names.some(
      ([name, only]) => (!only || only === port) && (name === "*" || host === name || host.endsWith(`.${name}`)),
    );
  };
}

function createChannel(proxy: Proxy, endpoint: Endpoint, options: AgentOptions): Channel {
  const refuse = (status: number): NetworkError | undefined => createRefusal(proxy, status);
  const { hostname: host, port, authorization } = proxy;
  const added = authorization === undefined ? [] : ["proxy-authorization", authorization];
  const isSecure = proxy.protocol === "https:";
  const toProxy = isSecure ? requestHttps : requestHttp;
  // The client's certificate is for the server behind the proxy.
  const { cert: _cert, key: _key, ...ownOptions } = options;
  if (endpoint.protocol === "http:") {
    return {
      agent: isSecure ? new SecureAgent(ownOptions) : new Agent(ownOptions),
      connected: isSecure ? "secureConnect" : "connect",
      request: ({ path, headers, ...rest }) =>
        toProxy({
          ...rest,
          host,
          port,
          path: `http://${endpoint.host}${path}`,
          headers: [...listHeaders(headers), ...added],
        }),
      refuse: (status) => (status === 407 ? refuse(status) : undefined),
    };
  }
  const target = `${endpoint.hostname.includes(":") ? `[${endpoint.hostname}]` : endpoint.hostname}:${endpoint.port}`;
  const headers = ["host", target, "connection", "keep-alive", ...added];
  const askTunnel = (): ClientRequest =>
    toProxy({ ...ownOptions, agent: false, method: "CONNECT", host, port, path: target, headers });
  const agent = new TunnelAgent(proxy, askTunnel, options);
  return { agent, connected: "secureConnect", request: requestThroughTunnel };
}

/** The flat list that the transport makes. */
function listHeaders(headers: RequestOptions["headers"]): readonly string[] {
  return Array.isArray(headers) ? headers.map(String) : [];
}

/** A tunnel that is being dug for a request. */
class Tunnel {
  cancel: () => void = () => {};
}

/** A request that is destroyed before it has a connection gives up the tunnel, too: Node alone would wait for it. */
function requestThroughTunnel(options: RequestOptions): ClientRequest {
  const tunnel = new Tunnel();
  const client = requestHttps(Object.assign(options, { tunnel }));
  const destroy = client.destroy.bind(client);
  client.destroy = (error) => {
    tunnel.cancel();
    return destroy(error);
  };
  return client;
}

/** Keeps connections alive like any agent, but makes them inside of tunnels. */
class TunnelAgent extends SecureAgent {
  readonly #proxy: Proxy;
  readonly #askTunnel: () => ClientRequest;

  constructor(proxy: Proxy, askTunnel: () => ClientRequest, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#askTunnel = askTunnel;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const tunnel = "tunnel" in options && options.tunnel instanceof Tunnel ? options.tunnel : new Tunnel();
    const asked = this.#askTunnel();
    tunnel.cancel = () => asked.destroy();
    const fail = (error: Error): void => callback?.(error, new Socket());
    asked.on("connect", ({ statusCode = 0 }, socket) => {
      // The socket is the tunnel's from now on, and no longer that of the request for it.
      tunnel.cancel = () => {};
      const refusal = createRefusal(this.#proxy, statusCode);
      if (refusal) {
        socket.destroy();
        fail(refusal);
        return;
      }
      try {
        const inside = { ...options, socket };
        const stream = super.createConnection(inside);
        if (stream) callback?.(null, stream);
      } catch (error) {
        // Certificates that cannot be read. Thrown here, it would end the process.
        socket.destroy();
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
    asked.on("error", (cause) => fail(createProxyError(this.#proxy, cause)));
    asked.end();
    return undefined;
  }
}

/** The error for a proxy's status; nothing when that is a success. */
function createRefusal({ hostname, port }: Proxy, status: number): NetworkError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const advice = status === 407 ? "user and password in http.proxy, HTTPS_PROXY or HTTP_PROXY" : ADVICE;
  const message = `The proxy ${hostname}:${port} refused with HTTP ${status}: check ${advice}.`;
  return new NetworkError(message, { retryable: status >= 500 });
}

const ADVICE = "http.proxy, HTTPS_PROXY, HTTP_PROXY and NO_PROXY";

function createProxyError({ hostname, port }: Proxy, cause: Error): NetworkError {
  const { reason, advice, retryable } = readCode(cause, ADVICE);
  return new NetworkError(`No connection to the proxy ${hostname}:${port}${reason}: check ${advice}.`, { retryable });
}
