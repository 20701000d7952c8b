import { describe, expect, test } from "vitest";
import {
  checkOptions,
  resolveSettings,
  resolveTarget,
  type BedrockOptions,
  type Target,
} from "../../src/bedrock/config.ts";
import { ConfigurationError } from "../../src/errors.ts";
import type { World } from "../../src/world.ts";
import { createWorld } from "../../src/world.ts";
import { createDefaultTransport } from "../../src/http/node.ts";
import { errorOf, failureOf, KEYS } from "../support/bedrock.ts";

type Env = Record<string, string>;
const PAIR = { bedrockAccessKeyId: "AKIDOPTION", bedrockSecretAccessKey: "option/secret" } as const;
const REGION: Env = { AWS_REGION: "eu-central-1" };
/** Keeps the machine's own files and metadata out of it. */
const NOWHERE: Env = { HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" };
const transport = createDefaultTransport();

function worldOf(env: Env): World {
  const { now, monotonic, setTimer, random } = createWorld();
  return { now, monotonic, setTimer, random, env };
}

/** What proves who sends a request: the key pair, or the token. */
async function authOf(options: BedrockOptions, env: Env = {}): Promise<object> {
  const { auth } = resolveSettings(options, worldOf(env), transport);
  return auth.kind === "sigv4" ? { ...(await auth.credentials.get()) } : auth;
}

function targetOf(options: BedrockOptions, env: Env, modelRegion?: string): Target {
  return resolveTarget(resolveSettings(options, worldOf({ ...KEYS, ...env }), transport), modelRegion);
}

function refusalOf(options: BedrockOptions, env: Env = {}): string {
  const error = errorOf(() => {
    checkOptions(options);
    resolveTarget(resolveSettings(options, worldOf(env), transport), undefined);
  });
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error.code).toBe("ERR_CONFIGURATION");
  return error.message;
}

describe("the region", () => {
  test.each<[string, BedrockOptions, Env, string]>([
    ["the option", { bedrockRegion: "us-west-2" }, { AWS_REGION: "a-1", AWS_DEFAULT_REGION: "b-1" }, "us-west-2"],
    ["AWS_REGION", {}, { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "b-1" }, "eu-west-1"],
    ["AWS_DEFAULT_REGION", {}, { AWS_DEFAULT_REGION: "ap-south-1" }, "ap-south-1"],
    [
      "AWS_DEFAULT_REGION, if AWS_REGION is blank",
      {},
      { AWS_REGION: " ", AWS_DEFAULT_REGION: "ap-south-1" },
      "ap-south-1",
    ],
    ["AWS_REGION without the spaces around it", {}, { AWS_REGION: " eu-west-1\n" }, "eu-west-1"],
  ])("is taken from %s", (_, options, env, region) => {
    expect(targetOf(options, env)).toMatchObject({
      region,
      endpoint: { host: `bedrock-runtime.${region}.amazonaws.com`, protocol: "https:", port: 443, pathPrefix: "" },
    });
  });

  test("of the model's ARN wins", () => {
    expect(targetOf({ bedrockRegion: "us-west-2" }, REGION, "eu-north-1").region).toBe("eu-north-1");
    expect(targetOf({}, {}, "eu-north-1").endpoint.host).toBe("bedrock-runtime.eu-north-1.amazonaws.com");
  });

  test("that is missing is told with the option and the variables, and never guessed", () => {
    const message = refusalOf({}, KEYS);
    expect(message).toContain("bedrockRegion");
    expect(message).toContain("AWS_REGION");
    expect(message).toContain("AWS_DEFAULT_REGION");
  });

  test("is needed to sign, and not for a custom endpoint with an API key or no authentication", () => {
    const endpoint = { bedrockEndpoint: "http://localhost:4000" };
    expect(refusalOf(endpoint, KEYS)).toContain("No AWS region");
    expect(targetOf({ ...endpoint, bedrockApiKey: "key" }, {})).toMatchObject({ region: "" });
    expect(targetOf({ ...endpoint, bedrockAuth: "none" }, {})).toMatchObject({ region: "" });
    expect(refusalOf({ bedrockApiKey: "key" })).toContain("No AWS region");
  });

  test.each(["us east 1", "useast1", "us-east-1.evil.com", "us-east-1/", "US-EAST-1", `${"a".repeat(63)}-1`])(
    "cannot be %j: it becomes part of a host name",
    (region) => {
      expect(refusalOf({ bedrockRegion: region }, KEYS)).toMatch(/^bedrockRegion is /);
      expect(refusalOf({}, { ...KEYS, AWS_REGION: region })).toMatch(/^AWS_REGION is /);
    },
  );
});

describe("the endpoint", () => {
  const service = "http://service.test:1/a";
  const all = "https://all.test/b/";

  test.each<[string, BedrockOptions, Env, string]>([
    [
      "the option",
      { bedrockEndpoint: "http://option.test" },
      { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: service },
      "option.test",
    ],
    [
      "the service's variable",
      {},
      { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: service, AWS_ENDPOINT_URL: all },
      "service.test:1",
    ],
    ["the variable for all services", {}, { AWS_ENDPOINT_URL: all }, "all.test"],
    [
      "the variable for all services, if the other is empty",
      {},
      { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "", AWS_ENDPOINT_URL: all },
      "all.test",
    ],
  ])("is taken from %s", (_, options, env, host) => {
    expect(targetOf(options, { ...REGION, ...env }).endpoint.host).toBe(host);
  });

  test("does not change the region that is signed with", () => {
    expect(targetOf({ bedrockEndpoint: service }, REGION).region).toBe("eu-central-1");
    expect(targetOf({ bedrockEndpoint: service }, REGION, "us-east-2").region).toBe("us-east-2");
  });

  test("that is no usable URL is told by its source", () => {
    expect(refusalOf({ bedrockEndpoint: "localhost:4000" }, KEYS)).toContain("bedrockEndpoint");
    expect(refusalOf({}, { ...KEYS, ...REGION, AWS_ENDPOINT_URL: "nowhere" })).toContain("AWS_ENDPOINT_URL");
  });
});

describe("credentials", () => {
  const env = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "env/secret", AWS_SESSION_TOKEN: "env-token" };
  const fromEnv = { accessKeyId: "AKIDENV", secretAccessKey: "env/secret", sessionToken: "env-token" };

  test("come from the environment, session token included", async () => {
    expect(await authOf({}, env)).toMatchObject(fromEnv);
    expect(await authOf({ bedrockAuth: "sigv4" }, { ...env, AWS_BEARER_TOKEN_BEDROCK: "key" })).toMatchObject(fromEnv);
  });

  test("given as options are never mixed with the environment's session token", async () => {
    expect(await authOf(PAIR, env)).toEqual({
      accessKeyId: "AKIDOPTION",
      secretAccessKey: "option/secret",
      sessionToken: undefined,
      expiration: undefined,
      source: "bedrockAccessKeyId",
    });
    expect(await authOf({ ...PAIR, bedrockSessionToken: "mine" }, env)).toMatchObject({ sessionToken: "mine" });
  });

  test("may be given as an object or a function", async () => {
    const given = { accessKeyId: "AKIDOBJECT", secretAccessKey: "s" };
    expect(await authOf({ bedrockCredentials: given }, env)).toMatchObject({ ...given, sessionToken: undefined });
    expect(await authOf({ bedrockCredentials: () => given }, env)).toMatchObject(given);
    expect(await authOf({ bedrockCredentials: async () => given }, env)).toMatchObject(given);
  });

  test.each<[BedrockOptions, Env, RegExp]>([
    [
      { bedrockAccessKeyId: "id" },
      env,
      /bedrockAccessKeyId is set without bedrockSecretAccessKey.*AWS_SECRET_ACCESS_KEY/,
    ],
    [
      { bedrockSecretAccessKey: "s" },
      env,
      /bedrockSecretAccessKey is set without bedrockAccessKeyId.*AWS_ACCESS_KEY_ID/,
    ],
    [{ bedrockSessionToken: "t" }, env, /bedrockSessionToken is set without bedrockAccessKeyId/],
    [
      { ...PAIR, bedrockCredentials: { accessKeyId: "a", secretAccessKey: "b" } },
      {},
      /bedrockCredentials and bedrockAccessKeyId are set: give one/,
    ],
    [{ ...PAIR, bedrockProfile: "dev" }, {}, /bedrockAccessKeyId and bedrockProfile are set: give one/],
    [{ bedrockProfile: "" }, {}, /bedrockProfile is ""/],
    [
      { bedrockAssumeRole: { roleArn: "my-role" } },
      {},
      /bedrockAssumeRole.roleArn is "my-role": give one like arn:aws:iam/,
    ],
    [{ bedrockAccessKeyId: "", bedrockSecretAccessKey: "s" }, {}, /no usable accessKeyId/],
    [{ bedrockAccessKeyId: "id", bedrockSecretAccessKey: "a b" }, {}, /no usable secretAccessKey/],
    [{ ...PAIR, bedrockSessionToken: "" }, {}, /sessionToken/],
    [{}, { ...env, AWS_SESSION_TOKEN: "a b" }, /sessionToken/],
  ])("%j with %j are refused, saying what is missing", (options, variables, told) => {
    const message = refusalOf(options, { ...REGION, ...variables });
    expect(message).toMatch(told);
    for (const secret of ["env/secret", "option/secret", "env-token", "a b"]) expect(message).not.toContain(secret);
  });

  test.each<[Env, RegExp]>([
    [{ AWS_ACCESS_KEY_ID: "id" }, /AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY/],
    [{ AWS_SECRET_ACCESS_KEY: "s" }, /AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID/],
    [{ ...env, AWS_SECRET_ACCESS_KEY: "  " }, /AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY/],
    [{}, /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set/],
  ])("that the environment %j lacks are told when they are needed", async (variables, told) => {
    const message = (await failureOf(authOf({}, { ...variables, ...NOWHERE }))).message;
    expect(message).toMatch(told);
    expect(message).toMatch(/AWS_ACCESS_KEY_ID.*AWS_BEARER_TOKEN_BEDROCK.*bedrockApiKey.*bedrockSecretAccessKey/);
    for (const secret of ["env/secret", "env-token"]) expect(message).not.toContain(secret);
  });

  test.each([
    [null, "bedrockAssumeRole is null: give { roleArn }"],
    ["arn:aws:iam::123456789012:role/a", "bedrockAssumeRole is string: give { roleArn }"],
    [{ sessionName: "my service" }, 'sessionName is "my service": give 2 to 64 letters'],
    [{ sessionName: "" }, "give 2 to 64 letters"],
    [{ sessionName: "x".repeat(65) }, "give 2 to 64 letters"],
    [{ durationSeconds: 60 }, "durationSeconds is 60: give a whole number from 900 to 43200"],
    [{ durationSeconds: NaN }, "from 900 to 43200"],
    [{ durationSeconds: 43_201 }, "from 900 to 43200"],
  ])("bedrockAssumeRole cannot be, or have, %j", (role, told) => {
    const roleArn = "arn:aws:iam::123456789012:role/a";
    const bedrockAssumeRole = typeof role === "object" && role !== null ? { roleArn, ...role } : role;
    expect(errorOf(() => void Reflect.apply(checkOptions, undefined, [{ bedrockAssumeRole }])).message).toContain(told);
  });

  test("an unknown member of bedrockAssumeRole is refused", () => {
    const options = { bedrockAssumeRole: { roleArn: "arn:aws:iam::123456789012:role/a", arn: "x" } };
    expect(errorOf(() => checkOptions(options)).message).toContain("bedrockAssumeRole.arn is no option");
  });
});

describe("an API key", () => {
  const env = { ...KEYS, ...REGION, AWS_BEARER_TOKEN_BEDROCK: "env-key" };

  test.each<[string, BedrockOptions, Env, object]>([
    ["the option beats the environment", { bedrockApiKey: "mine" }, env, { kind: "bearer", token: "mine" }],
    ["the environment's beats its key pair", {}, env, { kind: "bearer", token: "env-key" }],
    ["the environment's loses to a pair given as option", PAIR, env, { accessKeyId: "AKIDOPTION" }],
    [
      "the environment's loses to a credential function",
      { bedrockCredentials: () => ({ accessKeyId: "F", secretAccessKey: "s" }) },
      env,
      { accessKeyId: "F" },
    ],
    [
      "the option beats a pair given as option",
      { ...PAIR, bedrockApiKey: "mine" },
      env,
      { kind: "bearer", token: "mine" },
    ],
    [
      '"bearer" takes the environment\'s even then',
      { ...PAIR, bedrockAuth: "bearer" },
      env,
      { kind: "bearer", token: "env-key" },
    ],
    [
      '"sigv4" ignores it',
      { bedrockApiKey: "mine", bedrockAuth: "sigv4" },
      env,
      { accessKeyId: KEYS.AWS_ACCESS_KEY_ID },
    ],
    ['"none" ignores everything', { ...PAIR, bedrockApiKey: "mine", bedrockAuth: "none" }, env, { kind: "none" }],
    [
      "an empty variable counts as not set",
      {},
      { ...env, AWS_BEARER_TOKEN_BEDROCK: " " },
      { accessKeyId: KEYS.AWS_ACCESS_KEY_ID },
    ],
  ])("%s", async (_, options, variables, auth) => {
    expect(await authOf(options, variables)).toMatchObject(auth);
  });

  test("of the environment loses to a profile or a role given as option", async () => {
    const { message } = await failureOf(authOf({ bedrockProfile: "missing" }, { ...env, ...NOWHERE }));
    expect(message).toContain("profile missing: there is no such profile");
    const roleArn = "arn:aws:iam::123456789012:role/a";
    expect(resolveSettings({ bedrockAssumeRole: { roleArn } }, worldOf(env), transport).auth.kind).toBe("sigv4");
  });

  test("that is missing or wrong is refused without repeating it", () => {
    expect(refusalOf({ bedrockAuth: "bearer" }, { ...KEYS, ...REGION })).toMatch(
      /bedrockApiKey.*AWS_BEARER_TOKEN_BEDROCK/,
    );
    for (const key of ["two words", "line\nbreak", "ключ"]) {
      expect(refusalOf({ bedrockApiKey: key }, REGION)).toMatch(/^bedrockApiKey is empty or has a space in it/);
      expect(refusalOf({ bedrockApiKey: key }, REGION)).not.toContain(key);
      expect(refusalOf({}, { ...REGION, AWS_BEARER_TOKEN_BEDROCK: key })).toMatch(/^AWS_BEARER_TOKEN_BEDROCK is empty/);
    }
    expect(refusalOf({ bedrockApiKey: "" }, REGION)).toContain("bedrockApiKey");
  });

  test("bedrockAuth must be one of four", () => {
    expect(errorOf(() => Reflect.apply(checkOptions, undefined, [{ bedrockAuth: "basic" }])).message).toContain(
      '"basic"',
    );
  });
});

test("settings are frozen", () => {
  expect(Object.isFrozen(resolveSettings(PAIR, worldOf(REGION), transport))).toBe(true);
});

test("a variable that may not be read is absent", () => {
  const denied = new Proxy<Env>(
    {},
    {
      get: () => {
        throw new Error("Requires env access.");
      },
    },
  );
  const settings = resolveSettings({ ...PAIR, bedrockRegion: "us-east-1" }, worldOf(denied), transport);
  expect(resolveTarget(settings, undefined).endpoint.host).toBe("bedrock-runtime.us-east-1.amazonaws.com");
});
