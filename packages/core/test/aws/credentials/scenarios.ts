import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { EXPIRATION } from "./fake-aws.ts";
import type { Home } from "./chains.ts";

/** What a machine has: shared files, caches and an environment. `HOME` in a text stands for the home directory. */
export interface Scenario {
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

const NAMES = ["default", "dev", "base", "prod.eu"] as const;
const LOGIN = "arn:aws:iam::123456789012:user/dev";
const DPOP_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "pem", type: "sec1" });
const PAST = "2020-01-01T00:00:00Z";

type Settings = Readonly<Record<string, string>>;

const name = fc.constantFrom<string>(...NAMES, "missing");
const role = fc.constantFrom("arn:aws:iam::1:role/a", "arn:aws:iam::2:role/b", "arn:aws:iam::3:role/denied");
const commands = fc.constantFrom(
  `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s"}'`,
  `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS2","SecretAccessKey":"s","SessionToken":"t","Expiration":"${EXPIRATION}"}'`,
  `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS3","SecretAccessKey":"s","Expiration":"${PAST}"}'`,
  `echo '{"Version":2,"AccessKeyId":"AKIAPROCESS4","SecretAccessKey":"s"}'`,
  "echo nonsense",
  "exit 3",
);

/** The settings of one way to credentials, complete or not. */
const way: fc.Arbitrary<Settings> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        aws_access_key_id: fc.constantFrom("AKIAONE", "AKIATWO", "AKIATHREE"),
        aws_secret_access_key: fc.constantFrom("s/1", "s=2", "s#3"),
        aws_session_token: fc.constant("tok=="),
      },
      { requiredKeys: ["aws_access_key_id", "aws_secret_access_key"] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Settings>({ aws_access_key_id: "AKIAHALF" }, { aws_secret_access_key: "half" }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        role_arn: role,
        source_profile: name,
        external_id: fc.constant("ext"),
        role_session_name: fc.constant("me"),
        duration_seconds: fc.constantFrom("900", "7200"),
      },
      { requiredKeys: ["role_arn", "source_profile"] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        role_arn: role,
        credential_source: fc.constantFrom("Environment", "Ec2InstanceMetadata", "EcsContainer", "Nowhere"),
      },
      { requiredKeys: ["credential_source"] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        role_arn: role,
        web_identity_token_file: fc.constantFrom("HOME/token", "HOME/no-token"),
        role_session_name: fc.constant("web"),
      },
      { requiredKeys: ["web_identity_token_file"] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ credential_process: commands }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        sso_session: fc.constantFrom("corp-ID", "stale-ID", "spent-ID", "nowhere"),
        sso_account_id: fc.constant("123456789012"),
        sso_role_name: fc.constantFrom("Reader", "Admin"),
      },
      { requiredKeys: ["sso_session", "sso_account_id"] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        sso_start_url: fc.constantFrom(
          "https://legacy.awsapps.com/start",
          "https://old.awsapps.com/start",
          "https://revoked.awsapps.com/start",
        ),
        sso_region: fc.constant("us-east-1"),
        sso_account_id: fc.constant("123456789012"),
        sso_role_name: fc.constant("Reader"),
      },
      { requiredKeys: ["sso_start_url", "sso_region", "sso_account_id"] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Settings>(
      { login_session: LOGIN },
      { login_session: `${LOGIN}-stale` },
      { login_session: `${LOGIN}-spent` },
      { login_session: `${LOGIN}-nobody` },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom<Settings>({ region: "eu-west-1" }, { region: "eu-west-3", output: "json" }) },
);

const settings = fc.oneof(
  { weight: 5, arbitrary: way },
  { weight: 2, arbitrary: fc.tuple(way, way).map(([a, b]) => ({ ...a, ...b })) },
  { weight: 4, arbitrary: fc.tuple(way, fc.constant({ region: "eu-west-2" })).map(([a, b]) => ({ ...a, ...b })) },
);

/** How a section is written down. */
const style = fc.record({
  equals: fc.constantFrom("=", " = ", "\t=  "),
  indent: fc.constantFrom("", "", "  "),
  comment: fc.constantFrom("", "# aws_access_key_id = AKIACOMMENT\n", "; comment\n", "nonsense\n"),
  trailing: fc.constantFrom("", " # why", " ;x", "  "),
  block: fc.constantFrom("", "s3 =\n  max_concurrent_requests = 20\n  aws_access_key_id = AKIANESTED\n"),
  title: fc.constantFrom("plain", "plain", "quoted", "spaced", "dotted"),
  newline: fc.constantFrom("\n", "\n", "\r\n"),
});

interface Style {
  readonly equals: string;
  readonly indent: string;
  readonly comment: string;
  readonly trailing: string;
  readonly block: string;
  readonly title: string;
  readonly newline: string;
}

function renderSection(title: string, values: Settings, look: Style): string {
  const lines = Object.entries(values).map(
    ([key, value]) => `${look.indent}${key}${look.equals}${value}${look.trailing}`,
  );
  return `[${title}]${look.trailing}\n${look.comment}${look.block}${lines.join("\n")}\n\n`.replaceAll(
    "\n",
    look.newline,
  );
}

function renderTitle(profile: string, { title }: Style): string {
  if (profile === "default" && title === "plain") return "default";
  if (title === "quoted") return `profile "${profile}"`;
  if (title === "spaced") return `profile\t${profile}`;
  if (title === "dotted") return `profile.${profile}`;
  return `profile ${profile}`;
}

const section = fc.record({
  profile: fc.constantFrom<string>(...NAMES),
  settings,
  style,
  /** Which part of the settings stands in the credentials file. */
  split: fc.constantFrom("config", "config", "credentials", "keys"),
});

const shared = fc.array(section, { minLength: 0, maxLength: 5 }).map((sections) => {
  let config = "";
  let credentials = "";
  for (const { profile, settings: values, style: look, split } of sections) {
    const entries: [string, string][] = Object.entries(values);
    const isSecret = (key: string): boolean => split === "credentials" || (split === "keys" && key.startsWith("aws_"));
    const mine = Object.fromEntries(entries.filter(([key]) => isSecret(key)));
    const rest = Object.fromEntries(entries.filter(([key]) => !isSecret(key)));
    if (Object.keys(mine).length > 0) credentials += renderSection(profile, mine, look);
    if (Object.keys(rest).length > 0) config += renderSection(renderTitle(profile, look), rest, look);
  }
  return { config, credentials };
});

const env = fc
  .record(
    {
      AWS_PROFILE: name,
      AWS_ACCESS_KEY_ID: fc.constant("AKIAENV"),
      AWS_SECRET_ACCESS_KEY: fc.constant("env/secret"),
      AWS_SESSION_TOKEN: fc.constant("env-token"),
      AWS_WEB_IDENTITY_TOKEN_FILE: fc.constantFrom("HOME/token", "HOME/token", "HOME/no-token"),
      AWS_ROLE_ARN: role,
      AWS_ROLE_SESSION_NAME: fc.constant("env-session"),
      AWS_CONTAINER_CREDENTIALS_FULL_URI: fc.constantFrom(
        "SERVER/agent?x=1",
        "SERVER/agent?x=1",
        "http://10.0.0.1/agent",
      ),
      AWS_CONTAINER_AUTHORIZATION_TOKEN: fc.constant("Basic abc"),
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: fc.constant("HOME/token"),
      AWS_EC2_METADATA_DISABLED: fc.constantFrom("true", "false"),
    },
    { requiredKeys: [] },
  )
  .chain((all) =>
    // Most machines have few of them.
    fc
      .subarray(Object.keys(all))
      .map((kept) => Object.fromEntries(Object.entries(all).filter(([key]) => kept.includes(key)))),
  );

/** The caches of all logins. AWS's SDK remembers sessions by name in a process, so each machine has names of its own. */
function cacheFiles(id: string): Record<string, string> {
  const sso = (key: string, token: object): [string, string] => [
    `.aws/sso/cache/${createHash("sha1").update(key).digest("hex")}.json`,
    JSON.stringify(token),
  ];
  const login = (session: string, expiresAt: string, refreshToken: string): [string, string] => [
    `.aws/login/cache/${createHash("sha256").update(session).digest("hex")}.json`,
    JSON.stringify({
      accessToken: { accessKeyId: "ASIALOGIN", secretAccessKey: "s", sessionToken: "t", accountId: "1", expiresAt },
      clientId: "client",
      refreshToken,
      dpopKey: DPOP_KEY,
      tokenType: "aws_sigv4",
      signInRegion: "us-east-1",
    }),
  ];
  const renewable = { clientId: "c", clientSecret: "cs", refreshToken: "r", expiresAt: PAST };
  return Object.fromEntries([
    sso(`corp-${id}`, { accessToken: "corp-token", expiresAt: EXPIRATION }),
    sso(`stale-${id}`, { accessToken: "stale-token", ...renewable }),
    sso(`spent-${id}`, { accessToken: "spent-token", ...renewable, refreshToken: "spent" }),
    sso("https://legacy.awsapps.com/start", { accessToken: "legacy-token", expiresAt: EXPIRATION }),
    sso("https://old.awsapps.com/start", { accessToken: "old-token", ...renewable }),
    sso("https://revoked.awsapps.com/start", { accessToken: "revoked", expiresAt: EXPIRATION }),
    login(LOGIN, EXPIRATION, "r"),
    login(`${LOGIN}-stale`, PAST, "r"),
    login(`${LOGIN}-spent`, PAST, "spent"),
  ]);
}

/** Machines of all kinds, most of them set up badly. */
export const scenario: fc.Arbitrary<Scenario> = fc
  .record({ shared, env })
  .map(({ shared: { config, credentials }, env: variables }) => ({
    files: { ".aws/config": config + SESSIONS, ".aws/credentials": credentials, token: "web-token" },
    env: variables,
  }));

const SESSIONS = ["corp-ID", "stale-ID", "spent-ID"]
  .map((name) => `[sso-session ${name}]\nsso_start_url = https://${name}.awsapps.com/start\nsso_region = us-east-1\n`)
  .join("");

/** Sets a machine up. Returns its environment. */
export function setUp({ files, env: variables }: Scenario, home: Home, server: string): Record<string, string> {
  const id = home.path.slice(-6);
  const fill = (text: string): string =>
    text.replaceAll("HOME", home.path).replaceAll("SERVER", server).replaceAll("-ID", `-${id}`);
  for (const [file, text] of Object.entries({ ...files, ...cacheFiles(id) })) home.write(file, fill(text));
  return {
    ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, fill(value)])),
    HOME: home.path,
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: `${home.path}/.aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${home.path}/.aws/credentials`,
    AWS_ENDPOINT_URL: server,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: server,
  };
}
