import { createHash, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFetchTransport } from "../../../src/http/fetch.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createLLM } from "../../../src/llm.ts";
import { createWorld, type World } from "../../../src/world.ts";
import { MODEL } from "../../support/bedrock.ts";
import { chainOf, createTestWorld, refusalOf, useMachine } from "./chains.ts";

const machine = useMachine();
const PAST = "2020-01-01T00:00:00Z";
const SECRETS = ["SECRET-KEY", "SESSION-TOKEN", "SSO-TOKEN", "CLIENT-SECRET", "REFRESH-TOKEN", "EXTERNAL-ID"] as const;
const MORE_SECRETS = ["WEB-TOKEN", "AGENT-TOKEN", "IMDS-TOKEN", "PRINTED-BY-PROCESS"] as const;
const [secretAccessKey, sessionToken, ssoToken, clientSecret, refreshToken, externalId] = SECRETS;
const [webToken, agentToken, instanceToken, printed] = MORE_SECRETS;
const ROLE = "arn:aws:iam::123456789012:role/x";
const KEYS = `aws_access_key_id = AKIDBASE\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`;

type Echo = (response: ServerResponse, asked: string) => unknown;

/** How a service repeats what it was asked. */
const ECHOES: Readonly<Record<string, Echo>> = {
  XML: (response, asked) =>
    response.writeHead(400).end(`<Error><Code>${asked}</Code><Message>Bad: ${asked}</Message></Error>`),
  JSON: (response, asked) => response.writeHead(400).end(JSON.stringify({ message: asked, error: asked })),
  "a header": (response, asked) => response.writeHead(400, { "x-amzn-errortype": asked }).end(asked),
  "an error of the server": (response, asked) => response.writeHead(500).end(asked),
  "what is no HTTP": (response, asked) => response.socket?.end(`HTTP/1.1 200 OK\r\nbad ${asked}\r\n\r\n`),
};

let echo: Echo | undefined;
const server = createServer((request, response) => void answer(request, response));
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  if (request.method === "PUT") return void response.end(instanceToken);
  echo?.(response, JSON.stringify([request.url, request.headers, body]));
}
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sets a machine up for one source; returns the environment. */
const SOURCES: Readonly<Record<string, (url: string) => World["env"]>> = {
  "a role": () => {
    const dev = `[profile dev]\nrole_arn = ${ROLE}\nsource_profile = base\nexternal_id = ${externalId}\n`;
    machine.write(".aws/config", `${dev}[profile base]\n${KEYS}`);
    return {};
  },
  "a web identity": () => ({ AWS_WEB_IDENTITY_TOKEN_FILE: machine.write("token", webToken), AWS_ROLE_ARN: ROLE }),
  "IAM Identity Center": () => writeSso({ expiresAt: "2099-01-01T00:00:00Z" }),
  "IAM Identity Center's token": () => writeSso({ expiresAt: PAST, clientId: "c", clientSecret, refreshToken }),
  "`aws login`": () => {
    machine.write(".aws/config", "[profile dev]\nlogin_session = arn\n");
    const dpopKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      format: "pem",
      type: "sec1",
    });
    const accessToken = { accessKeyId: "A", secretAccessKey, sessionToken, accountId: "1", expiresAt: PAST };
    const file = `.aws/login/cache/${createHash("sha256").update("arn").digest("hex")}.json`;
    machine.write(file, JSON.stringify({ accessToken, clientId: "c", refreshToken, dpopKey }));
    return {};
  },
  "a process": () => {
    machine.write(".aws/config", `[profile dev]\ncredential_process = echo ${printed}; echo ${printed} >&2; exit 7\n`);
    return {};
  },
  "a container": (url) => ({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/agent`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: agentToken,
  }),
  "an instance": (url) => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_EC2_METADATA_DISABLED: undefined }),
};

function writeSso(token: object): World["env"] {
  const dev = "[profile dev]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\n";
  machine.write(".aws/config", `${dev}[sso-session corp]\nsso_start_url = https://x\nsso_region = us-east-1\n`);
  const file = `.aws/sso/cache/${createHash("sha1").update("corp").digest("hex")}.json`;
  machine.write(file, JSON.stringify({ accessToken: ssoToken, ...token }));
  return {};
}

describe.each(Object.keys(SOURCES))("a failure of %s", (source) => {
  test.each(Object.keys(ECHOES))("that quotes the request in %s tells no secret", async (kind) => {
    echo = ECHOES[kind];
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { ...SOURCES[source]?.(url), AWS_PROFILE: "dev", AWS_ENDPOINT_URL: url };
    const world = createTestWorld(machine.env(env), {
      setTimer: (callback, ms) => createWorld().setTimer(callback, ms === 1000 ? 0 : ms),
      random: () => 0,
    });
    const seen: unknown[] = [];
    for (const transport of [createDefaultTransport(), createFetchTransport(fetch)]) {
      seen.push(await refusalOf(chainOf(world, { transport }).provide()).catch((error: unknown) => error));
    }
    const log = (...told: unknown[]): unknown => seen.push(told);
    const llm = createLLM({ provider: "bedrock", logger: { debug: log, warn: log } }, world);
    await expect(llm.chat(MODEL).ask("Hi")).rejects.toSatisfy((error) => seen.push(error) > 0);
    const told = inspect([...seen, llm], { depth: Infinity, showHidden: true }) + JSON.stringify([seen, llm]);
    expect(told).toContain("No AWS credentials were found");
    for (const secret of [...SECRETS, ...MORE_SECRETS]) expect(told).not.toContain(secret);
  });
});
