import { describe, expect, test } from "vitest";
import { refusalOf, useMachine } from "./chains.ts";
import { agentCredentials, keyIdOf } from "./fake-aws.ts";

const machine = useMachine();
const FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const agent = (): Record<string, string> => ({ [FULL]: `${machine.aws.url}/agent/x?y=1` });

describe("a container agent", () => {
  test("gives credentials, with the token of the environment", async () => {
    const env = { ...agent(), AWS_CONTAINER_AUTHORIZATION_TOKEN: "Basic abc" };
    const found = await machine.chain(env).provide();
    expect(found.accessKeyId).toBe(keyIdOf("/agent/x?y=1", "Basic abc"));
    expect(found).toMatchObject({ secretAccessKey: "agent/secret", sessionToken: "agent-token" });
  });

  test("is asked with the token of a file first, read anew each time", async () => {
    const file = machine.write("token", "one\n");
    const env = {
      ...agent(),
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "not this one",
    };
    const chain = machine.chain(env);
    await chain.provide();
    machine.write("token", "two");
    await chain.provide();
    expect(machine.aws.requests.map(({ headers }) => headers["authorization"])).toEqual(["one", "two"]);
  });

  test("goes before the instance's metadata, which is not asked then", async () => {
    machine.aws.enqueue("GET /agent", { status: 404 }, { status: 404 }, { status: 404 }, { status: 404 });
    const env = { ...agent(), AWS_EC2_METADATA_DISABLED: "false", AWS_EC2_METADATA_SERVICE_ENDPOINT: machine.aws.url };
    const { message } = await refusalOf(machine.chain(env).provide());
    expect(message).toMatch(/container: 127\.0\.0\.1:\d+ answered with status 404/);
    expect(machine.aws.requests.map(({ path }) => path)).toEqual(Array(4).fill("/agent/x?y=1"));
  });

  test.each([
    ["is slow to start", { status: 503 }],
    ["hangs up", "hang up"],
    ["refuses, whatever it says", { status: 403, body: agentCredentials("ASIAREFUSED") }],
    ["answers with nonsense", { body: "<html>" }],
    ["answers with half", { body: '{"AccessKeyId":"x","SecretAccessKey":"y"}' }],
  ] as const)("that %s is asked again", async (_, reply) => {
    machine.aws.enqueue("GET /agent", reply);
    await machine.chain(agent()).provide();
    expect(machine.aws.requests.length).toBeGreaterThan(1);
  });

  test.each([302, 308])("that leads elsewhere (%d) is not followed", async (status) => {
    const reply = { status, headers: { location: `${machine.aws.url}/agent/elsewhere` } };
    machine.aws.enqueue("GET /agent", reply, reply, reply, reply);
    expect((await refusalOf(machine.chain(agent()).provide())).message).toContain(`status ${status}`);
    expect(new Set(machine.aws.requests.map(({ path }) => path))).toEqual(new Set(["/agent/x?y=1"]));
  });

  test.each(["@evil.test/x", ".evil.test/x", "evil.test", ":pw@evil.test/x"])(
    "is not looked for elsewhere with the relative address %s",
    async (relative) => {
      const env = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative };
      const { message } = await refusalOf(machine.chain(env).provide());
      expect(message).toContain("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI leads to");
    },
  );

  test("that has none is given up, and told so", async () => {
    machine.aws.enqueue("GET /agent", ...Array.from({ length: 4 }, () => ({ body: "{}" })));
    const { message } = await refusalOf(machine.chain(agent()).provide());
    expect(message).toMatch(/container: 127\.0\.0\.1:\d+ answered with no credentials\./);
  });

  test("that never answers is given up, and told without the token", async () => {
    machine.aws.enqueue("GET /agent", "hang up", "hang up", "hang up", "wait");
    const env = { ...agent(), AWS_CONTAINER_AUTHORIZATION_TOKEN: "Basic hunter2" };
    const error = await refusalOf(machine.chain(env).provide());
    expect(error.message).toMatch(/container: no answer from 127\.0\.0\.1/);
    expect(error.message).not.toContain("hunter2");
  });

  test.each([
    "http://169.254.169.254/latest",
    "http://10.0.0.1/x",
    "http://127.0.0.1.evil.test/x",
    "http://localhost.evil.test",
    "http://[fd00:ec2::24]/x",
    "ftp://127.0.0.1/x",
    "nonsense",
  ])("at %s is not asked: anybody could answer there", async (url) => {
    const { message } = await refusalOf(machine.chain({ [FULL]: url }).provide());
    expect(message).toContain(FULL);
    expect(message).toContain("https");
  });

  test.each([
    "http://localhost/x",
    "http://127.8.9.1/x",
    "http://127.10.200.34/x",
    "http://[::1]/x",
    "http://169.254.170.23/v1/credentials",
    "http://[fd00:ec2::23]/v1/credentials",
    "https://anywhere.test/x",
  ])("at %s is asked", async (url) => {
    const { message } = await refusalOf(machine.chain({ [FULL]: url }, { fetch: refuse }).provide());
    expect(message).toContain(`no answer from ${new URL(url).host}`);
  });

  test("of Amazon ECS is asked by its relative address, which goes first", async () => {
    const env = { ...agent(), AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/x" };
    const { message } = await refusalOf(machine.chain(env, { fetch: refuse }).provide());
    expect(message).toContain("no answer from 169.254.170.2");
  });

  test("whose token file is missing, or whose token cannot be sent, is told", async () => {
    const missing = { ...agent(), AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/nowhere/token" };
    expect((await refusalOf(machine.chain(missing).provide())).message).toContain("/nowhere/token");
    const wrong = { ...agent(), AWS_CONTAINER_AUTHORIZATION_TOKEN: "hunter2\r\nx: y" };
    const { message } = await refusalOf(machine.chain(wrong).provide());
    expect(message).toContain("characters that HTTP does not allow");
    expect(message).not.toContain("hunter2");
  });

  test("rotates its credentials", async () => {
    machine.aws.enqueue(
      "GET /agent",
      { body: agentCredentials("ASIAFIRST") },
      { body: agentCredentials("ASIASECOND") },
    );
    const chain = machine.chain(agent());
    expect((await chain.provide()).accessKeyId).toBe("ASIAFIRST");
    expect((await chain.provide()).accessKeyId).toBe("ASIASECOND");
  });
});

/** No network. */
function refuse(): Promise<never> {
  return Promise.reject(new TypeError("no network"));
}
