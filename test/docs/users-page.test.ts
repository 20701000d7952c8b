import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BedrockLocal, Credential } from "@node-llm/bedrock-local";
import type { Embedding } from "@node-llm/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { muteOutput, setEnvironment, startWithEnvironment, useTemporaryFolder } from "./bedrock-environment.ts";
import { createSnippetFolder, extractSnippets, runSnippet, typeCheck, type Snippet } from "./snippets.ts";

// The page that the users of the library already follow; it lies beside the repository, not in it.
const PAGE = fileURLToPath(new URL("../../../shared/reference/seed-bedrock.md", import.meta.url));

describe.skipIf(!existsSync(PAGE))("the snippets of the users' page run verbatim", () => {
  const snippets = existsSync(PAGE) ? extractSnippets("seed-bedrock.md", readFileSync(PAGE, "utf8")) : [];
  const addModule = createSnippetFolder("users-page");
  const folder = useTemporaryFolder();
  let server: BedrockLocal | undefined;

  const start = async (credential?: Credential): Promise<BedrockLocal> => {
    server = await startWithEnvironment(credential);
    muteOutput();
    return server;
  };
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await server?.close();
  });

  /** The only snippet of a language under a heading. */
  const snippetUnder = (heading: string, language: string): Snippet => {
    const found = snippets.filter((each) => each.headings.at(-1) === heading && each.language === language);
    expect(found, `${language} snippets under "${heading}"`).toHaveLength(1);
    return found[0] ?? expect.unreachable();
  };

  /** The page imports `createLLM` once, in an earlier snippet. */
  const withImport = (snippet: Snippet): Snippet => ({
    ...snippet,
    code: `import { createLLM } from "@node-llm/core"; ${snippet.code}`,
  });

  /** Runs code as a module that exports `response`, and expects an answer in it. */
  const expectAnswer = async (snippet: Snippet, suffix: string): Promise<void> => {
    const exports = await runSnippet(addModule(snippet, suffix));
    expect(exports).toMatchObject({ response: { content: expect.stringMatching(/\S/) as unknown } });
  };
  const ASK = 'export const response = await llm.chat("amazon.nova-lite-v1:0").ask("Hello");';

  test("they type-check", () => {
    const headings = [
      "2. Manual Configuration",
      "Cross-Region Inference",
      "Advanced Hyperparameters",
      "Image Generation",
      "Embeddings",
    ];
    const modules = [
      ...headings.map((heading) => snippetUnder(heading, "ts")),
      withImport(snippetUnder("Moderation", "ts")),
    ];
    const errors = typeCheck(modules.map((snippet) => addModule(snippet)));
    expect([...errors.values()].flat()).toEqual([]);
  }, 120_000);

  test("Configuration: environment variables", async () => {
    const snippet = snippetUnder("1. Environment Variables (Recommended)", "bash");
    const variables = new Map(
      [...snippet.code.matchAll(/^export (\w+)="(.*)"$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect(variables.size).toBe(4);
    const { requests } = await start({
      accessKeyId: variables.get("AWS_ACCESS_KEY_ID") ?? "",
      secretAccessKey: variables.get("AWS_SECRET_ACCESS_KEY") ?? "",
      sessionToken: variables.get("AWS_SESSION_TOKEN"),
    });
    setEnvironment(Object.fromEntries(variables));
    await expectAnswer({ ...snippet, language: "ts", code: "" }, ASK);
    expect(requests.map(({ principal, headers }) => [principal, headers["x-amz-security-token"]])).toEqual([
      [variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SESSION_TOKEN")],
    ]);
  });

  test("Configuration: by hand", async () => {
    const { requests } = await start({ accessKeyId: "AKIA...", secretAccessKey: "..." });
    await expectAnswer(snippetUnder("2. Manual Configuration", "ts"), ASK);
    expect(requests.map(({ principal }) => principal)).toEqual(["AKIA..."]);
  });

  test("Cross-Region Inference", async () => {
    const { requests } = await start();
    await expectAnswer(snippetUnder("Cross-Region Inference", "ts"), "export { response };");
    expect(requests.map(({ modelId }) => modelId)).toEqual(["us.anthropic.claude-3-5-sonnet-20241022-v2:0"]);
  });

  test("Image Generation", async () => {
    const { requests } = await start();
    const exports = await runSnippet(addModule(snippetUnder("Image Generation", "ts"), "export { response };"));
    expect(requests.map(({ modelId }) => modelId)).toEqual(["amazon.titan-image-generator-v2:0"]);
    const saved = readFileSync(join(folder(), "mars-city.png"));
    expect([saved.readUInt32BE(16), saved.readUInt32BE(20)]).toEqual([1024, 1024]);
    expect(exports).toMatchObject({ response: { data: saved.toString("base64"), mimeType: "image/png" } });
  });

  test("Moderation", async () => {
    const { requests } = await start();
    const snippet = withImport(snippetUnder("Moderation", "ts"));
    expect(await runSnippet(addModule(snippet, "export { result, batchResults };"))).toMatchObject({
      result: { results: [{ flagged: true, action: "blocked" }] },
      batchResults: { results: [{ flagged: false, action: "none" }, { flagged: true }] },
    });
    expect(requests.map(({ path }) => path)).toEqual(
      Array.from({ length: 3 }, () => "/guardrail/my-policy-id/version/1/apply"),
    );
  });

  test("Embeddings", async () => {
    const { requests } = await start();
    const { embedding } = (await runSnippet(addModule(snippetUnder("Embeddings", "ts"), "export { embedding };"))) as {
      embedding: Embedding;
    };
    expect(embedding.vector).toBeInstanceOf(Float32Array);
    expect(embedding.vector).toHaveLength(1024);
    expect(requests.map(({ modelId, json }) => [modelId, json])).toEqual([
      ["amazon.titan-embed-text-v2:0", { inputText: "The concept of general relativity", dimensions: 1024 }],
    ]);
  });

  test("Advanced Hyperparameters", async () => {
    const { requests } = await start();
    await expectAnswer(snippetUnder("Advanced Hyperparameters", "ts"), "export { response };");
    expect(requests.map(({ json }) => json)).toMatchObject([
      { additionalModelRequestFields: { inferenceConfig: { topK: 20 } } },
    ]);
  });
});
