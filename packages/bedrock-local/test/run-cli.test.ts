import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { createProgram, runCli } from "../src/run-cli.ts";
import { parseObject, send, sign } from "./support.ts";
import { CONVERSE_PATH, HELLO, startServer } from "./support-server.ts";

interface Run {
  /** Resolves with the URL in the start-up block. */
  url: Promise<string>;
  exitCode: Promise<number>;
  stop: () => void;
  output: () => string;
  errors: () => string;
  /** Resolves when a line that fits was printed. */
  line: (pattern: RegExp) => Promise<string>;
}

/** Runs the command line in this process. */
function run(...args: string[]): Run {
  let output = "";
  let errors = "";
  const waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      waiting.push({ pattern, resolve });
      notify();
    });
  const notify = (): void => {
    for (const { pattern, resolve } of waiting) {
      const match = pattern.exec(output);
      if (match !== null) resolve(match[0]);
    }
  };
  const exitCode = runCli(args, {
    stdout(text) {
      output += text;
      notify();
    },
    stderr: (text) => (errors += text),
    stopped: () => stopped,
  });
  const url = line(/listens on http:\S+/).then((found) => found.slice("listens on ".length));
  return { url, exitCode, stop, line, output: () => output, errors: () => errors };
}

async function converse(url: string, credentials?: Parameters<typeof sign>[0]["credentials"]): Promise<number> {
  const headers = await sign({
    path: CONVERSE_PATH,
    body: HELLO,
    headers: { host: new URL(url).host },
    ...(credentials === undefined ? {} : { credentials }),
  });
  return (await send(url, { path: CONVERSE_PATH, body: HELLO, headers })).status;
}

describe("bedrock-local", () => {
  it("prints the lines to copy, serves, logs each request, and stops", async () => {
    const cli = run("--port", "0");
    const url = await cli.url;
    expect(cli.output()).toContain(
      [
        `export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url}`,
        `export AWS_ENDPOINT_URL_BEDROCK=${url}`,
        `export AWS_ENDPOINT_URL_BEDROCK_AGENT_RUNTIME=${url}`,
        `export AWS_ENDPOINT_URL_S3=${url}`,
        "export AWS_REGION=us-east-1",
        "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "unset AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK",
      ].join("\n"),
    );
    expect(await converse(url)).toBe(200);
    expect(await cli.line(/^POST .*$/m)).toMatch(
      /^POST \/model\/amazon\.nova-lite-v1%3A0\/converse 200 \d+ ms [0-9a-f-]{36}$/,
    );
    cli.stop();
    expect(await cli.exitCode).toBe(0);
    await expect(converse(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("accepts the given credentials and API keys only, and never prints them", async () => {
    const cli = run(
      "--port",
      "0",
      "--credentials",
      "AKIAMINE:my/secret",
      "--credentials",
      "ASIATEMP:s2:my-token",
      "--api-key",
      "my-key",
    );
    const url = await cli.url;
    expect(await converse(url)).toBe(403);
    expect(await converse(url, { accessKeyId: "AKIAMINE", secretAccessKey: "my/secret" })).toBe(200);
    expect(await converse(url, { accessKeyId: "ASIATEMP", secretAccessKey: "s2", sessionToken: "my-token" })).toBe(200);
    const answer = await send(url, {
      path: `${CONVERSE_PATH}?key=my-key`,
      body: HELLO,
      headers: { authorization: "Bearer my-key" },
    });
    expect(answer.status).toBe(200);
    await cli.line(/(^POST .*\n){4}/m);
    cli.stop();
    await cli.exitCode;
    for (const secret of ["my/secret", "my-token", "my-key", "wJalrXUtnFEMI"])
      expect(cli.output()).not.toContain(secret);
  });

  it("checks nothing with --no-auth, answers pages with --cors, and prints nothing with --quiet", async () => {
    const open = run("--port", "0", "--no-auth", "--cors");
    const answer = await send(await open.url, { path: CONVERSE_PATH, body: HELLO });
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
    open.stop();
    await open.exitCode;

    const quiet = run("--port", "0", "--quiet");
    quiet.stop();
    expect(await quiet.exitCode).toBe(0);
    expect(quiet.output()).toBe("");
  });

  it("keeps the objects of S3 as files in a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bedrock-local-"));
    const cli = run("--port", "0", "--no-auth", "--s3", folder);
    await send(await cli.url, { method: "PUT", path: "/my-bucket/a/b.txt", body: "kept" });
    expect(readFileSync(join(folder, "my-bucket", "a", "b.txt"), "utf8")).toBe("kept");
    cli.stop();
    await cli.exitCode;
  });

  it("answers within the guardrails of a file, and tells when it cannot be used", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bedrock-local-"));
    const file = join(folder, "guardrails.json");
    writeFileSync(file, JSON.stringify([{ id: "gr1", words: ["cactus"] }]));
    const cli = run("--port", "0", "--no-auth", "--guardrails", file);
    const body = JSON.stringify({
      messages: [{ role: "user", content: [{ text: "a cactus" }] }],
      guardrailConfig: { guardrailIdentifier: "gr1", guardrailVersion: "1" },
    });
    const answer = await send(await cli.url, { path: CONVERSE_PATH, body });
    expect(parseObject(answer.body.toString())["stopReason"]).toBe("guardrail_intervened");
    cli.stop();
    await cli.exitCode;

    writeFileSync(file, '[{ "id": "GR" }]');
    const wrong = run("--port", "0", "--guardrails", file);
    expect(await wrong.exitCode).toBe(2);
    expect(wrong.errors()).toContain('Guardrail number 1 has a wrong id: "GR".');
    const missing = run("--port", "0", "--guardrails", join(folder, "none.json"));
    expect(await missing.exitCode).toBe(2);
    expect(missing.errors()).toContain("cannot be used: ENOENT");
    rmSync(folder, { recursive: true });
  });

  it("accepts one region only with --region, and prints it", async () => {
    const cli = run("--port", "0", "--region", "eu-west-1");
    expect(await converse(await cli.url)).toBe(403);
    expect(cli.output()).toContain("export AWS_REGION=eu-west-1\n");
    cli.stop();
    await cli.exitCode;
  });

  it("lets go wrong what --faults says, and logs it in the same words", async () => {
    const cli = run("--port", "0", "--seed", "7", "--faults", "http-error-bare=503#1 throttle#2");
    const url = await cli.url;
    expect([await converse(url), await converse(url), await converse(url)]).toEqual([503, 429, 200]);
    expect(await cli.line(/^fault throttle .*$/m)).toMatch(/^fault throttle Converse [0-9a-f-]{36}$/);
    expect(cli.output()).toMatch(/^fault http-error-bare=503 Converse /m);
    cli.stop();
    await cli.exitCode;
  });

  it("passes requests on with --upstream", async () => {
    const upstream = await startServer();
    const cli = run("--port", "0", "--upstream", upstream.url, "--faults", "throttle#1 reset@connect#1");
    const url = await cli.url;
    expect(cli.output()).toContain(`passes on to ${upstream.url}.\nFaults: throttle#1 reset@connect#1 (seed 1).\n`);
    await expect(converse(url)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await cli.line(/^fault reset.*$/m)).toBe("fault reset@connect connection -");
    expect([await converse(url), await converse(url)]).toEqual([429, 200]);
    expect(upstream.requests).toHaveLength(1);
    cli.stop();
    expect(await cli.exitCode).toBe(0);
  });

  it.each([
    [["--port", "x"], "Give a whole number from 0 to 65535."],
    [["--port", "70000"], "Give a whole number from 0 to 65535."],
    [["--rate", "0"], "Give a number greater than 0."],
    [["--faults", "gremlins"], 'The fault "gremlins" has no known kind'],
    [["--seed", "x"], "Give a whole number from 0 on."],
    [["--upstream", "ftp://x"], "--upstream takes an http or https URL, not ftp://x"],
    [["--upstream", "http://127.0.0.1:1", "--api-key", "k"], "--upstream answers nothing itself: leave out --api-key"],
    [["--upstream", "http://me:hidden@127.0.0.1:1"], "--upstream takes a URL without a name and a password"],
    [["--nonsense"], "unknown option '--nonsense'"],
    [["extra"], "too many arguments"],
  ])("ends with code 2 and a message for %j", async (args, text) => {
    const cli = run(...args);
    expect(await cli.exitCode).toBe(2);
    expect(cli.errors()).toContain(text);
    expect(cli.errors()).not.toContain("hidden");
    expect(cli.output()).toBe("");
  });

  it.each(["only-an-id", ":secret", "id:", "id:secret:", "id:secret:token:more"])(
    "ends with code 2 for the credentials %s, without repeating them",
    async (text) => {
      const cli = run("--credentials", "fine:fine", "--credentials", text);
      expect(await cli.exitCode).toBe(2);
      expect(cli.errors()).toBe("error: --credentials number 2 is not in the form id:secret or id:secret:token\n");
    },
  );

  it("ends with code 1 and a way out when the port is in use", async () => {
    const { port } = await startServer();
    const cli = run("--port", String(port));
    expect(await cli.exitCode).toBe(1);
    expect(cli.errors()).toBe(
      `error: port ${port} on 127.0.0.1 is in use. Give another one with --port, or 0 for any free one.\n`,
    );
  });

  it("ends with code 1 when it cannot listen for another reason", async () => {
    const cli = run("--host", "256.256.256.256", "--port", "0");
    expect(await cli.exitCode).toBe(1);
    expect(cli.errors()).toMatch(/^error: cannot listen on 256\.256\.256\.256 port 0: .*Check --host and --port\.\n$/);
  });

  it("prints help and version with code 0", async () => {
    const help = run("--help");
    expect(await help.exitCode).toBe(0);
    expect(help.output()).toContain("--credentials <id:secret[:token]>");
    const version = run("--version");
    expect(await version.exitCode).toBe(0);
    const manifest = parseObject(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(`"${version.output().trim()}"`).toBe(JSON.stringify(manifest["version"]));
  });

  it("listens on port 8787 at a pleasant rate unless told otherwise", () => {
    expect(createProgram().opts()).toMatchObject({ port: 8787, host: "127.0.0.1", rate: 60, auth: true });
  });
});

const BUILT_CLI = fileURLToPath(new URL("../bin/bedrock-local.js", import.meta.url));

describe("the built program", () => {
  it("starts, and stops on SIGTERM with code 0", async () => {
    const child = spawn(process.execPath, [BUILT_CLI, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const [text] = await once(child.stdout.setEncoding("utf8"), "data");
    expect(text).toContain("bedrock-local listens on http://127.0.0.1:");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
