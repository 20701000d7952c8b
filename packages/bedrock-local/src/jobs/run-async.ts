import { isPlainObject } from "../json.ts";
import { isBlocked } from "../models/images/filter.ts";
import { planLuma, planReel, renderFilm, type Film } from "../models/videos/video.ts";
import { parseModelId } from "../models/families.ts";
import { parseS3Uri } from "../storage/s3-request.ts";
import { createRefusal } from "../validations/refusal.ts";
import type { AsyncInvocation } from "./async-invocation.ts";
import { embedMarengo, embedNova } from "./async-embeddings.ts";
import { type AsyncContext, type AsyncWork, type OutputFile, renderJsonFile } from "./async-work.ts";

const BLOCKED =
  "This request has been blocked by our content filters. Please adjust your prompt to submit a new request.";

/**
 * Validates an input of StartAsyncInvoke for the model of `context.modelId` and returns the work.
 *
 * @throws AwsError `ValidationException`, also for a model that works at once only.
 */
export function prepareAsyncWork({ modelId }: AsyncContext, input: unknown): AsyncWork {
  const { id } = parseModelId(modelId);
  if (!isPlainObject(input)) {
    throw createRefusal(
      "Malformed input request: #: expected type: JSONObject, please reformat your input and try again.",
    );
  }
  if (/^amazon\.nova-reel-v1:[01]$/.test(id)) return filmWork(planReel(input, id.endsWith(":0")), true);
  if (id === "luma.ray-v2:0") return filmWork(planLuma(input), false);
  if (id.startsWith("amazon.nova-2-multimodal-embeddings")) return embedNova(input);
  if (id.startsWith("twelvelabs.marengo-embed-")) return embedMarengo(input, id);
  throw createRefusal("The provided model identifier is invalid.");
}

/** Does the work of an invocation, puts its files into the store, and notes how it ended. Never rejects. */
export async function runAsync(context: AsyncContext, invocation: AsyncInvocation, work: AsyncWork): Promise<void> {
  const { s3Uri = "" } = invocation.outputDataConfig.s3OutputDataConfig;
  try {
    const place = parseS3Uri(s3Uri);
    if (place === undefined) throw createRefusal(`The S3 address ${s3Uri} is invalid.`);
    for (const { name, bytes, contentType } of await work(context, s3Uri)) {
      await context.store.put(place.bucket, `${place.key}/${name}`, bytes, contentType);
    }
    invocation.status = "Completed";
  } catch (error) {
    invocation.status = "Failed";
    invocation.failureMessage = error instanceof Error ? error.message : String(error);
  }
  invocation.endTime = context.now();
}

/** A film; Nova Reel puts a manifest, a status and, of several shots, each shot beside it. */
function filmWork(film: Film, isReel: boolean): AsyncWork {
  return async (_context, folderUri) => {
    if (isBlocked(...film.shots.map(({ prompt }) => prompt))) throw createRefusal(BLOCKED);
    const { whole, parts } = renderFilm(film);
    const output = createFilmFile("output.mp4", whole);
    if (!isReel) return [output];
    const shots = parts.map((part, index) => createFilmFile(`shot_${String(index + 1).padStart(4, "0")}.mp4`, part));
    if (shots.length === 1) shots.pop();
    const names = [output.name, ...shots.map(({ name }) => name)];
    const locations = names.map((name) => ({ status: "SUCCESS", location: `${folderUri}/${name}` }));
    const status = { schemaVersion: "1.0", fullVideo: locations[0], shots: locations.slice(1) };
    return [
      renderJsonFile("manifest.json", { "invocation-id": folderUri.split("/").at(-1), outputs: names }),
      renderJsonFile("video-generation-status.json", status),
      output,
      ...shots,
    ];
  };
}

function createFilmFile(name: string, bytes: Uint8Array): OutputFile {
  return { name, bytes, contentType: "video/mp4" };
}
