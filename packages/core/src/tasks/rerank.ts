import { checkRequestOptions } from "../chat/options.ts";
import { checkRules, isWhole, type Rules } from "../checks.ts";
import { APIError, ConfigurationError, InputError } from "../errors.ts";
import { checkNames, type RequestOptions } from "../requests/options.ts";
import type { RerankRequest } from "../requests/rerank.ts";
import { countCharacters } from "../types/characters.ts";
import { compact, isObject, type JsonObject } from "../types/json.ts";
import { needTask, runTask, type TaskEnvironment } from "./task.ts";

/** The options of `llm.rerank()`. */
export interface RerankOptions extends RequestOptions {
  /** Which model orders. */
  model?: string | undefined;
  /** The model behind an ARN that does not name it. */
  baseModel?: string | undefined;
  /** How many documents to give back, the best. Default: all. */
  topN?: number | undefined;
  /** `"invoke"` (default) asks the model itself, `"agent"` the Rerank API in front of it, which has a permission of its own. */
  via?: RerankRequest["via"] | undefined;
  /** Fields of the model's own, in its own words; they win over the options. */
  params?: JsonObject | undefined;
}

/** A document in its new place. */
export interface RankedDocument<D extends string | JsonObject = string | JsonObject> {
  /** Its place in the list that was given, from 0. */
  readonly index: number;
  /** How well it answers the query: the higher, the better, mostly between 0 and 1. */
  readonly score: number;
  readonly document: D;
}

/** What `llm.rerank()` gives. */
export interface Reranking<D extends string | JsonObject = string | JsonObject> {
  /** The best first. */
  readonly results: readonly RankedDocument<D>[];
  /** The model id as it was asked for. */
  readonly model: string;
  readonly requestId?: string;
  /** The response as received. */
  readonly raw: JsonObject;
}

const RULES: Rules<keyof RerankOptions> = {
  signal: undefined,
  timeouts: undefined,
  maxRetries: undefined,
  headers: undefined,
  model: undefined,
  baseModel: undefined,
  topN: [(count) => isWhole(count, 1), "a whole number of at least 1"],
  via: [/^(invoke|agent)$/, '"invoke" or "agent"'],
  params: [isObject, "an object with fields of the model's own"],
};
/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html */
const MAX_DOCUMENTS = 1000;
const MAX_QUERY_CHARS = 32_000;

/**
 * Orders documents by how well they answer a query.
 *
 * @throws {InputError} `ERR_INPUT` when query, documents or an option are none, before anything is sent
 * @throws {CapabilityError} `ERR_CAPABILITY` when the model is not known to order documents
 * @throws {LLMError}
 */
export async function rerank<D extends string | JsonObject>(
  env: TaskEnvironment,
  query: string,
  documents: readonly D[],
  options: RerankOptions,
): Promise<Reranking<D>> {
  checkNames(options, Object.keys(RULES), "rerank()");
  const { signal, timeouts, maxRetries, headers, model, baseModel, topN, via = "invoke", params } = options;
  const requestOptions = compact({ signal, timeouts, maxRetries, headers });
  checkRequestOptions(requestOptions);
  checkInput(query, documents);
  checkRules(options, RULES, "", InputError);
  if (model === undefined) throw new ConfigurationError("No model is set: give one to llm.rerank().");
  const count = Math.min(topN ?? documents.length, documents.length);
  const request = {
    model,
    query,
    documents,
    topN: count,
    via,
    options: requestOptions,
    ...compact({ baseModel, params }),
  };
  const { results, requestId, raw } = await runTask(env, "rerank", request, needTask(env.provider, "rerank"));
  const fail = (problem: string): never => {
    throw new APIError(`${problem}: check params, the model and the middlewares.`, {
      code: "ERR_RESPONSE",
      requestId,
      model,
    });
  };
  const given: unknown = results;
  if (!Array.isArray(given)) return fail("The answer has no list of results");
  const seen = new Set<number>();
  const ranked = results.map(({ index, score }) => {
    const document = Number.isInteger(index) ? documents[index] : undefined;
    if (document === undefined) return fail(`The answer names document ${index} of ${documents.length}`);
    if (seen.has(index)) return fail(`The answer names document ${index} twice`);
    seen.add(index);
    return { index, score, document };
  });
  ranked.sort((a, b) => b.score - a.score);
  return { results: ranked, model, ...compact({ requestId }), raw };
}

function checkInput(query: string, documents: readonly (string | JsonObject)[]): void {
  if (typeof query !== "string" || !/\S/.test(query)) {
    throw new InputError(`The query is ${typeof query === "string" ? "blank" : typeof query}: give a text.`);
  }
  if (countCharacters(query) > MAX_QUERY_CHARS) {
    throw new InputError(`The query has ${countCharacters(query)} characters: give at most ${MAX_QUERY_CHARS}.`);
  }
  if (!Array.isArray(documents) || documents.length === 0 || documents.length > MAX_DOCUMENTS) {
    const received = Array.isArray(documents) ? `a list of ${documents.length}` : typeof documents;
    throw new InputError(`documents is ${received}: give a list of 1 to ${MAX_DOCUMENTS}.`);
  }
  for (const [index, document] of documents.entries()) {
    if (typeof document === "string" ? document !== "" : isObject(document)) continue;
    const received = document === "" ? "empty" : document === null ? "null" : typeof document;
    throw new InputError(`documents[${index}] is ${received}: give a text or an object.`);
  }
}
