import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What is answered; `"hang up"` closes the connection, `"wait"` never answers. */
export type Reply =
  | { readonly status?: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | "hang up"
  | "wait";

/** STS, IAM Identity Center, sign-in, a container agent and the metadata of an instance, at one address. */
export interface FakeAws {
  readonly url: string;
  readonly requests: Arrived[];
  /** Answers the next request whose method and path begin like this, in place of the usual. */
  enqueue(start: string, ...replies: Reply[]): void;
  close(): Promise<void>;
}

export const EXPIRATION = "2099-01-01T00:00:00Z";
export const IMDS_TOKEN = "imds-token";
export const ROLES = "/latest/meta-data/iam/security-credentials/";

/** A key id that tells what it was given out for. */
export function keyIdOf(...facts: readonly (string | null | undefined)[]): string {
  return `ASIA${createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16).toUpperCase()}`;
}

/** Starts the services. Each gives out credentials whose key id is made of what was asked for. */
export async function startFakeAws(): Promise<FakeAws> {
  const requests: Arrived[] = [];
  const queue: { start: string; reply: Reply }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "" } = request;
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const arrived = { method, path, headers, body: Buffer.concat(chunks).toString() };
      requests.push(arrived);
      const index = queue.findIndex(({ start }) => `${method} ${path}`.startsWith(start));
      const reply = index < 0 ? answer(arrived) : (queue.splice(index, 1)[0]?.reply ?? {});
      if (reply === "wait") return;
      if (reply === "hang up") return void request.socket.destroy();
      response.writeHead(reply.status ?? 200, reply.headers ?? {}).end(reply.body ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    enqueue: (start, ...replies) => void queue.push(...replies.map((reply) => ({ start, reply }))),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(request: Arrived): Exclude<Reply, string> {
  const { pathname } = new URL(request.path, "http://x");
  if (request.method === "POST" && pathname === "/") return answerSts(request);
  if (pathname === "/federation/credentials") return answerPortal(request);
  if (pathname === "/token") return answerOidc(request);
  if (pathname === "/v1/token") return answerSignin(request);
  if (pathname.startsWith("/agent"))
    return { body: agentCredentials(keyIdOf(request.path, request.headers["authorization"])) };
  return answerMetadata(request);
}

/** What STS answers with, as XML. */
export function stsAnswer(action: string, keyId: string, expiration: string = EXPIRATION): string {
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><AssumedRoleUser>` +
    "<Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn><AssumedRoleId>AROA:y</AssumedRoleId></AssumedRoleUser>" +
    `<Credentials><AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>secret&amp;${keyId}</SecretAccessKey>\n` +
    `<SessionToken>token&#x2F;${keyId}</SessionToken><Expiration>${expiration}</Expiration></Credentials>` +
    `</${action}Result></${action}Response>`
  );
}

/** What STS refuses with, as XML. */
export function stsError(code: string, message: string): string {
  return (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
    `<Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`
  );
}

function answerSts({ body, headers }: Arrived): Exclude<Reply, string> {
  const query = new URLSearchParams(body);
  const action = query.get("Action") ?? "";
  const role = query.get("RoleArn") ?? "";
  const name = query.get("RoleSessionName") ?? "";
  const caller = /Credential=([^/]*)\/\d+\/([^/]*)/.exec(headers["authorization"] ?? "");
  if (role.includes("denied")) return { status: 403, body: stsError("AccessDenied", `Not allowed to assume ${role}`) };
  const facts = [action, role, query.get("ExternalId"), query.get("DurationSeconds"), query.get("WebIdentityToken")];
  const isOwnName = /^(aws-sdk-js|node-llm)-/.test(name);
  return { body: stsAnswer(action, keyIdOf(...facts, isOwnName ? "" : name, caller?.[1], caller?.[2])) };
}

function answerPortal({ path, headers }: Arrived): Exclude<Reply, string> {
  const query = new URL(path, "http://x").searchParams;
  const token = headers["x-amz-sso_bearer_token"];
  if (token?.includes("revoked")) {
    const errorType = { "x-amzn-errortype": "UnauthorizedException" };
    return { status: 401, headers: errorType, body: '{"message":"Session token not found or invalid"}' };
  }
  const accessKeyId = keyIdOf("sso", query.get("account_id"), query.get("role_name"), token);
  const expiration = Date.parse(EXPIRATION);
  return {
    body: JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey: "s", sessionToken: "t", expiration } }),
  };
}

function answerOidc({ body }: Arrived): Exclude<Reply, string> {
  const { refreshToken, clientId } = JSON.parse(body) as Record<string, string>;
  if (refreshToken === "spent") return { status: 400, body: '{"error":"invalid_grant"}' };
  const answered = { accessToken: `renewed-${clientId}-${refreshToken}`, expiresIn: 28_800, refreshToken: "next" };
  return { body: JSON.stringify({ ...answered, tokenType: "Bearer" }) };
}

function answerSignin({ body }: Arrived): Exclude<Reply, string> {
  const { refreshToken, clientId } = JSON.parse(body) as Record<string, string>;
  if (refreshToken === "spent") {
    const errorType = { "x-amzn-errortype": "AccessDeniedException" };
    return { status: 403, headers: errorType, body: '{"error":"TOKEN_EXPIRED","message":"expired"}' };
  }
  const accessToken = {
    accessKeyId: keyIdOf("login", clientId, refreshToken),
    secretAccessKey: "s",
    sessionToken: "t",
  };
  return { body: JSON.stringify({ accessToken, expiresIn: 900, refreshToken: "next", tokenType: "aws_sigv4" }) };
}

/** What a container agent and an instance's metadata answer with. */
export function agentCredentials(keyId: string, expiration: string = EXPIRATION): string {
  return JSON.stringify({
    Code: "Success",
    AccessKeyId: keyId,
    SecretAccessKey: "agent/secret",
    Token: "agent-token",
    Expiration: expiration,
  });
}

function answerMetadata({ method, path, headers }: Arrived): Exclude<Reply, string> {
  if (method === "PUT" && path === "/latest/api/token") {
    return headers["x-aws-ec2-metadata-token-ttl-seconds"] ? { body: IMDS_TOKEN } : { status: 400 };
  }
  if (headers["x-aws-ec2-metadata-token"] !== IMDS_TOKEN) return { status: 401 };
  if (path === ROLES) return { body: "my-role" };
  if (path === `${ROLES}my-role`) return { body: agentCredentials("ASIAINSTANCE") };
  return { status: 404 };
}
