/** Images, documents, videos and sounds in words. */
import type { ContentBlock, MediaSource, ToolResultContent } from "../wire.ts";

/** Kind, format, name and size of a medium, as `an image (png, 2×3 pixels, 70 bytes)`; `undefined` for other blocks. */
export function describeMedium(block: ContentBlock | ToolResultContent): string | undefined {
  if ("image" in block) {
    const { format, source } = block.image;
    return `an image (${[format, measureImage(source), describeSource(source)].filter(Boolean).join(", ")})`;
  }
  if ("video" in block) return `a video (${block.video.format}, ${describeSource(block.video.source)})`;
  if ("audio" in block) return `a sound (${block.audio.format}, ${describeSource(block.audio.source)})`;
  if (!("document" in block)) return undefined;
  const { format, name, source } = block.document;
  return `the document "${name}" (${[format, describeSource(source)].filter(Boolean).join(", ")})`;
}

function describeSource(source: MediaSource | { text: string } | { content: { text: string }[] }): string {
  if ("s3Location" in source) return source.s3Location.uri;
  if ("text" in source) return `${source.text.length} characters`;
  if ("content" in source) return `${source.content.length} ${source.content.length === 1 ? "part" : "parts"}`;
  const size = Buffer.byteLength(source.bytes, "base64");
  return `${size} ${size === 1 ? "byte" : "bytes"}`;
}

/** Width and height of PNG and GIF images, which stand at a fixed place; empty for others. */
function measureImage(source: MediaSource): string {
  if (!("bytes" in source)) return "";
  const head = Buffer.from(source.bytes.slice(0, 40), "base64");
  if (head.length >= 24 && head.toString("latin1", 1, 4) === "PNG") {
    return `${head.readUInt32BE(16)}×${head.readUInt32BE(20)} pixels`;
  }
  const isGif = head.length >= 10 && head.toString("latin1", 0, 3) === "GIF";
  return isGif ? `${head.readUInt16LE(6)}×${head.readUInt16LE(8)} pixels` : "";
}
