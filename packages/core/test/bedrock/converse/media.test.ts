import { describe, expect, test } from "vitest";
import type { ModelTraits } from "../../../src/bedrock/traits.ts";
import { checkMedia } from "../../../src/bedrock/converse/media-limits.ts";
import { renderMedia } from "../../../src/bedrock/converse/render-media.ts";
import { resolveKnownModel, type KnownModel } from "../../../src/bedrock/known-models.ts";
import type { MediaPart } from "../../../src/media/complete.ts";
import type { ContentPart, SearchResultPart } from "../../../src/types/content.ts";
import { errorOf, MODEL } from "../../support/bedrock.ts";
import { createJpeg, createPng } from "../../support/media-files.ts";

const source = { base64: createPng().toString("base64") };
const bytes = source.base64;

describe("a medium as a block", () => {
  test.each<[MediaPart | SearchResultPart, object[]]>([
    [{ type: "image", source, format: "png" }, [{ image: { format: "png", source: { bytes } } }]],
    [{ type: "video", source, format: "mp4" }, [{ video: { format: "mp4", source: { bytes } } }]],
    [{ type: "audio", source, format: "mp3" }, [{ audio: { format: "mp3", source: { bytes } } }]],
    [
      { type: "guard_image", source, format: "png" },
      [{ guardContent: { image: { format: "png", source: { bytes } } } }],
    ],
    [
      { type: "video", source: { uri: "s3://bucket/a", bucketOwner: "123456789012" }, format: "mov" },
      [{ video: { format: "mov", source: { s3Location: { uri: "s3://bucket/a", bucketOwner: "123456789012" } } } }],
    ],
    [
      {
        type: "document",
        source,
        format: "pdf",
        name: "A",
        context: "B",
        citations: true,
        cache_control: { type: "ephemeral", ttl: "1h" },
      },
      [
        { document: { format: "pdf", name: "A", source: { bytes }, context: "B", citations: { enabled: true } } },
        { cachePoint: { type: "default", ttl: "1h" } },
      ],
    ],
    [{ type: "document", source: { text: "A" } }, [{ document: { name: "document", source: { text: "A" } } }]],
    [
      { type: "document", source: { content: ["A", "B"] }, citations: false },
      [{ document: { name: "document", source: { content: [{ text: "A" }, { text: "B" }] } } }],
    ],
    [
      { type: "search_result", source: "u", title: "T", content: ["A"], citations: true },
      [{ searchResult: { source: "u", title: "T", content: [{ text: "A" }], citations: { enabled: true } } }],
    ],
    [
      { type: "search_result", source: "u", title: "T", content: ["A"], cache_control: { type: "ephemeral" } },
      [
        { searchResult: { source: "u", title: "T", content: [{ text: "A" }], citations: { enabled: false } } },
        { cachePoint: { type: "default" } },
      ],
    ],
    // As a middleware may add them.
    [{ type: "image", source: createPng() }, [{ image: { format: "png", source: { bytes } } }]],
    [{ type: "image", source: createPng(), format: "png" }, [{ image: { format: "png", source: { bytes } } }]],
  ])("%j", (part, blocks) => {
    expect(renderMedia(part)).toEqual(blocks);
  });

  test("must have been read", () => {
    for (const format of ["png", undefined] as const) {
      const part = { type: "image", source: "a.png", ...(format && { format }) } as const;
      expect(errorOf(() => renderMedia(part))).toMatchObject({ code: "ERR_INPUT" });
    }
  });
});

describe("media of a request", () => {
  const model = (traits: Partial<ModelTraits> = {}): KnownModel => {
    const resolved = resolveKnownModel(MODEL);
    return { ...resolved, traits: { ...resolved.traits, maxImages: 20, readsS3: true, ...traits } };
  };
  const check = (content: readonly ContentPart[], traits?: Partial<ModelTraits>): void => {
    checkMedia(
      [
        { role: "user", content: "Hi" },
        { role: "user", content },
      ],
      model(traits),
    );
  };
  const image: ContentPart = { type: "image", source, format: "png" };
  const document: ContentPart = { type: "document", source: { text: "a" } };
  const times = (count: number, part: ContentPart): ContentPart[] => Array.from({ length: count }, () => part);
  const sized = (length: number): { base64: string } => ({ base64: "A".repeat(length) });
  const picture = (width: number, height: number): ContentPart => ({
    type: "image",
    source: { base64: createJpeg(width, height).toString("base64") },
    format: "jpeg",
  });

  test("may be as many and as large as Bedrock takes", () => {
    check([...times(20, image), ...times(5, document)]);
    check([{ type: "image", source: sized(5 * 1024 * 1024), format: "png" }, picture(8000, 8000)]);
    check([{ type: "document", source: sized(6 * 1024 * 1024), format: "pdf" }]);
    check([{ type: "video", source: { uri: "s3://bucket/a.mp4" }, format: "mp4" }]);
    check([{ type: "video", source: sized(20_000_000) }, ...times(5, { type: "image", source: sized(1_000_000) })]);
  });

  test.each<[string, ContentPart[], RegExp]>([
    ["21 images", times(21, image), /messages\[1\]\.content\[20\] \(image\).* 20 /],
    ["6 documents", times(6, document), /messages\[1\]\.content\[5\] \(document\).* 5 /],
    [
      "an image of more than 3.75 MB",
      [{ type: "image", source: sized(5 * 1024 * 1024 + 4) }],
      /\[0\] \(image\).*3\.75 MB/,
    ],
    [
      "a document of more than 4.5 MB",
      [{ type: "document", source: sized(6 * 1024 * 1024 + 4) }],
      /\[0\] \(document\).*4\.50 MB/,
    ],
    [
      "a video of more than 25,000,000 characters of base64",
      [{ type: "video", source: sized(25_000_004) }],
      /\[0\] \(video\) has .*17\.88 MB/,
    ],
    [
      "media of more than 25,000,000 characters of base64 together",
      [
        { type: "document", source: { text: "a" } },
        { type: "video", source: sized(20_000_000) },
        { type: "tool_result", id: "a", content: [{ type: "image", source: sized(5_000_004) }] },
      ],
      /\[2\]\.content\[0\] \(image\).* together.*17\.88 MB/,
    ],
    ["an image that is too wide", [image, picture(8001, 10)], /\[1\] \(image\).*8001 × 10/],
    ["an image that is too high", [picture(10, 9000)], /\[0\] \(image\).*10 × 9000/],
    [
      "an image too many in a tool's result",
      [
        ...times(20, image),
        {
          type: "tool_result",
          id: "a",
          content: [
            { type: "text", text: "b" },
            { type: "image", source },
          ],
        },
      ],
      /messages\[1\]\.content\[20\]\.content\[1\] \(image\)/,
    ],
  ])("may not be %s", (_what, content, message) => {
    expect(errorOf(() => check(content))).toMatchObject({ code: "ERR_INPUT", message: expect.stringMatching(message) });
  });

  test("may be as many images as the model takes", () => {
    expect(errorOf(() => check([image, image], { maxImages: 1 })).message).toContain("takes 1 image");
  });
});
