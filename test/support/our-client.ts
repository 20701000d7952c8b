import { DOCUMENTATION_CREDENTIAL } from "@node-llm/bedrock-local";
import { createLLM, type LLM, type LLMOptions, type World } from "@node-llm/core";

import { REGION } from "./official-sdk.ts";

/** The platform's clocks and timers, an environment of nothing but S3's endpoint, and no random wait before a retry. */
const createWorld = (endpoint: string): World => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  random: () => 0,
  env: { AWS_ENDPOINT_URL_S3: endpoint },
});

/** Our client. It makes the retries that `options` say, and those of its own default otherwise. */
export function createOurClient(endpoint: string, options: Partial<LLMOptions> = {}): LLM {
  const auth =
    options.bedrockApiKey === undefined
      ? {
          bedrockAccessKeyId: DOCUMENTATION_CREDENTIAL.accessKeyId,
          bedrockSecretAccessKey: DOCUMENTATION_CREDENTIAL.secretAccessKey,
        }
      : {};
  return createLLM(
    { provider: "bedrock", bedrockEndpoint: endpoint, bedrockRegion: REGION, ...auth, ...options },
    createWorld(endpoint),
  );
}

/** A `fetch` that answers every request with these pieces of a body, each as a chunk of its own. */
export function replayFetch(
  status: number,
  headers: Readonly<Record<string, string>>,
  pieces: readonly Uint8Array[],
): typeof fetch {
  return () => {
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces[next++];
        if (piece) controller.enqueue(Uint8Array.from(piece));
        else controller.close();
      },
    });
    return Promise.resolve(new Response(body, { status, headers }));
  };
}

/** Bytes cut at these offsets, in any order; offsets beyond the end and empty pieces are left out. */
export function cutAt(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const edges = [0, ...offsets.filter((offset) => offset < bytes.length).toSorted((a, b) => a - b), bytes.length];
  return edges
    .slice(1)
    .map((end, index) => bytes.subarray(edges[index], end))
    .filter(({ length }) => length > 0);
}
