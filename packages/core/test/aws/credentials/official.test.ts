import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Credentials } from "../../../src/aws/credentials/credentials.ts";
import { LLMError } from "../../../src/errors.ts";
import { chainOf, createHome, createTestWorld } from "./chains.ts";
import { startFakeAws, type FakeAws } from "./fake-aws.ts";
import { scenario, setUp, type Scenario } from "./scenarios.ts";

let aws: FakeAws;
beforeAll(async () => {
  aws = await startFakeAws();
  for (const method of ["warn", "log", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
  return aws.close();
});

interface Outcome {
  readonly chosen: Pick<Credentials, "accessKeyId" | "secretAccessKey" | "sessionToken"> | "refused";
  readonly why: string;
}

/** Runs on a machine of its own, as a run may change the caches. */
async function outcomeOf(
  given: Scenario,
  run: (env: Record<string, string>) => Promise<Credentials>,
): Promise<Outcome> {
  const home = createHome();
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await run(setUp(given, home, aws.url));
    return { chosen: { accessKeyId, secretAccessKey, sessionToken }, why: "" };
  } catch (error) {
    return { chosen: "refused", why: error instanceof Error ? `${error.name}: ${error.message}` : "" };
  } finally {
    home.remove();
  }
}

/** AWS's own chain reads the environment of the process. */
async function runOfficial(env: Record<string, string>): Promise<Credentials> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return await fromNodeProviderChain()();
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

const expectAgreement = async (given: Scenario): Promise<void> => {
  const official = await outcomeOf(given, runOfficial);
  let failure: unknown;
  const ours = await outcomeOf(given, async (env) => {
    const { PATH } = process.env;
    try {
      return await chainOf(createTestWorld({ ...env, PATH })).provide();
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  expect(ours.chosen, `official: ${official.why}\nours: ${ours.why}`).toEqual(official.chosen);
  if (failure) expect(failure).toBeInstanceOf(LLMError);
};

test("our chain and AWS's own choose the same credentials, or both refuse", { timeout: 240_000 }, async () => {
  // Of the seeds tried, the one whose machines find the most mistakes.
  await fc.assert(fc.asyncProperty(scenario, expectAgreement), { numRuns: 60, seed: 6 });
  await fc.assert(fc.asyncProperty(scenario, expectAgreement), { numRuns: 20 });
});

test("the machines are of all kinds: many find credentials, many do not", { timeout: 120_000 }, async () => {
  const kinds = new Map<string, number>();
  const count = async (given: Scenario): Promise<void> => {
    const { chosen } = await outcomeOf(given, (env) => chainOf(createTestWorld(env)).provide());
    const kind = chosen === "refused" ? chosen : chosen.accessKeyId.slice(0, 8);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  };
  await fc.assert(fc.asyncProperty(scenario, count), { numRuns: 50, seed: 7 });
  expect(kinds.get("refused")).toBeLessThan(30);
  expect(kinds.size).toBeGreaterThan(10);
});
