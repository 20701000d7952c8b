import {
  type AmazonImageModel,
  checkAmazonSize,
  PARAMS_BY_TASK,
  readAmazonBody,
  type AmazonImageConfig,
} from "../../validations/images/amazon.ts";
import { createRefusal } from "../../validations/refusal.ts";
import type { InvokeFamily } from "../invoke/family.ts";
import { createAmazonTask } from "./amazon-tasks.ts";
import { encodeImage } from "./codec.ts";
import { isBlocked, isPartlyBlocked } from "./filter.ts";
import { renderBase64 } from "./input.ts";

const BLOCKED =
  "This request has been blocked by our content filters. Our filters automatically flagged this prompt because it may " +
  "conflict our AUP or AWS Responsible AI Policy. Please adjust your text prompt to submit a new request.";
const PARTLY_BLOCKED =
  "Some of the generated images have been blocked by our content filters. Please adjust your request to receive all of them.";

const DEFAULT_SIDE = 1024;
const [V2_ONLY, NOVA_ONLY] = [["COLOR_GUIDED_GENERATION", "BACKGROUND_REMOVAL"], ["VIRTUAL_TRY_ON"]];
const TASKS = Object.keys(PARAMS_BY_TASK);
const V2_TASKS = TASKS.filter((task) => !NOVA_ONLY.includes(task));

const NOVA: AmazonImageModel = { isNova: true, tasks: TASKS, maxText: 1024, maxSeed: 2_147_483_646 };
const TITAN_V2: AmazonImageModel = { isNova: false, tasks: V2_TASKS, maxText: 512, maxSeed: 2_147_483_646 };
const TITAN_V1: AmazonImageModel = { ...TITAN_V2, tasks: V2_TASKS.filter((task) => !V2_ONLY.includes(task)) };

/** Titan Image Generator v1 and v2, and Nova Canvas. */
export const AMAZON_IMAGES: InvokeFamily = {
  matches: (id) => /^amazon\.(titan-image-generator-v[12]|nova-canvas-v1)/.test(id),
  invoke: (_context, body, id) => {
    const model = id.includes("nova") ? NOVA : id.includes("-v2") ? TITAN_V2 : TITAN_V1;
    const request = readAmazonBody(model, body);
    const config = request.imageGenerationConfig ?? {};
    const size = readSize(model, config);
    const task = createAmazonTask(request);
    if (isBlocked(...task.texts)) throw createRefusal(BLOCKED);

    const { numberOfImages = 1, seed = model.isNova ? 12 : 42 } = config;
    const isPartial = isPartlyBlocked(...task.texts);
    const images = Array.from({ length: numberOfImages - (isPartial ? 1 : 0) }, (_, index) =>
      renderBase64(encodeImage(task.paint({ seed: seed + index, size }), "png")),
    );
    return {
      body: {
        images,
        ...(task.mask === undefined ? {} : { maskImage: renderBase64(encodeImage(task.mask, "png")) }),
        ...(isPartial ? { error: PARTLY_BLOCKED } : model.isNova ? {} : { error: null }),
      },
    };
  },
};

function readSize(
  model: AmazonImageModel,
  { width, height }: AmazonImageConfig,
): { readonly width: number; readonly height: number } | undefined {
  if (width === undefined && height === undefined) return undefined;
  const size = { width: width ?? DEFAULT_SIDE, height: height ?? DEFAULT_SIDE };
  checkAmazonSize(model, size.width, size.height);
  return size;
}
