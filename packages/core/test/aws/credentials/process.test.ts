import * as childProcess from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import { describe, expect, test } from "vitest";
import { createChain } from "../../../src/aws/credentials/chain.ts";
import { createHost, type Modules } from "../../../src/aws/credentials/host.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createTestWorld, refusalOf, useMachine } from "./chains.ts";

const machine = useMachine();

function setUp(script: string): ReturnType<typeof machine.chain> {
  const path = machine.write("tool.mjs", script);
  machine.write(".aws/config", `[default]\ncredential_process = "${process.execPath}" "${path}" --password hunter2\n`);
  return machine.chain();
}

const print = (value: object): string => `console.log(${JSON.stringify(JSON.stringify(value))})`;
const PAIR = { Version: 1, AccessKeyId: "AKIDPROCESS", SecretAccessKey: "s" };

describe("credential_process", () => {
  test.each([
    [PAIR, { accessKeyId: "AKIDPROCESS", secretAccessKey: "s" }],
    [
      { ...PAIR, SessionToken: "t", Expiration: "2099-01-01T00:00:00Z" },
      { accessKeyId: "AKIDPROCESS", sessionToken: "t", expiration: new Date("2099-01-01T00:00:00Z") },
    ],
  ])("that prints %j gives the credentials", async (printed, found) => {
    expect(await setUp(print(printed)).provide()).toMatchObject(found);
  });

  test("is run anew each time, for it knows when to change", async () => {
    const script = `import { appendFileSync, readFileSync } from "node:fs";
      const log = new URL("log", import.meta.url);
      appendFileSync(log, "x");
      console.log(JSON.stringify({ Version: 1, AccessKeyId: "AKID" + readFileSync(log).length, SecretAccessKey: "s" }));`;
    const chain = setUp(script);
    expect([(await chain.provide()).accessKeyId, (await chain.provide()).accessKeyId]).toEqual(["AKID1", "AKID2"]);
  });

  test("gets no input, so that one that asks does not wait for ever", async () => {
    const script = `process.stdin.resume().on("end", () => ${print(PAIR)});`;
    expect((await setUp(script).provide()).accessKeyId).toBe("AKIDPROCESS");
  });

  test("that a signal ends is told by it", async () => {
    machine.write(".aws/config", "[default]\ncredential_process = kill -9 $$\n");
    expect((await refusalOf(machine.chain().provide())).message).toContain("credential_process failed (SIGKILL)");
  });

  test("is stopped after a minute", async () => {
    const importChildProcess: Modules["importChildProcess"] = () =>
      Promise.resolve({
        // A minute of this process is 60 ms.
        exec: (command, options, done) =>
          childProcess.exec(command, { ...options, timeout: options.timeout / 1000 }, (error, output) =>
            done(error, output),
          ),
      });
    const host = createHost({ fs, os, crypto, importChildProcess });
    machine.write(".aws/config", "[default]\ncredential_process = sleep 600\n");
    const world = createTestWorld(machine.env());
    const options = { world, transport: createDefaultTransport(), region: undefined, profile: undefined };
    const chain = createChain({ ...options, read: (name) => world.env[name] }, host);
    expect((await refusalOf(chain.provide())).message).toContain("failed (it took more than a minute");
  });

  test.each([
    ["its credential_process failed (ERR_CHILD_PROCESS_STDIO_MAXBUFFER)", "console.log('hunter2'.repeat(200_000))"],
    ["its credential_process failed (3)", "console.error('hunter2'); process.exit(3)"],
    ["its credential_process printed no JSON", "console.log('hunter2')"],
    ["its credential_process printed no JSON", print({ ...PAIR, Version: 2 })],
    ["its credential_process printed no JSON", print({ Version: 1, AccessKeyId: "AKIDPROCESS" })],
    ["printed credentials that have expired", print({ ...PAIR, Expiration: "2020-01-01T00:00:00Z" })],
    ["credential_process gave no valid expiration", print({ ...PAIR, Expiration: "soon" })],
  ])("that fails is told without what it printed: %s", async (told, script) => {
    const error = await refusalOf(setUp(script).provide());
    expect(error.message).toContain(told);
    expect(JSON.stringify([error.message, error, String(error.cause)])).not.toContain("hunter2");
  });
});
