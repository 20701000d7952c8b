import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandInput } from "@aws-sdk/client-bedrock-runtime";
import { DOCUMENTATION_CREDENTIAL } from "@node-llm/bedrock-local";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { validateConverse } from "../../packages/bedrock-local/src/validations/converse.ts";
import { fitMedia } from "../../packages/core/src/bedrock/converse/fit-media.ts";
import { legalize } from "../../packages/core/src/bedrock/converse/legalize/legalize.ts";
import { renderConversation } from "../../packages/core/src/bedrock/converse/render.ts";
import { renderRequest } from "../../packages/core/src/bedrock/converse/request.ts";
import { applyTools } from "../../packages/core/src/bedrock/converse/tool-config.ts";
import type { WireRequest } from "../../packages/core/src/bedrock/converse/wire.ts";
import { resolveKnownModel } from "../../packages/core/src/bedrock/known-models.ts";
import { CapabilityError, InputError } from "../../packages/core/src/errors.ts";
import type { ChatRequest } from "../../packages/core/src/provider.ts";
import { histories, toolDefinitions } from "../support/histories.ts";

vi.setConfig({ testTimeout: 120_000 });

/** One of each kind of behaviour. */
const MODELS: readonly string[] = [
  "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
  "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "us.anthropic.claude-sonnet-4-6",
  "us.anthropic.claude-opus-4-8",
  "anthropic.claude-3-haiku-20240307-v1:0",
  "anthropic.claude-v2:1",
  "amazon.nova-lite-v1:0",
  "us.amazon.nova-2-lite-v1:0",
  "amazon.nova-micro-v1:0",
  "amazon.titan-text-express-v1",
  "us.meta.llama3-3-70b-instruct-v1:0",
  "mistral.mistral-large-2407-v1:0",
  "mistral.mistral-7b-instruct-v0:2",
  "cohere.command-r-plus-v1:0",
  "ai21.jamba-1-5-large-v1:0",
  "us.mistral.pixtral-large-2502-v1:0",
  "us.deepseek.r1-v1:0",
  "deepseek.v3-v1:0",
  "qwen.qwen3-32b-v1:0",
  "openai.gpt-oss-120b-1:0",
  "us.writer.palmyra-x5-v1:0",
  "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
];

/** All that legalize and the tools' configuration warn of. */
const CODES: readonly string[] = [
  "blank_text_dropped",
  "block_moved",
  "cache_point_dropped",
  "cache_ttl_shortened",
  "citations_enabled",
  "document_renamed",
  "duplicate_tool_dropped",
  "media_dropped",
  "parallel_tool_calls_ignored",
  "strict_tool_ignored",
  "text_added",
  "thinking_dropped",
  "thinking_suspended",
  "tool_choice_dropped",
  "tool_choice_ignored",
  "tool_choice_none_ignored",
  "tool_id_changed",
  "tool_input_changed",
  "tool_result_added",
  "tool_result_as_text",
  "tool_result_changed",
  "tool_result_dropped",
  "tool_result_moved",
  "tool_results_separated",
  "tool_schema_changed",
  "tools_as_text",
  "tools_declared",
  "tools_renamed",
  "user_message_added",
];

const request: fc.Arbitrary<ChatRequest> = fc
  .tuple(fc.constantFrom(...MODELS), fc.boolean())
  .chain(([model, hasMedia]) => {
    const { traits } = resolveKnownModel(model);
    const thinking = traits.thinking === "none" ? [] : [{ thinking: { budget: 1024 } }];
    return fc.record({
      model: fc.constant(model),
      messages: histories({ hasMedia }),
      params: fc.constantFrom<ChatRequest["params"]>({}, { maxTokens: 2000 }, { cache: "auto" }, ...thinking),
      options: fc.constant({}),
      tools: traits.tools === "nowhere" ? fc.constant(undefined) : fc.option(toolDefinitions, { nil: undefined }),
      toolChoice: fc.constantFrom<ChatRequest["toolChoice"]>(
        undefined,
        "auto",
        "required",
        "none",
        { name: "weather" },
        { name: "a.b" },
      ),
      parallelToolCalls: fc.constantFrom(undefined, false),
    });
  });

describe("2,000 random histories, for random models", () => {
  it("are rendered as requests that Bedrock accepts, and need every kind of change", () => {
    let accepted = 0;
    const codes = new Set<string>();
    fc.assert(
      fc.property(request, fc.boolean(), (given, streaming) => {
        const body = render(given, streaming, codes);
        if (body === undefined) return;
        accepted += 1;
        // Some models call tools only outside of streams: then the answer is fetched whole.
        const isWhole = resolveKnownModel(given.model).traits.tools === "not-in-streams" && "toolConfig" in body;
        validateConverse({ modelId: given.model, body, streaming: streaming && !isWhole });
      }),
      { numRuns: 2800 },
    );
    expect(accepted).toBeGreaterThan(2000);
    expect(CODES.filter((code) => !codes.has(code))).toEqual([]);
  });

  it("come back from a second legalize as the same object, without a warning", () => {
    fc.assert(
      fc.property(request, (given) => {
        const model = resolveKnownModel(given.model);
        const wire = renderWire(given);
        if (wire === undefined) return;
        const before = structuredClone(wire);
        const once = legalize(wire, model, () => {});
        expect(wire).toEqual(before);
        const warnings: string[] = [];
        const twice = legalize(once.request, model, (code) => warnings.push(code));
        expect(twice.request).toEqual(once.request);
        expect(warnings).toEqual([]);
        expect(twice.request).toBe(once.request);
        expect(twice.toolNames.size).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the official SDK, given what our request says", () => {
  it("serialises the same body", async () => {
    let sent: unknown;
    const client = new BedrockRuntimeClient({
      region: "us-east-1",
      credentials: DOCUMENTATION_CREDENTIAL,
      maxAttempts: 1,
      requestHandler: {
        handle: (received: { body?: unknown }) => {
          sent = received.body;
          return Promise.reject(new Error("captured"));
        },
      },
    });
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const body = render(given, false);
        if (body === undefined) return;
        sent = undefined;
        const input = { ...(toSdk(body) as object), modelId: given.model };
        await client.send(new ConverseCommand(input as ConverseCommandInput)).catch(() => {});
        const text = typeof sent === "string" ? sent : new TextDecoder().decode(sent as Uint8Array);
        expect(JSON.parse(text)).toEqual(body);
      }),
      { numRuns: 2000 },
    );
    client.destroy();
  });
});

/** A body as the SDK takes it: bytes in place of base64. Values that are the user's own JSON stay as they are. */
function toSdk(value: unknown, key = ""): unknown {
  if (typeof value === "string")
    return key === "bytes" || key === "redactedContent" ? Buffer.from(value, "base64") : value;
  if (Array.isArray(value)) return value.map((item) => toSdk(item));
  if (typeof value !== "object" || value === null || ["json", "input"].includes(key)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toSdk(member, name)]));
}

function render(given: ChatRequest, streaming: boolean, codes = new Set<string>()): object | undefined {
  try {
    const { body, warnings } = renderRequest(given, {}, streaming);
    for (const { code } of warnings) codes.add(code);
    return JSON.parse(JSON.stringify(body)) as object;
  } catch (error) {
    return refused(error);
  }
}

function renderWire({ messages, ...given }: ChatRequest): WireRequest | undefined {
  try {
    const fields = given.params.additionalModelRequestFields;
    const model = resolveKnownModel(given.model);
    const wire: WireRequest = {
      ...renderConversation(fitMedia(messages, model, () => {})),
      rest: {},
      ...(fields && { additionalModelRequestFields: fields }),
    };
    return applyTools(wire, given, model, () => {});
  } catch (error) {
    return refused(error);
  }
}

/** What cannot be made legal is told before anything is sent. */
function refused(error: unknown): undefined {
  if (error instanceof CapabilityError || error instanceof InputError) return undefined;
  throw error;
}
