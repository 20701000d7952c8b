import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkOptions, type BedrockOptions } from "../../src/bedrock/config.ts";
import { createLLM } from "../../src/llm.ts";
import { createWorld } from "../../src/world.ts";
import { errorOf, failureOf, KEYS, MODEL, testWorld, useServer, withServer } from "../support/bedrock.ts";

type Env = Readonly<Record<string, string>>;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "addresses-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The URL that a chat with these options and variables asks, by a `fetch` that answers nothing. */
async function urlOf(options: BedrockOptions, env: Env, config = "", model = MODEL): Promise<string> {
  const path = join(folder, "config");
  writeFileSync(path, config);
  const files = { AWS_CONFIG_FILE: path, AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
  const urls: string[] = [];
  const fetch = (input: string | URL | Request): Promise<Response> => {
    urls.push(input instanceof Request ? input.url : String(input));
    return Promise.resolve(new Response("{}", { status: 400 }));
  };
  const llm = createLLM({ provider: "bedrock", fetch, ...options }, { ...createWorld(), env: { ...files, ...env } });
  const error = await failureOf(llm.chat(model).ask("Hi"));
  const [url] = urls;
  if (url === undefined) throw error;
  return url.replace(/\/model\/.*/, "");
}

const HERE = { ...KEYS, AWS_REGION: "eu-west-1" };

describe("FIPS and dual stack", () => {
  test.each<[string, BedrockOptions, Env, string]>([
    ["FIPS by option", { bedrockFips: true }, {}, "bedrock-runtime-fips.eu-west-1.amazonaws.com"],
    ["FIPS by variable", {}, { AWS_USE_FIPS_ENDPOINT: "true" }, "bedrock-runtime-fips.eu-west-1.amazonaws.com"],
    ["dual stack by option", { bedrockDualstack: true }, {}, "bedrock-runtime.eu-west-1.api.aws"],
    ["dual stack by variable", {}, { AWS_USE_DUALSTACK_ENDPOINT: "TRUE" }, "bedrock-runtime.eu-west-1.api.aws"],
    ["both", { bedrockFips: true, bedrockDualstack: true }, {}, "bedrock-runtime-fips.eu-west-1.api.aws"],
    [
      "the option first",
      { bedrockFips: false },
      { AWS_USE_FIPS_ENDPOINT: "true" },
      "bedrock-runtime.eu-west-1.amazonaws.com",
    ],
  ])("%s", async (_, options, env, host) => {
    expect(await urlOf(options, { ...HERE, ...env })).toBe(`https://${host}`);
  });

  test("in the region of an ARN, too", async () => {
    const arn = "arn:aws:bedrock:us-east-2::foundation-model/amazon.nova-lite-v1:0";
    expect(await urlOf({ bedrockFips: true }, HERE, "", arn)).toBe(
      "https://bedrock-runtime-fips.us-east-2.amazonaws.com",
    );
  });

  test.each<[BedrockOptions, Env, string]>([
    [{ bedrockFips: true, bedrockEndpoint: "https://gw.test" }, {}, "bedrockFips"],
    [{ bedrockDualstack: true }, { AWS_ENDPOINT_URL: "https://gw.test" }, "bedrockDualstack"],
    [{}, { AWS_USE_FIPS_ENDPOINT: "true", AWS_ENDPOINT_URL: "https://gw.test" }, "AWS_USE_FIPS_ENDPOINT"],
  ])("are refused beside a custom endpoint: %j %j", async (options, env, told) => {
    await expect(urlOf(options, { ...HERE, ...env })).rejects.toMatchObject({
      code: "ERR_CONFIGURATION",
      message: expect.stringContaining(told) as unknown,
    });
  });

  test("are true or false, nothing else", async () => {
    await expect(urlOf({}, { ...HERE, AWS_USE_FIPS_ENDPOINT: "1" })).rejects.toThrow('AWS_USE_FIPS_ENDPOINT is "1"');
    await expect(urlOf({}, { ...KEYS }, "[default]\nregion=eu-west-1\nuse_fips_endpoint=yes")).rejects.toThrow(
      "use_fips_endpoint",
    );
  });
});

describe("the profile", () => {
  const config = [
    "[profile dev]",
    "region = ap-south-1",
    "use_fips_endpoint = true",
    "use_dualstack_endpoint = true",
    "[profile gateway]",
    "region = ap-south-1",
    "endpoint_url = https://all.test/aws",
    "[profile services]",
    "services = local",
    "endpoint_url = https://all.test",
    "[services local]",
    "bedrock_runtime =",
    "  endpoint_url = https://runtime.test",
  ].join("\n");

  test("gives region, FIPS and dual stack", async () => {
    expect(await urlOf({ bedrockProfile: "dev", bedrockAuth: "none" }, {}, config)).toBe(
      "https://bedrock-runtime-fips.ap-south-1.api.aws",
    );
    expect(await urlOf({ bedrockAuth: "none" }, { AWS_PROFILE: "dev", AWS_REGION: "eu-west-1" }, config)).toBe(
      "https://bedrock-runtime-fips.eu-west-1.api.aws",
    );
  });

  test("gives endpoints, those of its services section first", async () => {
    expect(await urlOf({ bedrockAuth: "none" }, { AWS_PROFILE: "gateway" }, config)).toBe("https://all.test/aws");
    expect(await urlOf({ bedrockAuth: "none" }, { AWS_PROFILE: "services" }, config)).toBe("https://runtime.test");
  });

  test("gives way to options and environment", async () => {
    const env = { AWS_PROFILE: "services", AWS_ENDPOINT_URL: "https://env.test" };
    expect(await urlOf({ bedrockAuth: "none" }, env, config)).toBe("https://env.test");
    const bedrockEndpoint = "https://option.test";
    expect(await urlOf({ bedrockAuth: "none", bedrockEndpoint }, env, config)).toBe(bedrockEndpoint);
  });

  test("is ignored, as the environment is, where endpoints from there are not wanted", async () => {
    const env = { AWS_PROFILE: "gateway", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
    const regional = "https://bedrock-runtime.ap-south-1.amazonaws.com";
    expect(await urlOf({ bedrockAuth: "none" }, env, config)).toBe(regional);
    expect(await urlOf({ bedrockAuth: "none" }, { ...env, AWS_ENDPOINT_URL: "https://env.test" }, config)).toBe(
      regional,
    );
    const bedrockEndpoint = "https://option.test";
    expect(await urlOf({ bedrockAuth: "none", bedrockEndpoint }, env, config)).toBe(bedrockEndpoint);
    const own = `${config}\n[profile own]\nregion=ap-south-1\nendpoint_url=https://x.test\nignore_configured_endpoint_urls=true`;
    expect(await urlOf({ bedrockAuth: "none" }, { AWS_PROFILE: "own" }, own)).toBe(regional);
  });

  test("is not looked at when region and keys are known and nobody names one", async () => {
    const broken = "[default]\nendpoint_url = nonsense\nuse_fips_endpoint = nonsense";
    expect(await urlOf({}, HERE, broken)).toBe("https://bedrock-runtime.eu-west-1.amazonaws.com");
    await expect(urlOf({}, KEYS, broken)).rejects.toMatchObject({ code: "ERR_CONFIGURATION" });
  });
});

describe("signatures for what stands behind a gateway", () => {
  const server = useServer({ region: "eu-north-1" });

  test("are for the region that is given, and the region asked stays as it is", async () => {
    const llm = createLLM({ provider: "bedrock", bedrockSigning: { region: "eu-north-1" } }, testWorld(server()));
    expect((await llm.chat(MODEL).ask("Say: one")).content).toContain("one");
    expect(server().requests.at(-1)?.headers["authorization"]).toContain("/eu-north-1/bedrock/");
  });

  test("need no other region with a custom endpoint", async () => {
    const { env, ...world } = testWorld(server());
    const here = { ...KEYS, AWS_ENDPOINT_URL: env["AWS_ENDPOINT_URL"], AWS_CONFIG_FILE: join(folder, "none") };
    const options = { provider: "bedrock", bedrockSigning: { region: "eu-north-1" } } as const;
    await createLLM(options, { ...world, env: here })
      .chat(MODEL)
      .ask("Hi");
    expect(server().requests.at(-1)?.authorized).toBe(true);
  });

  test("are for the service that is given", async () => {
    const options = { provider: "bedrock", bedrockSigning: { service: "execute-api" }, maxRetries: 0 } as const;
    await failureOf(createLLM(options, testWorld(server())).chat(MODEL).ask("Hi"));
    expect(server().requests.at(-1)?.headers["authorization"]).toContain("/us-east-1/execute-api/aws4_request");
  });

  test("are for the host that is given, while the endpoint's own is sent", async () => {
    await withServer({}, async (other) => {
      const host = "bedrock-runtime.us-east-1.amazonaws.com";
      const options = { provider: "bedrock", bedrockSigning: { host }, maxRetries: 0 } as const;
      const error = await failureOf(createLLM(options, testWorld(other)).chat(MODEL).ask("Hi"));
      // The local Bedrock checks the host that it sees, which is what a gateway would put right.
      expect(error).toMatchObject({ code: "ERR_AUTHENTICATION" });
      expect(other.requests.at(-1)?.headers["host"]).toBe(new URL(other.url).host);
      const own = { provider: "bedrock", bedrockSigning: { host: new URL(other.url).host } } as const;
      await createLLM(own, testWorld(other)).chat(MODEL).ask("Hi");
      expect(other.requests.at(-1)?.authorized).toBe(true);
    });
  });
});

test.each<[object, RegExp]>([
  [{ bedrockRegions: [] }, /^bedrockRegions is \[\]/],
  [{ bedrockRegions: "us-east-1" }, /^bedrockRegions is "us-east-1"/],
  [{ bedrockRegions: ["us-east-1", "us-east-1"] }, /different/],
  [{ bedrockRegions: ["us-east-1", "x"] }, /^bedrockRegions\[1\] is "x"/],
  [{ bedrockRegions: ["us-east-1"], bedrockRegion: "us-east-1" }, /give one of them/],
  [{ bedrockFips: "true" }, /^bedrockFips is "true"/],
  [{ bedrockDualstack: 1 }, /^bedrockDualstack is 1/],
  [{ bedrockSigning: { servce: "x" } }, /bedrockSigning\.servce is no option/],
  [{ bedrockSigning: { toString: "x" } }, /bedrockSigning\.toString is no option/],
  [{ bedrockSigning: { host: "https://x" } }, /^bedrockSigning\.host is "https:/],
  [{ bedrockSigning: { region: "" } }, /^bedrockSigning\.region is ""/],
  [{ bedrockInferenceProfile: "mars" }, /^bedrockInferenceProfile is "mars": give one of auto, us/],
])("%j is refused where it is written", (options, told) => {
  const error = errorOf(() => checkOptions(options));
  expect(error).toMatchObject({ code: "ERR_CONFIGURATION" });
  expect(error.message).toMatch(told);
});
