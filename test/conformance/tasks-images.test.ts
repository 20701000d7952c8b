import { expect, describe, it, vi } from "vitest";
import type { GeneratedImage, PaintOptions } from "@node-llm/core";

import { amazonModels } from "../../packages/core/src/bedrock/images/amazon.ts";
import { chooseTask, findImageModel } from "../../packages/core/src/bedrock/images/models.ts";
import { sdxlModels } from "../../packages/core/src/bedrock/images/sdxl.ts";
import { stabilityModels } from "../../packages/core/src/bedrock/images/stability.ts";
import { CASES, IMAGE, MASK, OTHER } from "../../packages/core/test/bedrock/images/bodies.ts";
import { createPng } from "../../packages/core/test/support/media-files.ts";
import { itFitsAwsModel } from "../support/aws-model.ts";
import { bodyOf, only, useSideBySide } from "../support/side-by-side.ts";

// Images are painted and packed for real.
vi.setConfig({ testTimeout: 60_000 });

const MODELS = { ...amazonModels, ...sdxlModels, ...stabilityModels };
type Asked = (typeof CASES)[number][2];

/** Ids that have no version, and the services that are asked through a profile only. */
function toId(key: string): string {
  if (/^stability\.stable-(?!diffusion|image-(core|ultra))/.test(key)) return `us.${key}:0`;
  return key === "amazon.titan-image-generator-v1" || key === "stability.stable-diffusion-xl-v1" ? key : `${key}:0`;
}

function keyOf(model: string): string {
  return model.replace(/^us\./, "").replace(/:.*/s, "");
}

/** What is asked for a task that the documented bodies do not have for a model. */
function askFor(model: string, task: string): Asked {
  const prompt = "A cat";
  const isAmazon = model.startsWith("amazon.");
  const table: Readonly<Record<string, Asked>> = {
    text_to_image: { prompt },
    variation: { prompt, images: [IMAGE] },
    inpaint: { prompt, images: [IMAGE], mask: MASK },
    outpaint: { task: "outpaint", prompt, images: [IMAGE], mask: MASK },
    conditioned: { task: "conditioned", prompt, images: [OTHER], controlMode: "segmentation" },
    color_guided: { prompt, colors: ["#00ff00"], negativePrompt: "dogs" },
    remove_background: { ...(isAmazon && { task: "remove_background" }), images: [OTHER] },
  };
  return table[task] ?? expect.unreachable(`${model} has no case for ${task}`);
}

/** Without the one that tells of fewer images than it asks for. */
const documented = CASES.filter(([name]) => !name.startsWith("params")).map(
  ([name, model, asked]): [string, string, Asked] => [name, model, asked],
);
const covered = new Set(
  documented.map(([, model, asked]) => {
    const known = findImageModel(keyOf(model), model);
    return `${keyOf(model)} ${chooseTask(known, { ...asked, model, options: {} }).task}`;
  }),
);
const others = Object.entries(MODELS).flatMap(([key, { tasks }]) =>
  Object.keys(tasks)
    .filter((task) => !covered.has(`${key} ${task}`))
    .map((task): [string, string, Asked] => [task, toId(key), askFor(key, task)]),
);

/** As small as every model takes them, as large images take long. */
const SMALL = { [IMAGE]: createPng(320, 320), [MASK]: createPng(320, 320, 1), [OTHER]: createPng(336, 320) };

function renderAsked(model: string, { prompt, ...asked }: Asked): [prompt: string | undefined, options: PaintOptions] {
  const { images, mask, size, aspectRatio } = asked;
  const { spec } = chooseTask(findImageModel(keyOf(model), model), { ...asked, model, options: {} });
  const isSizeFree = model.startsWith("amazon.") && spec.size && size === undefined && aspectRatio === undefined;
  const options = {
    ...asked,
    ...(isSizeFree && { size: "512x512" }),
    model,
    images: images?.map((base64) => SMALL[base64] ?? { base64 }),
    mask: mask === undefined ? undefined : (SMALL[mask] ?? { base64: mask }),
  };
  return [prompt, options];
}

/** The images of an answer, written down without a look at our parser. */
function readImages(body: Readonly<Record<string, unknown>>): object[] {
  const { images = [], seeds, artifacts }: { images?: string[]; seeds?: number[]; artifacts?: Artifact[] } = body;
  if (artifacts) return artifacts.map(({ base64, seed }) => ({ data: base64, seed }));
  return images.map((data, index) => ({ data, ...(seeds && { seed: seeds[index] }) }));
}
interface Artifact {
  readonly base64: string;
  readonly seed: number;
}

function describeOurs({ images }: GeneratedImage): object[] {
  return images.map(({ data, seed }) => ({ data, seed }));
}

describe("an image that our client asks for, asked for through the official SDK", () => {
  const both = useSideBySide();

  it.each([...documented, ...others])("%s by %s is the same", async (_name, model, asked) => {
    const { compare } = both();
    const { ours, requests, official } = await compare((llm) => llm.paint(...renderAsked(model, asked)));
    expect(only(requests)).toMatchObject({ operation: "InvokeModel", modelId: model });
    const output = only(official);
    expect(output["contentType"]).toBe("application/json");
    const body = bodyOf(output);
    expect(ours.raw).toEqual(body);
    expect(describeOurs(ours)).toMatchObject(readImages(body));
    expect(ours.maskImage?.data).toBe(body["maskImage"]);
    expect(ours.images.length).toBeGreaterThan(0);
  });

  it("is asked for from every model for every task", () => {
    expect(covered.size).toBeGreaterThan(30);
    expect(Object.keys(MODELS)).toHaveLength(21);
  });

  itFitsAwsModel(() => both().server.requests);
});
