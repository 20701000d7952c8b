import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { refusalOf, useMachine } from "./chains.ts";
import { agentCredentials, IMDS_TOKEN, ROLES } from "./fake-aws.ts";

const machine = useMachine();
const env = (more = {}): Record<string, string | undefined> => ({
  AWS_EC2_METADATA_DISABLED: undefined,
  AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.aws.url,
  ...more,
});
const TOKEN = "PUT /latest/api/token";
const V1 = [{ body: "my-role" }, { body: agentCredentials("ASIAV1") }] as const;

function asked(): (readonly [string, string | undefined])[] {
  return machine.aws.requests.map(({ method, path, headers }) => [
    `${method} ${path}`,
    headers["x-aws-ec2-metadata-token"],
  ]);
}

describe("the metadata service of an instance", () => {
  test("gives the credentials of its role for a token", async () => {
    const { accessKeyId, sessionToken } = await machine.chain(env()).provide();
    expect([accessKeyId, sessionToken]).toEqual(["ASIAINSTANCE", "agent-token"]);
    expect(asked()).toEqual([
      [TOKEN, undefined],
      [`GET ${ROLES}`, IMDS_TOKEN],
      [`GET ${ROLES}my-role`, IMDS_TOKEN],
    ]);
  });

  test.each([
    ["403", { status: 403 }],
    ["404", { status: 404 }],
    ["405", { status: 405 }],
    ["no answer, as it is too many hops away", "wait"],
  ] as const)("of version 1 (%s for the token) is asked without", async (_, reply) => {
    machine.aws.enqueue(TOKEN, reply);
    machine.aws.enqueue("GET", ...V1);
    expect((await machine.chain(env()).provide()).accessKeyId).toBe("ASIAV1");
  });

  test.each([
    ["the environment", { AWS_EC2_METADATA_V1_DISABLED: "true" }, ""],
    ["the profile", {}, "[default]\nec2_metadata_v1_disabled = true\n"],
  ])("of version 1 is not asked when %s disables it", async (_, more, config) => {
    machine.write(".aws/config", config);
    machine.aws.enqueue(TOKEN, { status: 405 });
    const { message } = await refusalOf(machine.chain(env(more)).provide());
    expect(message).toMatch(/EC2 instance: .*version 1 of the service is disabled/);
    expect(asked()).toHaveLength(1);
  });

  test("of version 1 is asked where nothing, or `false`, disables it", async () => {
    for (const more of [{}, { AWS_EC2_METADATA_V1_DISABLED: "false" }]) {
      machine.aws.enqueue(TOKEN, { status: 405 });
      machine.aws.enqueue(`GET ${ROLES}`, { body: "my-role" }, { body: agentCredentials("ASIAVERSION1") });
      expect((await machine.chain(env(more)).provide()).accessKeyId).toBe("ASIAVERSION1");
    }
  });

  test("of version 2 is asked though version 1 is disabled", async () => {
    const found = await machine.chain(env({ AWS_EC2_METADATA_V1_DISABLED: "true" })).provide();
    expect(found.accessKeyId).toBe("ASIAINSTANCE");
  });

  test.each([302, 307])("that leads elsewhere (%d) is not followed", async (status) => {
    machine.aws.enqueue(`GET ${ROLES}`, { status, headers: { location: `${machine.aws.url}${ROLES}my-role` } });
    const { message } = await refusalOf(machine.chain(env()).provide());
    expect(message).toContain(`answered with status ${status}`);
    expect(asked()).toHaveLength(2);
  });

  test.each([
    [TOKEN, "hunter2\u0001"],
    [`GET ${ROLES}`, ""],
  ])("is not asked on with what is none: %s %j", async (start, body) => {
    machine.aws.enqueue(start, { body });
    const error = await refusalOf(machine.chain(env({ AWS_EC2_METADATA_V1_DISABLED: "true" }), { fetch }).provide());
    expect(error.message).toMatch(/gave no token|no credentials/);
    expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
    expect(asked()).toHaveLength(start === TOKEN ? 1 : 2);
  });

  test("that calls the request for a token wrong is not asked further", async () => {
    machine.aws.enqueue(TOKEN, { status: 400 });
    expect((await refusalOf(machine.chain(env()).provide())).message).toContain("refused to give a token");
    expect(asked()).toHaveLength(1);
  });

  test("is asked again while it is in trouble", async () => {
    machine.aws.enqueue(TOKEN, { status: 503 });
    machine.aws.enqueue("GET", { status: 500 });
    expect((await machine.chain(env()).provide()).accessKeyId).toBe("ASIAINSTANCE");
    expect(asked()).toHaveLength(5);
  });

  test.each([
    ["the instance has no role", { status: 404 }],
    ["answered with status 401", { status: 401 }],
  ])("that has none is told: %s", async (told, reply) => {
    machine.aws.enqueue(`GET ${ROLES}`, reply);
    expect((await refusalOf(machine.chain(env()).provide())).message).toContain(told);
  });

  test("that answers with nonsense is told", async () => {
    machine.aws.enqueue(`GET ${ROLES}my-role`, { body: "hunter2" });
    const { message } = await refusalOf(machine.chain(env()).provide());
    expect(message).toContain("answered with no credentials");
    expect(message).not.toContain("hunter2");
  });

  test.each([
    [{}, "169.254.169.254"],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6" }, "[fd00:ec2::254]"],
  ])("with %j is looked for at %s, once where nobody listens", async (more, host) => {
    let calls = 0;
    const fetch = (): Promise<never> => Promise.reject(new TypeError(`no network ${++calls}`));
    const failure = machine.chain(env({ ...more, AWS_EC2_METADATA_SERVICE_ENDPOINT: "" }), { fetch }).provide();
    expect((await refusalOf(failure)).message).toContain(`EC2 instance: no answer from ${host}`);
    expect(calls).toBe(1);
  });

  test("is found by the profile's settings, too", async () => {
    machine.write(".aws/config", `[default]\nec2_metadata_service_endpoint = ${machine.aws.url}\n`);
    const found = await machine.chain(env({ AWS_EC2_METADATA_SERVICE_ENDPOINT: "" })).provide();
    expect(found.accessKeyId).toBe("ASIAINSTANCE");
  });

  test("is not asked when it is disabled", async () => {
    const { message } = await refusalOf(machine.chain(env({ AWS_EC2_METADATA_DISABLED: "true" })).provide());
    expect(message).toContain("EC2 instance: AWS_EC2_METADATA_DISABLED is set");
    expect(asked()).toEqual([]);
  });

  test("that cannot renew its credentials lets them be used a little longer", async () => {
    const now = Date.UTC(2026, 5, 1);
    const old = agentCredentials("ASIAOLD", "2026-05-31T23:59:59Z");
    machine.aws.enqueue(`GET ${ROLES}my-role`, { body: old });
    const chain = machine.chain(env(), { now: () => now });
    const first = await chain.provide();
    expect(first.accessKeyId).toBe("ASIAOLD");
    expect(first.expiration?.getTime()).toBe(now + 5 * 60_000);
    machine.aws.enqueue(TOKEN, "hang up");
    expect(await chain.provide()).toEqual(first);
    expect((await chain.provide()).accessKeyId).toBe("ASIAINSTANCE");
  });
});
