import {
  DOCUMENTATION_CREDENTIAL,
  startBedrockLocal,
  type BedrockLocal,
  type Credential,
} from "@node-llm/bedrock-local";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, vi } from "vitest";

/** Starts a local Bedrock and leads the environment of this process to it, as a reader of the documentation would. */
export async function startWithEnvironment(credential: Credential = DOCUMENTATION_CREDENTIAL): Promise<BedrockLocal> {
  const server = await startBedrockLocal({ credentials: [credential] });
  setEnvironment({
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
    AWS_SESSION_TOKEN: credential.sessionToken,
    AWS_BEARER_TOKEN_BEDROCK: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: undefined,
  });
  return server;
}

/** Sets environment variables until `vi.unstubAllEnvs()`; `undefined` removes one. */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** Keeps what snippets print out of the test report, until `vi.restoreAllMocks()`. */
export function muteOutput(): void {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
}

/** Lets the tests of a group work in a folder of their own, as snippets write files. Gives its path. */
export function useTemporaryFolder(): () => string {
  const before = process.cwd();
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "docs-"));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
