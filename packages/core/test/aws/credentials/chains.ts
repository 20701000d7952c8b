import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { createFetchTransport } from "../../../src/http/fetch.ts";
import { createDefaultTransport } from "../../../src/http/node.ts";
import { createChain, type Chain, type ChainOptions } from "../../../src/aws/credentials/chain.ts";
import { ConfigurationError } from "../../../src/errors.ts";
import { createWorld, type World } from "../../../src/world.ts";
import { startFakeAws, type FakeAws } from "./fake-aws.ts";

/** A home directory for a test, removed after it. */
export interface Home {
  readonly path: string;
  /** Writes a file, by its path within the home. */
  write(file: string, text: string): string;
  remove(): void;
}

/** Creates an empty home directory. */
export function createHome(): Home {
  const path = mkdtempSync(join(tmpdir(), "node-llm-credentials-"));
  return {
    path,
    write: (file, text) => {
      const full = join(path, file);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The platform's world with an environment of the test's, in which pauses take no time. */
export function createTestWorld(env: World["env"], over: Partial<World> = {}): World {
  const { now, monotonic, setTimer, random } = createWorld();
  return { now, monotonic, setTimer, random, env, ...over };
}

/** The chain of a client in a world. */
export function chainOf(world: World, over: Partial<ChainOptions> = {}): Chain {
  const read = (name: string): string | undefined => world.env[name]?.trim() || undefined;
  const transport = createDefaultTransport();
  return createChain({ world, transport, read, region: read("AWS_REGION"), profile: undefined, ...over });
}

/** A machine for one test: an empty home, and AWS's services at one address. */
export interface Machine extends Home {
  readonly aws: FakeAws;
  /** What leads to the services; a test adds its own. */
  env(more?: World["env"]): Record<string, string | undefined>;
  /** A chain on this machine, over a `fetch` where one is given. Pauses of a second take no time. */
  chain(more?: World["env"], over?: Partial<World> & { fetch?: typeof globalThis.fetch }): Chain;
}

/** Gives each test of a file a machine of its own. */
export function useMachine(): Machine {
  let home = createHome();
  let aws: FakeAws | undefined;
  beforeEach(async () => {
    home = createHome();
    aws = await startFakeAws();
  });
  afterEach(async () => {
    home.remove();
    await aws?.close();
  });
  const running = (): FakeAws => aws ?? expect.unreachable("The machine runs only within a test.");
  const machine: Machine = {
    get path() {
      return home.path;
    },
    get aws() {
      return running();
    },
    write: (file, text) => home.write(file, text),
    remove: () => home.remove(),
    env: (more = {}) => ({
      HOME: home.path,
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: running().url,
      AWS_EC2_METADATA_DISABLED: "true",
      ...more,
    }),
    chain: (more, { fetch, ...over } = {}) => {
      const setTimer: World["setTimer"] = (callback, ms) => createWorld().setTimer(callback, ms === 1000 ? 0 : ms);
      const world = createTestWorld(machine.env(more), { setTimer, random: () => 0, ...over });
      return chainOf(world, fetch && { transport: createFetchTransport(fetch) });
    },
  };
  return machine;
}

/** The error that a promise rejects with, which must be ours. */
export async function refusalOf(promise: Promise<unknown>): Promise<ConfigurationError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === "ERR_CONFIGURATION") return error;
    throw error;
  }
  return expect.unreachable("It found credentials.");
}
