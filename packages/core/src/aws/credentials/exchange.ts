import { encodeUtf8 } from "#bytes";
import { copyError, LLMError, ServerError } from "../../errors.ts";
import { readText } from "../../http/body.ts";
import { createRetryBudget, retry } from "../../http/retry.ts";
import { createDeadline, withTimeouts } from "../../http/timeouts.ts";
import type { Endpoint } from "../../http/transport.ts";
import { encode } from "../signing.ts";
import type { Surroundings } from "./source.ts";

/** A request for credentials or a token. */
export interface Question {
  readonly method?: "GET" | "POST" | "PUT";
  readonly endpoint: Endpoint;
  /** Without the endpoint's prefix. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * On this machine, or one hop away: waits for a second only (5 in all), and asks again only after an error of the server.
   * Others are waited for 10 seconds, 30 in all.
   */
  readonly isLocal?: boolean;
}

/** Its answer, which a retry would not change. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const MAX_BYTES = 1024 * 1024;

/**
 * Asks, three times at most, while the answer is 429 or 5xx, or none comes.
 *
 * @throws {LLMError} naming the host, when no usable answer came
 */
export function exchange(
  { transport, world }: Pick<Surroundings, "transport" | "world">,
  { method = "GET", endpoint, path, headers = {}, body, isLocal = false }: Question,
): Promise<Answer> {
  const waitMs = isLocal ? 1000 : 10_000;
  const timeouts = {
    connectMs: isLocal ? 1000 : 5000,
    firstByteMs: waitMs,
    idleMs: waitMs,
    totalMs: isLocal ? 5000 : 30_000,
  };
  const deadline = createDeadline(timeouts, world);
  const request = {
    method,
    endpoint,
    path: endpoint.pathPrefix + path,
    headers,
    body: body === undefined ? body : encodeUtf8(body),
    timeouts,
    deadline,
  };
  const receive = async (): Promise<Answer> => {
    try {
      const { status, headers: head, body: stream } = await withTimeouts(transport, world)(request);
      return { status, text: await readText(stream, MAX_BYTES), headers: head };
    } catch (error) {
      if (!(error instanceof LLMError)) throw error;
      // The platform's error may hold what was received, which may quote what was sent. Its code is in the message.
      throw copyError(error, { retryable: error.retryable && !isLocal, cause: undefined });
    }
  };
  const attempt = async (): Promise<Answer> => {
    const answer = await receive();
    const { status } = answer;
    if (status !== 429 && status < 500) return answer;
    throw new ServerError(`${endpoint.host} answered with status ${status}.`, { status });
  };
  return retry(attempt, { maxRetries: 2, budget: createRetryBudget(), world });
}

/**
 * What a service said, for an error: its first line, up to 500 characters, without secrets that the request carried.
 *
 * @param secrets those of fewer than 8 characters are words that stand anywhere, and stay
 */
export function quote(text: string, secrets: readonly (string | undefined)[]): string {
  const [line = ""] = text.trim().split(/\p{Cc}/u);
  const forms = secrets.flatMap((secret = "") => (secret.length < 8 ? [] : [secret, encode(secret)]));
  return forms.reduce((rest, form) => rest.replaceAll(form, "[redacted]"), line).slice(0, 500);
}
