/** A frame of a film, as a JPEG file, and how long it stands. */
export interface Frame {
  readonly jpeg: Uint8Array;
  readonly durationMs: number;
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const TIMESCALE = 1000;
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
/** Object type of JPEG in MPEG-4 streams, and the stream type of pictures. */
const JPEG_OBJECT_TYPE = 0x6c;
const VISUAL_STREAM = 0x11;

/**
 * Puts JPEG files of the size `coded` together to an MP4 film of the size `shown`: one track of Motion JPEG, each frame a
 * key frame.
 *
 * Specification: ISO/IEC 14496-12 (boxes) and 14496-14 (the sample entry `mp4v`).
 */
export function encodeMp4(frames: readonly Frame[], coded: Size, shown: Size): Uint8Array {
  const type = box("ftyp", text("isom"), u32(0x200), text("isomiso2mp41"));
  const media = box("mdat", ...frames.map(({ jpeg }) => jpeg));
  const durationMs = frames.reduce((sum, frame) => sum + frame.durationMs, 0);
  const table = renderSampleTable(frames, coded, type.byteLength + 8);
  const handler = fullBox("hdlr", u32(0), text("vide"), u32(0, 0, 0), text("Video\0"));
  const data = box("dinf", fullBox("dref", u32(1), box("url ", u32(1))));
  const mediaHeader = fullBox("mdhd", u32(0, 0, TIMESCALE, durationMs), u16(0x55c4, 0));
  const mediaInfo = box("minf", box("vmhd", u32(1), u16(0, 0, 0, 0)), data, table);
  const trackHeader = box(
    "tkhd",
    u32(3, 0, 0, 1, 0, durationMs, 0, 0),
    u16(0, 0, 0, 0),
    u32(...MATRIX, shown.width * 0x10000, shown.height * 0x10000),
  );
  const track = box("trak", trackHeader, box("mdia", mediaHeader, handler, mediaInfo));
  const head = fullBox(
    "mvhd",
    u32(0, 0, TIMESCALE, durationMs, 0x10000),
    u16(0x100, 0),
    u32(0, 0, ...MATRIX, 0, 0, 0, 0, 0, 0, 2),
  );
  return Buffer.concat([type, media, box("moov", head, track)]);
}

function renderSampleTable(frames: readonly Frame[], coded: Size, mediaAt: number): Uint8Array {
  return box(
    "stbl",
    fullBox("stsd", u32(1), renderSampleEntry(coded)),
    fullBox("stts", u32(frames.length, ...frames.flatMap(({ durationMs }) => [1, durationMs]))),
    fullBox("stsc", u32(1, 1, frames.length, 1)),
    fullBox("stsz", u32(0, frames.length, ...frames.map(({ jpeg }) => jpeg.byteLength))),
    fullBox("stco", u32(1, mediaAt)),
  );
}

function renderSampleEntry({ width, height }: Size): Uint8Array {
  const decoder = descriptor(0x04, Buffer.from([JPEG_OBJECT_TYPE, VISUAL_STREAM, 0, 0, 0]), u32(0, 0));
  const stream = descriptor(0x03, u16(1), Buffer.from([0]), decoder, descriptor(0x06, Buffer.from([2])));
  return box(
    "mp4v",
    u16(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, 0xffff),
    fullBox("esds", stream),
  );
}

function descriptor(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, content.byteLength]), content]);
}

/** A box with version and flags, which are all 0. */
function fullBox(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return box(name, u32(0), ...parts);
}

function box(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.byteLength + 8), text(name), content]);
}

function text(value: string): Uint8Array {
  return Buffer.from(value, "latin1");
}

function u32(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

function u16(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}
