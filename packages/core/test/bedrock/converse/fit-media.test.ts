import { describe, expect, test } from "vitest";
import { fitMedia } from "../../../src/bedrock/converse/fit-media.ts";
import { resolveKnownModel } from "../../../src/bedrock/known-models.ts";
import type { ContentPart, ToolResultContent } from "../../../src/types/content.ts";
import type { Message } from "../../../src/types/message.ts";
import { createClient, errorOf, useServer } from "../../support/bedrock.ts";
import { createPng } from "../../support/media-files.ts";

const CLAUDE = "us.anthropic.claude-sonnet-4-6";
const DEEPSEEK = "us.deepseek.r1-v1:0";
const PIXTRAL = "us.mistral.pixtral-large-2502-v1:0";
const source = { base64: createPng().toString("base64") };
const image = { type: "image", source, format: "png" } as const;
const video = { type: "video", source, format: "mp4" } as const;
const audio = { type: "audio", source, format: "mp3" } as const;
const document = { type: "document", source: { text: "a" }, name: "a" } as const;
const stored = { type: "image", source: { uri: "s3://bucket/a.png" }, format: "png" } as const;
const guarded = { type: "guard_image", source, format: "png" } as const;
const stood = (what: string): ContentPart => ({ type: "text", text: `(${what} stood here.)` });

function fit(model: string, ...messages: Message[]): { messages: readonly Message[]; warnings: string[] } {
  const warnings: string[] = [];
  const fitted = fitMedia(messages, resolveKnownModel(model), (code, message) => warnings.push(`${code}: ${message}`));
  return { messages: fitted, warnings };
}

const user = (...content: ContentPart[]): Message => ({ role: "user", content });
const tool = (...content: ToolResultContent[]): Message => ({
  role: "tool",
  content: [{ type: "tool_result", id: "t1", content }],
});
const answer: Message = { role: "assistant", content: "An answer." };
const next: Message = { role: "user", content: "And now?" };

describe("media of earlier turns", () => {
  test.each<[string, ContentPart, string]>([
    [DEEPSEEK, image, "An image"],
    [DEEPSEEK, guarded, "An image"],
    [CLAUDE, video, "A video"],
    ["amazon.nova-lite-v1:0", audio, "A sound"],
    ["amazon.nova-micro-v1:0", document, "A document"],
    [CLAUDE, stored, "An image"],
  ])("that %s does not take are told in words: %j", (model, part, words) => {
    const { messages, warnings } = fit(model, user({ type: "text", text: "Look:" }, part), answer, next);
    expect(messages).toEqual([user({ type: "text", text: "Look:" }, stood(words)), answer, next]);
    expect(warnings).toEqual([expect.stringMatching(/^media_dropped: .*: 1\.$/)]);
  });

  test("are told in words in results of tools too, where it takes them elsewhere", () => {
    const { messages, warnings } = fit(PIXTRAL, user(image), answer, tool(image, document), answer, next);
    expect(messages[0]).toEqual(user(image));
    expect(messages[2]).toMatchObject({ content: [{ id: "t1", content: [stood("An image"), document] }] });
    expect(warnings).toHaveLength(1);
  });

  test("are told in words, too, while the model waits for what its tools gave", () => {
    const call: Message = { role: "assistant", content: [{ type: "tool_call", id: "t1", name: "f", arguments: {} }] };
    const { messages } = fit(DEEPSEEK, user(image), call, tool({ type: "text", text: "a" }));
    expect(messages[0]).toEqual(user(stood("An image")));
  });

  test("keep their cache point", () => {
    const cache_control = { type: "ephemeral" } as const;
    const { messages } = fit(CLAUDE, user({ ...video, cache_control }), answer, next);
    expect(messages[0]).toEqual(user({ ...stood("A video"), cache_control } as ContentPart));
  });

  test("that the assistant made are told in words, also where its answer is begun for it", () => {
    const made: Message = { role: "assistant", content: [image] };
    expect(fit(DEEPSEEK, next, made, next).messages[1]).toEqual({ role: "assistant", content: [stood("An image")] });
    expect(errorOf(() => fit(DEEPSEEK, user(image), answer)).message).toContain("messages[0].content[0] (image)");
  });

  test.each([CLAUDE, "acme.model-1", "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc"])(
    "go to %s, which takes them, as they are",
    (model) => {
      const messages = [user(image, document, guarded), answer, tool(image), answer, next];
      const fitted = fitMedia(messages, resolveKnownModel(model), () => expect.unreachable());
      expect(fitted).toBe(messages);
    },
  );
});

describe("media that are asked about now", () => {
  test.each<[string, string, Message, RegExp]>([
    ["an image", DEEPSEEK, user(image), /^messages\[2\]\.content\[0\] \(image\) .*deepseek.*image input/],
    ["a sound", CLAUDE, user(image, audio), /^messages\[2\]\.content\[1\] \(audio\) .*claude/],
    ["an image in S3", CLAUDE, user(stored), /\(image\) .*S3/],
    ["an image for the guardrail in S3", "amazon.nova-lite-v1:0", user({ ...guarded, source: stored.source }), /S3/],
  ])("must be such as the model takes: %s", (_what, model, message, told) => {
    const error = errorOf(() => fit(model, user(image), answer, message));
    expect(error).toMatchObject({ name: "CapabilityError", code: "ERR_CAPABILITY" });
    expect(error.message).toMatch(told);
  });
});

test("what a tool gave is replaced even when it was given now: the tool did run", () => {
  const fitted = fit(PIXTRAL, user(image), answer, tool(image));
  expect(JSON.stringify(fitted)).toContain("An image stood here");
});

describe("a chat with an image", () => {
  const server = useServer();

  test.each(["ask", "stream"] as const)("goes on with a model that sees none (%s)", async (way) => {
    const llm = createClient(server());
    const seeing = llm.chat(CLAUDE);
    await seeing.ask("Look at this.", { images: [createPng()] });
    for (const model of [
      DEEPSEEK,
      "amazon.nova-micro-v1:0",
      "amazon.titan-text-express-v1",
      "openai.gpt-oss-20b-1:0",
    ]) {
      const chat = llm.chat(model, { messages: JSON.parse(JSON.stringify(seeing.history)) as Message[] });
      const response = await (way === "ask" ? chat.ask("Repeat: done") : chat.stream("Repeat: done").response());
      expect(response.content).toContain("done");
      expect(response.warnings.map(({ code }) => code)).toContain("media_dropped");
      expect(JSON.stringify(chat.history)).toContain(source.base64);
      await expect(chat.ask("And this?", { images: [createPng()] })).rejects.toMatchObject({ code: "ERR_CAPABILITY" });
    }
  });
});
