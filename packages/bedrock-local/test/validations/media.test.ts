import { describe, expect, it } from "vitest";
import { assistant, hi, MODELS, refusalText, text, toolConfig, toolResult, toolUse, user } from "./support.ts";

const image = (bytes = "AAAA"): object => ({ image: { format: "png", source: { bytes } } });
const document = (name = "a", source: object = { bytes: "AAAA" }): object => ({
  document: { format: "pdf", name, source },
});
const repeat = <T>(count: number, create: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => create(i));
const s3 = { s3Location: { uri: "s3://bucket/key" } };

describe("images", () => {
  it.each([
    [MODELS.claude45, 100],
    [MODELS.nova, 20],
  ])("with %s are at most %i", (id, most) => {
    expect(refusalText({ messages: [user(...repeat(most, () => image()))] }, id)).toBeUndefined();
    expect(refusalText({ messages: [user(...repeat(most + 1, () => image()))] }, id)).toBe(
      `The model returned the following errors: too many images and documents: ${most + 1} + 0 > ${most}`,
    );
  });

  it("are at most 5 MB in base64", () => {
    const most = 5 * 1024 * 1024;
    expect(refusalText({ messages: [user(image("A".repeat(most)))] })).toBeUndefined();
    expect(refusalText({ messages: [user(text("a"), image("A".repeat(most + 4)))] })).toBe(
      "The model returned the following errors: messages.0.content.1.image.source.bytes: image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes",
    );
  });

  it("come from the user", () => {
    expect(refusalText({ messages: [hi, assistant(image()), hi] })).toBe(
      "The model returned the following errors: messages.1.content: 'image' blocks are not permitted within assistant turns.",
    );
  });

  it("come from S3 with Nova only", () => {
    const body = { messages: [user({ image: { format: "png", source: s3 } })] };
    expect(refusalText(body)).toBe("This model doesn't support the s3Uri field. Remove s3Uri and try again.");
    expect(refusalText(body, MODELS.nova)).toBeUndefined();
  });

  it("in tool results count too", () => {
    const result = toolResult("a", { content: repeat(21, () => image()) });
    const body = { messages: [hi, assistant(toolUse("a")), user(result)], toolConfig };
    expect(refusalText(body, MODELS.nova)).toContain("too many images and documents: 21 + 0 > 20");
  });
});

describe("documents", () => {
  it("need a text block", () => {
    expect(refusalText({ messages: [user(document())] })).toBe("A text block must be included when using documents.");
    expect(refusalText({ messages: [user(document(), text("a"))] })).toBeUndefined();
  });

  it("are at most five", () => {
    const documents = repeat(6, (index) => document(`d${index}`));
    expect(refusalText({ messages: [user(text("a"), ...documents.slice(1))] })).toBeUndefined();
    expect(refusalText({ messages: [user(text("a"), ...documents)] })).toBe(
      "You can't include more than 5 documents in a request.",
    );
  });

  it("have names of their own in the whole request", () => {
    const messages = [user(text("a"), document("x")), assistant(text("b")), user(text("c"), document("x"))];
    expect(refusalText({ messages })).toBe(
      "Messages can't contain duplicate document names. Rename the document and retry your request.",
    );
  });

  it.each(["report.pdf", "a  b", "résumé", "a\u3000b", "a\tb", "a/b", "a:b"])("must not be called %j", (name) => {
    expect(refusalText({ messages: [user(text("a"), document(name))] })).toBe(
      "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. " +
        "The name can't contain more than one consecutive whitespace character. " +
        "Check that the file name conforms to these restrictions and retry your request.",
    );
  });

  it.each(["a b", " a", "dir-name", "[x](y)", "a_b", "A1"])("may be called %j", (name) => {
    expect(refusalText({ messages: [user(text("a"), document(name))] })).toBeUndefined();
  });

  it("have at most 200 characters in their name", () => {
    expect(refusalText({ messages: [user(text("a"), document("a".repeat(201)))] })).toBe(
      "1 validation error detected: Value at 'messages.1.member.content.2.member.document.name' failed to satisfy constraint: " +
        "Member must have length less than or equal to 200",
    );
  });

  it("are at most 4.5 MB", () => {
    const bytes = "A".repeat(4 * Math.ceil((4.5 * 1024 * 1024) / 3) + 4);
    expect(refusalText({ messages: [user(text("a"), document("x", { bytes }))] })).toContain(
      "messages.0.content.1.document.source.bytes: document exceeds 4.5 MB maximum",
    );
  });

  it.each([{ text: "" }, { content: [] }, { content: [{ text: "a" }, { text: "" }] }])(
    "must not be empty (our words): %j",
    (source) => {
      expect(refusalText({ messages: [user(text("a"), document("x", source))] })).toBe(
        "The document at messages.0.content.1.document.source is empty. Add text to the document and try again.",
      );
    },
  );

  it.each([{ text: "a" }, { content: [{ text: "a" }] }])("may be text: %j", (source) => {
    expect(refusalText({ messages: [user(text("a"), document("x", source))] })).toBeUndefined();
  });

  it("come from the user, and from S3 with Nova only", () => {
    expect(refusalText({ messages: [hi, assistant(text("a"), document()), hi] })).toContain(
      "'document' blocks are not permitted",
    );
    const body = { messages: [user(text("a"), document("x", s3))] };
    expect(refusalText(body)).toBe(
      "The model returned the following errors: messages.0.content.1.document.source.type: Field required",
    );
    expect(refusalText(body, MODELS.nova)).toBeUndefined();
  });
});

describe("a medium that the model does not take", () => {
  const sources = {
    image: { image: { format: "png", source: { bytes: "AAAA" } } },
    document: { document: { name: "a", source: { text: "x" } } },
    video: { video: { format: "mp4", source: { bytes: "AAAA" } } },
    audio: { audio: { format: "mp3", source: { bytes: "AAAA" } } },
  };
  const refused = (kind: string): string =>
    `This model doesn't support the ${kind} content block that you provided. Update the content block and try again.`;

  it.each([
    ["image", MODELS.llama],
    ["image", MODELS.qwen],
    ["image", "amazon.nova-micro-v1:0"],
    ["image", "us.anthropic.claude-3-5-haiku-20241022-v1:0"],
    ["document", "amazon.nova-micro-v1:0"],
    ["video", MODELS.claude45],
    ["audio", MODELS.claude45],
    ["audio", MODELS.nova],
  ] as const)("is refused: %s by %s", (kind, id) => {
    expect(refusalText({ messages: [user(text("a"), sources[kind])] }, id)).toBe(refused(kind));
  });

  it.each([
    ["image", MODELS.claude45],
    ["image", "us.meta.llama4-scout-17b-instruct-v1:0"],
    ["image", "us.mistral.pixtral-large-2502-v1:0"],
    ["document", MODELS.llama],
    ["video", MODELS.nova],
    ["audio", "mistral.voxtral-mini-3b-2507"],
  ] as const)("is another: %s is accepted by %s", (kind, id) => {
    expect(refusalText({ messages: [user(text("a"), sources[kind])] }, id)).toBeUndefined();
  });

  it("is refused in tool results too, where some models take no images at all", () => {
    const body = {
      messages: [
        user(text("a")),
        { role: "assistant", content: [{ toolUse: { toolUseId: "x", name: "t", input: {} } }] },
        user({ toolResult: { toolUseId: "x", content: [sources.image] } }),
      ],
      toolConfig: { tools: [{ toolSpec: { name: "t", inputSchema: { json: { type: "object" } } } }] },
    };
    expect(refusalText(body, MODELS.llama)).toBe(refused("image"));
    expect(refusalText(body, "us.mistral.pixtral-large-2502-v1:0")).toBe(
      "This model doesn't support the image field for user messages. Remove image and try again.",
    );
    expect(refusalText(body, MODELS.nova)).toBeUndefined();
    expect(refusalText(body)).toBeUndefined();
  });
});
