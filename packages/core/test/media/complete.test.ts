import { describe, expect, test } from "vitest";
import { completeMedia, type MediaDraft } from "../../src/media/complete.ts";
import { errorOf } from "../support/bedrock.ts";
import { createPng } from "../support/media-files.ts";

const base64 = createPng().toString("base64");
const s3 = "s3://bucket-name/folder/";

describe("a medium", () => {
  test.each<[string, MediaDraft, object]>([
    ["an image", { source: { base64 } }, { type: "image", format: "png" }],
    ["an image to be guarded", { type: "guard_image", source: { base64 } }, { type: "guard_image", format: "png" }],
    ["a video", { source: { uri: `${s3}a.mov` } }, { type: "video", format: "mov" }],
    ["a sound", { source: { uri: `${s3}a.mp3` } }, { type: "audio", format: "mp3" }],
    [
      "a sound that could be a video",
      { type: "audio", source: { uri: `${s3}a.mp4` } },
      { type: "audio", format: "mp4" },
    ],
    ["a document", { source: { uri: `${s3}a%20b.pdf?x` } }, { type: "document", format: "pdf", name: "a b" }],
    ["a document whose name is no percent-encoding", { source: { uri: `${s3}100%.pdf` } }, { name: "100%" }],
    ["a text", { source: { text: "Hi" } }, { type: "document", source: { text: "Hi" } }],
  ])("gets its type and format: %s", (_, draft, part) => {
    expect(completeMedia(draft, "files[0]")).toMatchObject({ part });
  });

  test("keeps its cache point, but not where it is only to be guarded", () => {
    const cache_control = { type: "ephemeral" } as const;
    const complete = (type: MediaDraft["type"], uri: string): object =>
      completeMedia({ ...(type && { type }), source: { uri: s3 + uri }, cache_control }, "files[0]");
    expect(complete("audio", "a.mp3")).toMatchObject({ part: { cache_control } });
    expect(complete("video", "a.mp4")).toMatchObject({ part: { cache_control } });
    expect(complete("guard_image", "a.png")).not.toHaveProperty("part.cache_control");
  });

  test.each<[string, MediaDraft, RegExp]>([
    ["a text that is said to be an image", { type: "image", source: { text: "Hi" } }, /only a document/],
    ["a format of another kind", { type: "guard_image", source: { uri: `${s3}a.gif` } }, /gif/],
    ["an address that is none of S3", { source: { uri: "https://example.org/a.png" } }, /s3:\/\/bucket\/key/],
    ["an owner that is no account", { source: { uri: `${s3}a.png`, bucketOwner: "me" } }, /12 digits/],
    ["a data: URL without comma", { source: "data:image/png;base64" }, /without a comma.*data:/],
    ["a data: URL without comma that is a document", { type: "document", source: "data:text/plain" }, /comma/],
    ["a data: URL whose content is not what it says", { source: "data:image/png;base64,AAAA" }, /0x000000.*image\/png/],
    ["a data: URL that is no UTF-8", { source: "data:text/plain,%ff" }, /no UTF-8/],
  ])("is refused with its place: %s", (_, draft, told) => {
    const error = errorOf(() => completeMedia(draft, "files[3]"));
    expect(error).toMatchObject({ code: "ERR_INPUT", message: expect.stringMatching(told) as unknown });
    expect(error.message).toContain("files[3]");
  });
});
