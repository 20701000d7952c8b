import { describe, expect, it } from "vitest";
import type { VideoOptions } from "../../../src/bedrock/jobs/video.ts";
import { bodyOf, createClient, failureOf, useServer } from "../../support/bedrock.ts";

const REEL = "amazon.nova-reel-v1:1";
const RAY = "luma.ray-v2:0";
const OUT = { outputUri: "s3://my-bucket/videos/" };
const ARN = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghij12";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const server = useServer();

/** The input that the model gets. */
async function inputOf(prompt: string | undefined, options: Omit<VideoOptions, "outputUri">): Promise<unknown> {
  server().enqueue({ status: 200, body: { invocationArn: ARN } });
  await createClient(server()).video(prompt, { ...OUT, ...options });
  return bodyOf(server())["modelInput"];
}

const SHOTS = [{ text: "a" }, { text: "b" }];
const FORMAT = { fps: 24, dimension: "1280x720" };

// As AWS's pages have them; see startVideo.
const BODIES: readonly (readonly [string, string | undefined, Omit<VideoOptions, "outputUri">, unknown])[] = [
  [
    "Nova Reel, one scene",
    "A lighthouse",
    { model: REEL },
    {
      taskType: "TEXT_VIDEO",
      textToVideoParams: { text: "A lighthouse" },
      videoGenerationConfig: { ...FORMAT, durationSeconds: 6 },
    },
  ],
  [
    "Nova Reel 1.0, with an image and a seed",
    "It rains",
    { model: "amazon.nova-reel-v1:0", images: [{ base64: PNG }], seed: 7 },
    {
      taskType: "TEXT_VIDEO",
      textToVideoParams: { text: "It rains", images: [{ format: "png", source: { bytes: PNG } }] },
      videoGenerationConfig: { ...FORMAT, seed: 7, durationSeconds: 6 },
    },
  ],
  [
    "Nova Reel, with an image in S3",
    "It rains",
    { model: REEL, images: ["s3://my-bucket/a.jpg"] },
    {
      taskType: "TEXT_VIDEO",
      textToVideoParams: {
        text: "It rains",
        images: [{ format: "jpeg", source: { s3Location: { uri: "s3://my-bucket/a.jpg" } } }],
      },
      videoGenerationConfig: { ...FORMAT, durationSeconds: 6 },
    },
  ],
  [
    "Nova Reel, several scenes of its own",
    "A day at sea",
    { model: REEL, durationSeconds: 24 },
    {
      taskType: "MULTI_SHOT_AUTOMATED",
      multiShotAutomatedParams: { text: "A day at sea" },
      videoGenerationConfig: { ...FORMAT, durationSeconds: 24 },
    },
  ],
  [
    "Nova Reel, several scenes of yours",
    undefined,
    { model: REEL, shots: [{ text: "Dawn", image: { base64: PNG } }, { text: "Dusk" }], seed: 1 },
    {
      taskType: "MULTI_SHOT_MANUAL",
      multiShotManualParams: {
        shots: [{ text: "Dawn", image: { format: "png", source: { bytes: PNG } } }, { text: "Dusk" }],
      },
      videoGenerationConfig: { ...FORMAT, seed: 1 },
    },
  ],
  [
    "fields of the model's own over all",
    "A lighthouse",
    { model: REEL, params: { videoGenerationConfig: { dimension: "1920x1080" } } },
    {
      taskType: "TEXT_VIDEO",
      textToVideoParams: { text: "A lighthouse" },
      videoGenerationConfig: { fps: 24, dimension: "1920x1080", durationSeconds: 6 },
    },
  ],
  ["Ray 2", "A lighthouse", { model: RAY }, { prompt: "A lighthouse" }],
  [
    "Ray 2 with all that it takes",
    "From dawn to dusk",
    {
      model: RAY,
      durationSeconds: 9,
      aspectRatio: "21:9",
      resolution: "540p",
      loop: false,
      images: [{ base64: PNG }, { base64: PNG }],
    },
    {
      prompt: "From dawn to dusk",
      aspect_ratio: "21:9",
      resolution: "540p",
      loop: false,
      duration: "9s",
      keyframes: {
        frame0: { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
        frame1: { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
      },
    },
  ],
];

describe("video", () => {
  it.each(BODIES)("%s", async (_, prompt, options, expected) => {
    expect(await inputOf(prompt, options)).toEqual(expected);
  });

  it("says where the video goes, and who may read it", async () => {
    server().enqueue({ status: 200, body: { invocationArn: ARN } });
    const job = await createClient(server()).video("x", {
      model: REEL,
      ...OUT,
      kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/a",
      bucketOwner: "123456789012",
      tags: { team: "film" },
      clientRequestToken: "mine",
    });
    expect(bodyOf(server())).toMatchObject({
      modelId: REEL,
      clientRequestToken: "mine",
      outputDataConfig: {
        s3OutputDataConfig: {
          s3Uri: "s3://my-bucket/videos",
          kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/a",
          bucketOwner: "123456789012",
        },
      },
      tags: [{ key: "team", value: "film" }],
    });
    expect(job).toMatchObject({ arn: ARN, status: "InProgress", outputUri: "s3://my-bucket/videos/abcdefghij12" });
  });

  it("counts characters as Bedrock does: a pair of surrogates is one", async () => {
    expect(await inputOf("🚀".repeat(512), { model: REEL })).toMatchObject({
      textToVideoParams: { text: "🚀".repeat(512) },
    });
  });

  it("starts one video however often the request is sent", async () => {
    server().enqueue({ error: "InternalServerException" }, { status: 200, body: { invocationArn: ARN } });
    await createClient(server()).video("x", { model: REEL, ...OUT });
    const tokens = [0, 1].map((index) => bodyOf(server(), index)["clientRequestToken"]);
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [undefined, { model: REEL }, "ERR_INPUT", "The prompt is undefined: give a text of 1 to 512 characters."],
    [" ", { model: RAY }, "ERR_INPUT", "The prompt is 1 characters long"],
    ["x".repeat(513), { model: REEL }, "ERR_INPUT", "The prompt is 513 characters long: give a text of 1 to 512"],
    ["x", { model: REEL, outputUri: "/tmp" }, "ERR_INPUT", 'outputUri is "/tmp": give a place in S3'],
    ["x", { model: REEL, durationSeconds: 7 }, "ERR_INPUT", "durationSeconds is 7: give 6, or 12 to 120"],
    ["x", { model: RAY, durationSeconds: 6 }, "ERR_INPUT", "Ray 2 makes 5 or 9"],
    ["x", { model: REEL, seed: -1 }, "ERR_INPUT", "seed is -1"],
    ["x", { model: REEL, sed: 1 }, "ERR_INPUT", "video() does not know the option sed: give model, durationSeconds"],
    ["x", { model: REEL, loop: true }, "ERR_CAPABILITY", `${REEL} has no loop: it takes durationSeconds, images`],
    ["x", { model: "amazon.nova-reel-v1:0", durationSeconds: 12 }, "ERR_CAPABILITY", "give amazon.nova-reel-v1:1"],
    ["x", { model: "amazon.nova-lite-v1:0" }, "ERR_CAPABILITY", "is no model that makes videos"],
    ["x", { model: REEL, images: ["a.txt"] }, "ERR_MEDIA", "a.txt"],
    ["x", { model: REEL, images: [{ base64: btoa("GIF89a1234567890") }] }, "ERR_INPUT", "give a PNG or JPEG"],
    ["x", { model: REEL, shots: [{ text: "a" }, { text: "b" }] }, "ERR_INPUT", "Both a prompt and shots"],
    [undefined, { model: REEL, shots: [{ text: "a" }] }, "ERR_INPUT", "shots has 1 scenes: give 2 to 20."],
    [undefined, { model: REEL, shots: SHOTS, durationSeconds: 12 }, "ERR_INPUT", "Both durationSeconds and shots"],
    [undefined, { model: REEL, shots: SHOTS, images: [{ base64: PNG }] }, "ERR_INPUT", "Both images and shots"],
    [undefined, { model: REEL, shots: "ab" }, "ERR_INPUT", "shots is string: give a list."],
    [undefined, { model: REEL, shots: [null, null] }, "ERR_INPUT", "shots[0] is Null: give an object."],
    [
      undefined,
      { model: REEL, shots: [{ text: "a", images: [] }, {}] },
      "ERR_INPUT",
      "does not know the option images",
    ],
    ["x", { model: REEL, images: "a.png" }, "ERR_INPUT", "images is string: give a list."],
    ["x", { model: REEL, images: Array.from({ length: 1 }) }, "ERR_INPUT", "images[0] is undefined"],
    ["x", { model: REEL, params: "seed" }, "ERR_INPUT", "params is String: give an object."],
    ["x", { model: REEL, duration: 12 }, "ERR_INPUT", "does not know the option duration"],
    ["x", { model: RAY, aspectRatio: "2:1" }, "ERR_INPUT", 'aspectRatio is "2:1": give 1:1, 16:9'],
    ["x", { model: RAY, resolution: "4k" }, "ERR_INPUT", 'resolution is "4k": give 540p, 720p.'],
    ["x", { model: RAY, loop: "yes" }, "ERR_INPUT", 'loop is "yes": give true or false.'],
    ["x", { model: REEL, outputUri: "s3://my-bucket/../x" }, "ERR_INPUT", "outputUri is"],
  ] as const)("sends nothing when something is wrong (%#)", async (prompt, options, code, text) => {
    const error = await failureOf(createClient(server()).video(prompt, { ...OUT, ...options } as VideoOptions));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(text);
    expect(server().requests).toHaveLength(0);
  });
});
