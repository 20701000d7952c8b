import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClient, failureOf, KEYS, useServer } from "../support/bedrock.ts";

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const account = fc.stringMatching(/^[0-9]{12}$/);
const id12 = fc.stringMatching(/^[a-z0-9]{12}$/);
const region = fc.constantFrom("us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1");
const partition = fc.constantFrom("aws", "aws-us-gov", "aws-cn");
const name = fc
  .tuple(word, word, fc.constantFrom("", "-v1:0", ":0", "-v2:0:18k", "-20250514-v1:0"))
  .map(([provider, model, version]) => `${provider}.${model}${version}`);
const profile = fc
  .tuple(fc.constantFrom("us", "us-gov", "eu", "apac", "jp", "global"), name)
  .map((parts) => parts.join("."));
const resource = fc.oneof(
  name.map((model) => ["", `foundation-model/${model}`] as const),
  fc.tuple(
    account,
    fc.tuple(name, id12).map((parts) => `custom-model/${parts.join("/")}`),
  ),
  fc.tuple(
    account,
    id12.map((id) => `imported-model/${id}`),
  ),
  fc.tuple(
    account,
    id12.map((id) => `provisioned-model/${id}`),
  ),
  fc.tuple(
    account,
    id12.map((id) => `custom-model-deployment/${id}`),
  ),
  fc.tuple(
    account,
    profile.map((id) => `inference-profile/${id}`),
  ),
  fc.tuple(
    account,
    id12.map((id) => `application-inference-profile/${id}`),
  ),
  fc.tuple(
    account,
    word.map((id) => `default-prompt-router/${id}.x:1`),
  ),
);
const arn = fc
  .tuple(partition, region, resource)
  .map(([aws, where, [owner, what]]) => `arn:${aws}:bedrock:${where}:${owner}:${what}`);
const endpointArn = fc
  .tuple(region, account, word)
  .map(([where, owner, what]) => `arn:aws:sagemaker:${where}:${owner}:endpoint/${what}`);

/** The path that the official SDK asks. */
async function officialPath(modelId: string): Promise<string> {
  let path = "";
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    endpoint: "http://localhost:1/prefix",
    maxAttempts: 1,
    requestHandler: {
      handle: (request: { readonly path: string }) => {
        path = request.path;
        return Promise.reject(new Error("That is all."));
      },
    },
  });
  await client.send(new ConverseCommand({ modelId, messages: [] })).catch(() => {});
  return path;
}

describe("every form of a model's id", () => {
  const server = useServer({ pathPrefix: "/prefix" });

  test("is asked by the path that the official SDK asks, and its signature is accepted", async () => {
    const llm = createClient(server(), { maxRetries: 0 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, profile, arn, endpointArn), async (modelId) => {
        await llm
          .chat(modelId)
          .ask("Hi")
          .catch(() => {});
        const request = server().requests.at(-1);
        expect(request?.path).toBe(await officialPath(modelId));
        expect(request?.modelId).toBe(modelId);
        // Refused or not: it was known who asked.
        expect(request?.authorized).toBe(true);
        expect(request?.principal).toBe(KEYS.AWS_ACCESS_KEY_ID);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test("with characters that no id has is refused before anything is sent", async () => {
    for (const id of ["a b", "a?b", "a#b", "a%2Fb", "modèle", "..", ""]) {
      expect(await failureOf(createClient(server()).chat(id).ask("Hi"))).toMatchObject({ code: "ERR_INPUT" });
    }
    expect(server().requests).toHaveLength(0);
  });
});
