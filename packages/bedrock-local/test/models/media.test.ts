import { describe, expect, it } from "vitest";
import { answerConverse } from "../../src/models/answer.ts";
import { describeMedium } from "../../src/models/media.ts";
import type { ContentBlock } from "../../src/wire.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAADElEQVR4nGNgIB4AAAAwAAHX9Rl5AAAAAElFTkSuQmCC";
const image: ContentBlock = { image: { format: "png", source: { bytes: PNG } } };
const notes: ContentBlock = { document: { name: "notes", format: "txt", source: { text: "Cats sleep a lot." } } };

function ask(question: string, ...content: ContentBlock[]): unknown {
  const messages = [{ role: "user" as const, content: [...content, { text: question }] }];
  return answerConverse({ messages }, "us.amazon.nova-pro-v1:0", { random: () => 0 }).message.content;
}

describe("media in words", () => {
  it.each<[ContentBlock, string | undefined]>([
    [image, `an image (png, 2×3 pixels, ${Buffer.byteLength(PNG, "base64")} bytes)`],
    [{ image: { format: "jpeg", source: { s3Location: { uri: "s3://a/b.jpg" } } } }, "an image (jpeg, s3://a/b.jpg)"],
    [
      { image: { format: "gif", source: { bytes: Buffer.from("GIF89a\x05\x00\x04\x00").toString("base64") } } },
      "an image (gif, 5×4 pixels, 10 bytes)",
    ],
    [notes, 'the document "notes" (txt, 17 characters)'],
    [{ document: { name: "a", source: { content: [{ text: "b" }] } } }, 'the document "a" (1 part)'],
    [{ video: { format: "mp4", source: { bytes: "AA==" } } }, "a video (mp4, 1 byte)"],
    [{ audio: { format: "mp3", source: { bytes: "AAAA" } } }, "a sound (mp3, 3 bytes)"],
    [{ text: "hello" }, undefined],
  ])("%j", (block, words) => {
    expect(describeMedium(block)).toBe(words);
  });

  it("are told when they are asked about, and when nothing else fits", () => {
    expect(ask("What do you see in this picture?", image)).toEqual([
      { text: expect.stringMatching(/^I received an image \(png/) },
    ]);
    expect(ask("Zebra?", image, notes)).toEqual([
      {
        text: expect.stringMatching(
          /^I received an image .* and the document "notes" .* The text begins: "Cats sleep a lot\."$/,
        ),
      },
    ]);
    expect(ask("How much do cats sleep?", notes)).toEqual([{ text: "Cats sleep a lot." }]);
  });
});
