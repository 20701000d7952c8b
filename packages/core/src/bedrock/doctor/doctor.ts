import { APIError, AuthenticationError, ForbiddenError, LLMError, NotFoundError } from "../../errors.ts";
import { readText } from "../../http/body.ts";
import { checkNames, type RequestOptions } from "../../requests/options.ts";
import { isObject, tryParse } from "../../types/json.ts";
import type { BedrockClient } from "../client.ts";
import { addProfile, resolveSettings, resolveTarget, type Settings } from "../config.ts";
import { converse } from "../converse/converse.ts";
import { choosePrice } from "../cost.ts";
import { MAX_ANSWER_BYTES } from "../json-body.ts";
import { resolveModel } from "../models.ts";
import { DoctorReport, type DoctorCheck, type DoctorSubject } from "./report.ts";

/** What to look at. */
export interface DoctorOptions extends Pick<RequestOptions, "signal" | "timeouts"> {
  /** The model to ask for one token, which AWS charges for. Default: the client's `defaultChatModel`, or none. */
  model?: string | undefined;
}

/** A clock that is further off makes signatures fail soon. */
const NEAR_MS = 60_000;

/**
 * Looks at everything that a request needs, from region to model: what it is, where it came from, and what to do when it is
 * wrong. Never throws for what it finds, and tells no secret.
 *
 * @param defaultModel is asked when the options name none
 * @throws {InputError} `ERR_INPUT` when there is an option that nobody knows
 * @throws {AbortError} `ERR_ABORTED`
 */
export async function examine(
  client: BedrockClient,
  given: DoctorOptions,
  defaultModel: string | undefined,
): Promise<DoctorReport> {
  checkNames(given, ["model", "signal", "timeouts"], "doctor()");
  const options = { ...given, model: given.model ?? defaultModel };
  const checks: DoctorCheck[] = [];
  const add = (subject: DoctorSubject, status: DoctorCheck["status"], message: string): unknown =>
    checks.push({ subject, status, message });
  /** Runs a check; what it throws is what it found. */
  const look = async (subject: DoctorSubject, check: () => Promise<void>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (error instanceof LLMError && error.code === "ERR_ABORTED") throw error;
      add(subject, "failed", describe(error));
    }
  };

  let settings: Settings | undefined;
  await look("region", async () => {
    settings = await resolve(client);
    const { region } = settings;
    if (region === undefined)
      add("region", "warning", "none: give bedrockRegion, AWS_REGION or a profile with a region");
    else add("region", "ok", `${region}, from ${findRegionSource(client, region)}`);
  });
  if (!settings) return new DoctorReport(checks);
  const { auth } = settings;
  await look("endpoint", async () => {
    const { protocol, host, pathPrefix } = resolveTarget(settings as Settings, undefined).endpoint;
    add("endpoint", "ok", `${protocol}//${host}${pathPrefix}`);
    await Promise.resolve();
  });
  await look("credentials", async () => {
    if (auth.kind === "none") return void add("credentials", "ok", 'none are sent, as bedrockAuth is "none"');
    if (auth.kind === "bearer") {
      const from = client.bedrock.bedrockApiKey === undefined ? "AWS_BEARER_TOKEN_BEDROCK" : "bedrockApiKey";
      return void add("credentials", "ok", `an API key, from ${from}`);
    }
    const { accessKeyId, expiration, source = "bedrockCredentials" } = await auth.credentials.get();
    const until = expiration ? `, good until ${expiration.toISOString()}` : "";
    add("credentials", "ok", `key ${mask(accessKeyId)}, from ${source}${until}`);
  });
  if (checks.some(({ status }) => status === "failed")) return new DoctorReport(checks);
  await look("call", () => call(client, options, add));
  await look("model", () => askModel(client, options, add));
  return new DoctorReport(checks);
}

type Add = (subject: DoctorSubject, status: DoctorCheck["status"], message: string) => unknown;

/** Settings of its own, so that nothing that a client has learned hides what is wrong. */
async function resolve({ bedrock, world, transport }: BedrockClient): Promise<Settings> {
  const settings = resolveSettings(bedrock, world, transport);
  return settings.findProfile ? addProfile(settings, await settings.findProfile()) : settings;
}

function findRegionSource({ bedrock, world }: BedrockClient, region: string): string {
  if (bedrock.bedrockRegions !== undefined) return "bedrockRegions";
  if (bedrock.bedrockRegion !== undefined) return "bedrockRegion";
  return ["AWS_REGION", "AWS_DEFAULT_REGION"].find((name) => world.env[name]?.trim() === region) ?? "the profile";
}

/** Signed, free, and changes nothing. */
async function call({ pipeline, world }: BedrockClient, options: DoctorOptions, add: Add): Promise<void> {
  const operation = "ListAsyncInvokes";
  const { signal, timeouts } = options;
  const startMs = world.monotonic();
  const asked = {
    operation,
    method: "GET",
    path: "/async-invoke?maxResults=1",
    headers: { accept: "application/json" },
    options: { signal, timeouts, maxRetries: 1 },
  };
  try {
    const { date, requestId } = await pipeline.run(asked, async ({ response, requestId: id, redact }) => {
      const isAnswer = isObject(tryParse(await readText(response.body, MAX_ANSWER_BYTES)));
      if (!isAnswer)
        throw new APIError(`This is no answer of ${operation}: check the endpoint and any proxy.`, {
          code: "ERR_RESPONSE",
        });
      return { date: Date.parse(response.headers["date"] ?? ""), requestId: id && redact(id) };
    });
    const tookMs = Math.round(world.monotonic() - startMs);
    add("call", "ok", `${operation} answered in ${tookMs} ms, request id ${requestId ?? "none"}`);
    const apartMs = Math.abs(date - world.now());
    if (Number.isNaN(apartMs)) return;
    const far = `set this machine's clock, which is ${Math.round(apartMs / 1000)} s off`;
    if (apartMs > NEAR_MS) add("clock", "warning", `${far}: signatures are corrected meanwhile`);
    else add("clock", "ok", "as AWS's");
  } catch (error) {
    if (error instanceof AuthenticationError) throw error;
    const isAllowed = !(error instanceof ForbiddenError || error instanceof NotFoundError);
    if (isAllowed) throw error;
    // The signature was accepted: chats do not need this operation.
    add("call", "warning", `the signature was accepted, but ${operation} is not: ${describe(error)}`);
  }
}

async function askModel(client: BedrockClient, options: DoctorOptions, add: Add): Promise<void> {
  const { model, signal, timeouts } = options;
  if (model === undefined) return void add("model", "skipped", "give llm.doctor({ model }) to ask it for one token");
  const request = {
    model,
    messages: [{ role: "user", content: "Hi" } as const],
    params: { maxTokens: 1 },
    options: { signal, timeouts },
  };
  const { requestId } = await converse(
    { ...client, loaded: {}, kept: new WeakMap(), choosePrice, resolve: resolveModel },
    request,
  );
  add("model", "ok", `${model} answered, request id ${requestId ?? "none"}`);
}

function describe(error: unknown): string {
  return error instanceof LLMError ? `${error.name} (${error.code}): ${error.message}` : String(error);
}

/** Enough to tell keys apart. */
function mask(accessKeyId: string): string {
  return accessKeyId.length < 12 ? "****" : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}
