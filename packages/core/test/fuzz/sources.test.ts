import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createChain } from "../../src/aws/credentials/chain.ts";
import type { Host } from "../../src/aws/credentials/host.ts";
import { parseIni } from "../../src/aws/credentials/ini.ts";
import { parseEndpoint } from "../../src/aws/endpoint.ts";
import { resolveModel } from "../../src/bedrock/models.ts";
import { ConfigurationError } from "../../src/errors.ts";
import { createFetchTransport } from "../../src/http/fetch.ts";
import { parseRetryAfter } from "../../src/http/retry-after.ts";
import { isPublicAddress, isPublicHost } from "../../src/media/addresses.ts";
import { completeMedia } from "../../src/media/complete.ts";
import { readImageSize } from "../../src/media/image-size.ts";
import { sniffFormats } from "../../src/media/sniff.ts";
import { createWorld } from "../../src/world.ts";
import { expectUnpolluted, hostileValue, mutatedJson, outcomeOf, renderHostile, TIMEOUT_MS, tries } from "./support.ts";

const SETTINGS = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "role_arn",
  "source_profile",
  "credential_source",
  "credential_process",
  "sso_session",
  "sso_start_url",
  "sso_region",
  "sso_account_id",
  "sso_role_name",
  "region",
  "web_identity_token_file",
  "login_session",
  "services",
  "endpoint_url",
  "duration_seconds",
  "mfa_serial",
  "__proto__",
  "constructor",
  "s3",
  "",
];
const VALUES = [
  "AKIA",
  "default",
  "dev",
  "arn:aws:iam::123456789012:role/x",
  "Environment",
  "EcsContainer",
  "Ec2InstanceMetadata",
  "corp",
  "https://x/",
  "http://[::1",
  "us-east-1",
  "../../etc",
  "1e999",
  "-1",
  "__proto__",
  "a b",
  "x".repeat(5000),
  "\u0000",
  "",
];
const TITLES = [
  "[default]",
  "[profile dev]",
  "[profile 'dev']",
  '[profile "a b"]',
  "[sso-session corp]",
  "[services default]",
  "[__proto__]",
  "[profile __proto__]",
  "[profile constructor]",
  "[",
  "]",
  "[]",
  "[[default]]",
  "[dev",
  "[profile]",
  "[unknown kind]",
];
const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TITLES) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom("", " ", "\t"),
        fc.constantFrom(...SETTINGS),
        fc.constantFrom("=", " = ", "==", " "),
        fc.constantFrom(...VALUES),
        fc.constantFrom("", " # c", ";c", " ;"),
      )
      .map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);
const ini = fc
  .tuple(
    fc.constantFrom("", "\ufeff", "\0"),
    fc.array(line, { maxLength: 14 }),
    fc.constantFrom("\n", "\r\n", "\r", "\n\n"),
  )
  .map(([start, lines, end]) => start + lines.join(end));

const FILES = [
  { accessToken: "token", expiresAt: "2099-01-01T00:00:00Z", clientId: "c", clientSecret: "s", refreshToken: "r" },
  { accessToken: "token", expiresAt: "2000-01-01T00:00:00Z", clientId: "c", clientSecret: "s", refreshToken: "r" },
  {
    accessToken: {
      accessKeyId: "A",
      secretAccessKey: "S",
      sessionToken: "T",
      accountId: "1",
      expiresAt: "2000-01-01T00:00:00Z",
    },
    clientId: "c",
    refreshToken: "r",
    dpopKey: "k",
  },
];
const ANSWERS = [
  { AccessKeyId: "A", SecretAccessKey: "S", Token: "T", Expiration: "2099-01-01T00:00:00Z" },
  { Version: 1, AccessKeyId: "A", SecretAccessKey: "S", SessionToken: "T", Expiration: "2099-01-01T00:00:00Z" },
  { roleCredentials: { accessKeyId: "A", secretAccessKey: "S", sessionToken: "T", expiration: 4e12 } },
  { accessToken: "token", expiresIn: 1e300, refreshToken: "r" },
  { accessToken: { accessKeyId: "A", secretAccessKey: "S", sessionToken: "T" }, expiresIn: 1e300, refreshToken: "r" },
];
const XML =
  "<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>&toString;&#x110000;&#99999999999;</SecretAccessKey>" +
  "<SessionToken>T</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>";

const machine = fc.record({
  config: ini,
  credentials: ini,
  file: fc.oneof(mutatedJson(...FILES), hostileValue.map(renderHostile), fc.string({ unit: "binary" })),
  answer: fc.oneof(
    mutatedJson(...ANSWERS),
    fc.constantFrom(XML, "<Error><Code>constructor</Code></Error>", "role\r\nx: y", ""),
  ),
  output: mutatedJson(...ANSWERS),
  status: fc.constantFrom(200, 200, 200, 302, 401, 404),
  date: fc.constantFrom("Sat, 13 Sep 275760 00:00:00 GMT", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"),
  env: fc.dictionary(
    fc.constantFrom(
      "AWS_PROFILE",
      "AWS_ROLE_ARN",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN",
      "AWS_ENDPOINT_URL",
      "HOME",
    ),
    fc.constantFrom(
      ...VALUES,
      "http://127.0.0.1/x",
      "/x",
      "https://x.test/y?z",
      "http://127.0.0.1:99999/",
      "__proto__",
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
});

describe("credentials", { timeout: TIMEOUT_MS }, () => {
  test("come, or a configuration error does, whatever files, programs and services say", async () => {
    await fc.assert(
      fc.asyncProperty(machine, async ({ config, credentials, file, answer, output, status, date, env }) => {
        const host: Host = {
          homeDirectory: "/home",
          readText: (path) =>
            Promise.resolve(path.endsWith("config") ? config : path.endsWith("credentials") ? credentials : file),
          writeText: () => Promise.reject(new Error("read-only")),
          fingerprint: () => "1",
          run: () => Promise.resolve(output),
          hash: () => "h",
          randomId: () => "i",
          signEs256: (_pem, text) => text("x", "y"),
        };
        const { setTimer } = createWorld();
        const world = {
          ...createWorld(),
          env,
          random: () => 0,
          setTimer: (wake: () => void, ms: number) => setTimer(wake, ms > 4000 ? ms : 0),
        };
        const transport = createFetchTransport(() =>
          Promise.resolve(new Response(answer, { status, headers: { date } })),
        );
        const read = (name: string): string | undefined => env[name]?.trim() || undefined;
        const chain = createChain({ world, transport, read, region: "us-east-1", profile: undefined }, host);
        const outcome = await outcomeOf(() => chain.provide());
        if ("error" in outcome) expect(outcome.error).toBeInstanceOf(ConfigurationError);
        else
          expect([typeof outcome.value.accessKeyId, typeof outcome.value.secretAccessKey]).toEqual([
            "string",
            "string",
          ]);
      }),
      tries(300),
    );
  });

  test("files give sections of texts, whatever is in them", () => {
    fc.assert(
      fc.property(fc.oneof(ini, fc.string({ unit: "binary", maxLength: 300 })), (text) => {
        const sections = parseIni(text);
        expect(Object.getPrototypeOf(sections)).toBeNull();
        for (const section of Object.values(sections)) {
          expect(Object.getPrototypeOf(section)).toBeNull();
          expect(Object.values(section).every((value) => typeof value === "string")).toBe(true);
        }
        expectUnpolluted();
      }),
      tries(500),
    );
  });
});

describe("what stands in headers and addresses", { timeout: TIMEOUT_MS }, () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      "http://",
      "https://a:b@c/",
      "http://x:0/",
      "http://[::1%25eth0]/",
      "file:///x",
      "//x",
      "http://x\r\ny/",
      "arn:aws:bedrock",
      "..",
      "a/../b",
      "a%2e%2e",
      "\\..\\",
      "0x7f.1",
      "1e3",
      "9".repeat(400),
      " GMT",
    ),
    fc
      .array(fc.constantFrom("arn", ":", "/", "..", "%", "aws", "bedrock", "us-east-1", "model", "\n", "1", "."), {
        maxLength: 12,
      })
      .map((parts) => parts.join("")),
  );

  test("gives values in their ranges, or typed errors", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const waitMs = parseRetryAfter(value, 1e12);
        if (waitMs !== undefined) expect(waitMs >= 0 && waitMs <= 86_400_000).toBe(true);
        expect([typeof isPublicAddress(value), typeof isPublicHost(value)]).toEqual(["boolean", "boolean"]);
        const endpoint = await outcomeOf(() => parseEndpoint(value, "x"));
        if ("value" in endpoint) expect(endpoint.value.hostname).toMatch(/^[^/@\s]+$/);
        const model = await outcomeOf(() => resolveModel(value));
        if ("value" in model) expect(model.value.pathSegment).toMatch(/^(?!\.+$)[\w.%-]+$/);
      }),
      tries(1000),
    );
  });
});

describe("media", { timeout: TIMEOUT_MS }, () => {
  const HEADS = [
    "\x89PNG\r\n\x1a\n",
    "\xff\xd8\xff",
    "\xff\xd8\xff\xe0\0\x02",
    "GIF89a",
    "RIFF\xff\xff\xff\xffWEBPVP8 ",
    "RIFF____WEBPVP8X",
    "%PDF-1.7",
    "PK\x03\x04",
    "PK\x03\x04[Content_Types].xml\x01word/",
    "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "\x1f\x8b",
    "\0\0\0\x18ftyp",
    "\x1a\x45\xdf\xa3",
    "ID3\x04",
    "OggS",
    "<svg>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>",
    "<!-- x --><html>",
    "a,b\n1,2",
    "# T",
    "\ufeff",
    "",
  ];
  const content = fc
    .tuple(fc.constantFrom(...HEADS), fc.uint8Array({ maxLength: 120 }), fc.nat(60), fc.constantFrom(0, 0, 0, 255))
    .map(([head, tail, cut, fill]) => {
      const bytes = Buffer.concat([Buffer.from(head, "latin1"), tail, Buffer.alloc(fill === 0 ? 0 : 3000, fill)]);
      return cut < 20 ? bytes.subarray(0, cut) : bytes;
    });

  test("of any bytes are told apart, or are told not to be known", async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        fc.constantFrom("image", "document", "video", "audio", undefined),
        async (bytes, type) => {
          const base64 = bytes.toString("base64");
          const formats = sniffFormats(base64);
          expect(formats === undefined || formats.every((format) => format !== "")).toBe(true);
          const size = readImageSize(base64);
          for (const pixels of Object.values(size ?? {})) expect(pixels >= 0 && pixels < 2 ** 32).toBe(true);
          await outcomeOf(() => completeMedia({ source: bytes, ...(type && { type }) }, "images[0]"));
          await outcomeOf(() =>
            completeMedia({ source: `data:image/png;base64,${base64}`, format: "png" }, "images[0]"),
          );
        },
      ),
      tries(700),
    );
  });

  test("of any other values are refused in words", async () => {
    await fc.assert(
      fc.asyncProperty(hostileValue, hostileValue, async (source, name) => {
        await outcomeOf(() => completeMedia({ source: source as never, name: name as never }, "files[0]"));
      }),
      tries(300),
    );
  });
});
