import * as crypto from "node:crypto";
import * as fs from "node:fs";
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createChain } from "../../../src/aws/credentials/chain.ts";
import { createHost } from "../../../src/aws/credentials/host.ts";
import { findHost } from "../../../src/aws/credentials/node.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createTestWorld, useMachine } from "./chains.ts";

const machine = useMachine();
const host = findHost();

test("a file is replaced as a whole, and is its owner's only", async () => {
  const path = machine.write("cache/token.json", "old");
  const seen = join(machine.path, "seen-by-others");
  linkSync(path, seen);
  await host?.writeText(path, "new");
  // Whoever has the old file open reads the old file to its end.
  expect([readFileSync(path, "utf8"), readFileSync(seen, "utf8")]).toEqual(["new", "old"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(machine.path, "cache"))).toEqual(["token.json"]);
});

test("the home directory is the user's", () => {
  expect(host?.homeDirectory).toBe(homedir());
});

test("a user without a home directory finds credentials elsewhere", async () => {
  const noHome = (): never => {
    throw new Error("uv_os_homedir returned ENOENT");
  };
  const importChildProcess = (): never => expect.unreachable("Nothing is to be run.");
  const homeless = createHost({ fs, crypto, os: { homedir: noHome }, importChildProcess });
  const world = createTestWorld({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.aws.url}/agent` });
  const options = { world, transport: createDefaultTransport(), region: undefined, profile: undefined };
  const chain = createChain({ ...options, read: (name) => world.env[name] }, homeless);
  expect(await chain.provide()).toMatchObject({ source: "container" });
});

test("a file that cannot be replaced leaves no draft", async () => {
  const path = join(machine.path, "cache/token.json");
  mkdirSync(path, { recursive: true });
  await expect(host?.writeText(path, "new")).rejects.toThrow(/EISDIR|EPERM/);
  expect(readdirSync(join(machine.path, "cache"))).toEqual(["token.json"]);
});
